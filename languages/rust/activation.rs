//! One line of stdin, taken apart.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::Value;

pub struct Activation<'a> {
    pub value: &'a RawValue,
    /// The variables of the environment.
    pub context: Vec<(String, String)>,
}

impl<'a> Activation<'a> {
    pub fn read(line: &'a [u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| error.to_string())
    }
}

impl<'de> Deserialize<'de> for Activation<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Activation<'de>;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("an activation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut value = None;
        let mut context = Vec::new();
        while let Some(key) = members.next_key::<String>()? {
            if key == "value" {
                value = Some(members.next_value()?);
            } else if let Some(text) = text_of(members.next_value()?) {
                context.push((format!("__OW_{}", key.to_uppercase()), text));
            }
        }
        let value = match value {
            Some(value) => value,
            None => serde_json::from_str("{}").map_err(serde::de::Error::custom)?,
        };
        Ok(Activation { value, context })
    }
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
