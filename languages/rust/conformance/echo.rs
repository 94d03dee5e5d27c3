use serde_json::Value;

pub fn main(args: Value) -> Value {
    println!("hello stdout");
    eprintln!("hello stderr");
    args
}
