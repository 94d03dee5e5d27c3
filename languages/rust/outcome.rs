//! What the main of an action is made of. Its steps are told apart by how Rust looks for a method: the one of a trait that
//! is implemented for a type comes before the one of a trait that is implemented for a reference to it. What is known
//! here is compiled once, and not again with every action.

use std::collections::HashMap;
use std::fmt::Display;
use std::marker::PhantomData;
use std::mem;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::turn::Turn;

/// The type that a function takes.
pub struct Taken<T>(PhantomData<T>);

pub fn taken<T, R>(_: &impl Fn(T) -> R) -> Taken<T> {
    Taken(PhantomData)
}

pub trait ParseKnown<T> {
    fn parse(&self, turn: &mut Turn) -> Result<T, String>;
}

pub trait ParseAny<T> {
    fn parse(&self, turn: &mut Turn) -> Result<T, String>;
}

impl<T: DeserializeOwned> ParseAny<T> for &Taken<T> {
    fn parse(&self, turn: &mut Turn) -> Result<T, String> {
        serde_json::from_str(turn.json()?.get()).map_err(|error| error.to_string())
    }
}

/// What a function returned.
pub struct Returned<'a, T>(pub &'a mut T);

pub trait SplitResult<'a, T> {
    fn split(self) -> Result<Returned<'a, T>, String>;
}

impl<'a, T, E: Display> SplitResult<'a, T> for Returned<'a, Result<T, E>> {
    fn split(self) -> Result<Returned<'a, T>, String> {
        self.0
            .as_mut()
            .map(Returned)
            .map_err(|error| error.to_string())
    }
}

pub trait SplitNothing<'a, T> {
    fn split(&mut self) -> Result<Returned<'_, T>, String>;
}

impl<'a, T> SplitNothing<'a, T> for Returned<'a, T> {
    fn split(&mut self) -> Result<Returned<'_, T>, String> {
        Ok(Returned(self.0))
    }
}

pub trait AnswerKnown {
    fn answer(&mut self, turn: &mut Turn) -> Result<(), String>;
}

pub trait AnswerAny {
    fn answer(&mut self, turn: &mut Turn) -> Result<(), String>;
}

impl<T: Serialize> AnswerAny for &mut Returned<'_, T> {
    fn answer(&mut self, turn: &mut Turn) -> Result<(), String> {
        turn.answers.put(self.0)
    }
}

macro_rules! known {
    ($($known:ty),*) => {
        $(
            impl ParseKnown<$known> for Taken<$known> {
                fn parse(&self, turn: &mut Turn) -> Result<$known, String> {
                    turn.value()
                }
            }

            impl AnswerKnown for Returned<'_, $known> {
                fn answer(&mut self, turn: &mut Turn) -> Result<(), String> {
                    turn.answers.put(self.0)?;
                    turn.left = Some(Box::new(mem::take(self.0)));
                    Ok(())
                }
            }
        )*
    };
}

known!(Value, Vec<Value>, Map<String, Value>, HashMap<String, Value>);
