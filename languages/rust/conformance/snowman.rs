use std::collections::HashMap;

pub fn main(args: HashMap<String, String>) -> HashMap<&'static str, String> {
    let delimiter = &args["delimiter"];
    let winter = format!("{delimiter} ☃ {delimiter}");
    println!("{winter}");
    HashMap::from([("winter", winter)])
}
