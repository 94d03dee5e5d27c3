use serde_json::Value;

pub fn niam(args: Value) -> Value {
    args
}
