use serde_json::Value;

pub fn main(_args: Value) {}
