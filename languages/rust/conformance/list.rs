use serde_json::Value;

pub fn main(_args: Value) -> Vec<&'static str> {
    vec!["a", "b"]
}
