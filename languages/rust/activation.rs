//! One line of stdin, taken apart.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::Value;

pub struct Activation<T> {
    pub value: T,
    /// The variables of the environment.
    pub context: Vec<(String, String)>,
}

impl<T: DeserializeOwned> Activation<T> {
    pub fn read(line: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(line).map_err(|error| error.to_string())?;
        serde_json::from_str(text)
            .or_else(|_| Self::read_apart(text).map_err(|error| error.to_string()))
    }

    /// The value by itself, so that the place that an error tells is one in the value.
    #[cold]
    fn read_apart(line: &str) -> serde_json::Result<Self> {
        let Activation::<Box<RawValue>> { value, context } = serde_json::from_str(line)?;
        let value = serde_json::from_str(value.get())?;
        Ok(Activation { value, context })
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Activation<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Members<T> {
    type Value = Activation<T>;

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
            None => serde_json::from_str("{}").map_err(Error::custom)?,
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
