use serde_json::Value;

pub fn main(args: Value) -> Value {
    args
}
