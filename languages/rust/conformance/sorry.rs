use serde_json::{json, Value};

pub fn main(_args: Value) -> Value {
    json!({ "error": "sorry" })
}
