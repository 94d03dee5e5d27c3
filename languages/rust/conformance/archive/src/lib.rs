mod text;

use serde_json::{json, Value};

pub fn main(_args: Value) -> Result<Value, std::io::Error> {
    Ok(json!({ "data": text::read("data.txt")? }))
}
