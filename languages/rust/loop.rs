//! Runs a Rust action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).

mod activation;
mod environment;
mod memory;
pub mod outcome;
mod pipes;

use std::env;
use std::io::{self, BufRead, Write};

use serde_json::value::RawValue;

use activation::Activation;
use environment::Environment;

/// The JSON of a result, or the text of an error.
pub type Answer = Result<Vec<u8>, String>;

/// Answers activations by `action` until stdin ends.
pub fn run(action: &dyn Fn(&RawValue) -> Answer) {
    // What other launchers than ours say is the first one alone.
    let (is_awaited, is_numbered) = (is_set("__OW_WAIT_FOR_ACK"), is_set("__OW_NUMBERED_ANSWERS"));
    let (mut lines, mut answers) = pipes::take_over();
    let mut environment = Environment::new();
    memory::keep();
    if is_numbered {
        pipes::write(&mut answers, b"{\"ok\":true,\"numbered\":true}\n");
    } else if is_awaited {
        pipes::write(&mut answers, b"{\"ok\":true}\n");
    }
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut answer = if is_numbered {
            format!("{number} ").into_bytes()
        } else {
            Vec::new()
        };
        answer.extend(activate(action, &mut environment, &line));
        answer.push(b'\n');
        let _ = io::stdout().flush();
        pipes::write(&mut answers, &answer);
    }
}

fn activate(
    action: &dyn Fn(&RawValue) -> Answer,
    environment: &mut Environment,
    line: &[u8],
) -> Vec<u8> {
    let outcome = Activation::read(line).and_then(|Activation { value, context }| {
        environment.enter(context);
        action(value)
    });
    outcome.unwrap_or_else(|error| {
        // A stderr that is closed is the action's affair.
        let _ = writeln!(io::stderr(), "error: {error}");
        serde_json::json!({ "error": error })
            .to_string()
            .into_bytes()
    })
}

fn is_set(name: &str) -> bool {
    env::var_os(name).map_or(false, |value| !value.is_empty())
}
