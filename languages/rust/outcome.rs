//! What the main of an action is made of. Its steps are told apart by how Rust looks for a method: the one of a trait that
//! is implemented for a type comes before the one of a trait that is implemented for a reference to it. What is known
//! here is compiled once, and not again with every action.

use std::collections::HashMap;
use std::fmt::Display;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::Answer;

/// The type that a function takes.
pub struct Taken<T>(PhantomData<T>);

pub fn taken<T, R>(_: &impl Fn(T) -> R) -> Taken<T> {
    Taken(PhantomData)
}

pub trait ParseKnown<T> {
    fn parse(&self, json: &RawValue) -> Result<T, String>;
}

pub trait ParseAny<T> {
    fn parse(&self, json: &RawValue) -> Result<T, String>;
}

impl<T: DeserializeOwned> ParseAny<T> for &Taken<T> {
    fn parse(&self, json: &RawValue) -> Result<T, String> {
        from_json(json)
    }
}

/// What a function returned.
pub struct Returned<'a, T>(pub &'a T);

pub trait SplitResult<'a, T> {
    fn split(&self) -> Result<Returned<'a, T>, String>;
}

impl<'a, T, E: Display> SplitResult<'a, T> for Returned<'a, Result<T, E>> {
    fn split(&self) -> Result<Returned<'a, T>, String> {
        self.0
            .as_ref()
            .map(Returned)
            .map_err(|error| error.to_string())
    }
}

pub trait SplitNothing<'a, T> {
    fn split(&self) -> Result<Returned<'a, T>, String>;
}

impl<'a, T> SplitNothing<'a, T> for &Returned<'a, T> {
    fn split(&self) -> Result<Returned<'a, T>, String> {
        Ok(Returned(self.0))
    }
}

pub trait AnswerKnown {
    fn answer(&self) -> Answer;
}

pub trait AnswerAny {
    fn answer(&self) -> Answer;
}

impl<T: Serialize> AnswerAny for &Returned<'_, T> {
    fn answer(&self) -> Answer {
        to_json(self.0)
    }
}

macro_rules! known {
    ($($known:ty),*) => {
        $(
            impl ParseKnown<$known> for Taken<$known> {
                fn parse(&self, json: &RawValue) -> Result<$known, String> {
                    from_json(json)
                }
            }

            impl AnswerKnown for Returned<'_, $known> {
                fn answer(&self) -> Answer {
                    to_json(self.0)
                }
            }
        )*
    };
}

known!(Value, Vec<Value>, Map<String, Value>, HashMap<String, Value>);

fn from_json<T: DeserializeOwned>(json: &RawValue) -> Result<T, String> {
    serde_json::from_str(json.get()).map_err(|error| error.to_string())
}

/// Nothing counts as `{}`.
fn to_json(value: &impl Serialize) -> Answer {
    let json = serde_json::to_vec(value).map_err(|error| error.to_string())?;
    Ok(if json == b"null" {
        b"{}".to_vec()
    } else {
        json
    })
}
