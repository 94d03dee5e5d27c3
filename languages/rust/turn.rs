//! One activation, as the main of an action sees it.

use std::any::Any;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::activation::Activation;
use crate::answers::Answers;
use crate::environment::Environment;

pub struct Turn<'a> {
    pub(crate) line: &'a [u8],
    pub(crate) environment: &'a mut Environment,
    pub(crate) answers: &'a mut Answers,
    /// What is dropped after the answer: nobody waits for that.
    pub(crate) left: Option<Box<dyn Any>>,
}

impl Turn<'_> {
    /// The value as it came: with every action no more is compiled than what makes its type of that.
    pub fn json(&mut self) -> Result<Box<RawValue>, String> {
        self.value()
    }

    /// The value, parsed in passing. Sets the environment of the activation.
    pub(crate) fn value<T: DeserializeOwned>(&mut self) -> Result<T, String> {
        let Activation { value, context } = Activation::read(self.line)?;
        self.environment.enter(context);
        Ok(value)
    }
}
