//! Runs a Rust action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md).

mod activation;
mod answers;
mod environment;
mod memory;
pub mod outcome;
mod pipes;
mod turn;

use std::env;
use std::io::{self, BufRead, Write};

use answers::Answers;
use environment::Environment;
use turn::Turn;

/// Answers activations by `action` until stdin ends.
pub fn run(action: &dyn Fn(&mut Turn) -> Result<(), String>) {
    // What other launchers than ours say is the first one alone.
    let (is_awaited, is_numbered) = (is_set("__OW_WAIT_FOR_ACK"), is_set("__OW_NUMBERED_ANSWERS"));
    let (mut lines, pipe) = pipes::take_over();
    let mut answers = Answers::new(pipe);
    let mut environment = Environment::new();
    memory::keep();
    if is_awaited || is_numbered {
        answers.acknowledge(is_numbered);
    }
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        if lines.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return;
        }
        answers.begin(if is_numbered { Some(number) } else { None });
        let mut turn = Turn {
            line: &line,
            environment: &mut environment,
            answers: &mut answers,
            left: None,
        };
        let outcome = action(&mut turn);
        let left = turn.left;
        if let Err(error) = outcome {
            // A stderr that is closed is the action's affair.
            let _ = writeln!(io::stderr(), "error: {error}");
            answers.put_error(&error);
        }
        answers.end();
        drop(left);
    }
}

fn is_set(name: &str) -> bool {
    env::var_os(name).map_or(false, |value| !value.is_empty())
}
