use std::collections::HashMap;
use std::env;

use serde::Deserialize;

#[derive(Deserialize)]
pub struct Input {
    names: Vec<String>,
}

pub fn main(input: Input) -> HashMap<String, String> {
    let value_of = |name: &String| env::var(name).unwrap_or("(unset)".to_string());
    input
        .names
        .into_iter()
        .map(|name| (name.clone(), value_of(&name)))
        .collect()
}
