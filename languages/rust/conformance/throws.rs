use std::error::Error;

use serde_json::Value;

pub fn main(_args: Value) -> Result<Value, Box<dyn Error>> {
    Err("nooooo".into())
}
