use std::process;

use serde_json::{Map, Value};

pub fn main(args: Map<String, Value>) -> Map<String, Value> {
    if args.contains_key("crash") {
        process::exit(1);
    }
    args
}
