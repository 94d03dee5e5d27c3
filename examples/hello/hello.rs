use serde_json::{json, Value};

pub fn main(args: Value) -> Value {
    let name = args["name"].as_str().unwrap_or("stranger");
    println!("greeting {name}");
    json!({ "greeting": format!("Hello {name}!") })
}
