//! The lines on fd 3, from their number to their newline.

use std::fs::File;
use std::io::{self, Write};
use std::process;

use serde::Serialize;

/// So much at once goes ahead, and is read while the rest is being made.
const AHEAD_BYTES: usize = 32 << 10;
/// A longer one is not what the next ones are like.
const MOST_KEPT_BYTES: usize = 4 << 20;

pub struct Answers {
    pipe: File,
    line: Vec<u8>,
    /// Where the JSON begins in the line.
    start: usize,
}

impl Answers {
    pub fn new(pipe: File) -> Self {
        let line = Vec::new();
        Answers {
            pipe,
            line,
            start: 0,
        }
    }

    pub fn acknowledge(&mut self, is_numbered: bool) {
        self.line.extend(if is_numbered {
            "{\"ok\":true,\"numbered\":true}".bytes()
        } else {
            "{\"ok\":true}".bytes()
        });
        self.end();
    }

    pub fn begin(&mut self, number: Option<u64>) {
        self.line.shrink_to(MOST_KEPT_BYTES);
        if let Some(number) = number {
            self.line.extend(format!("{number} ").bytes());
        }
        self.start = self.line.len();
    }

    pub fn put(&mut self, result: &impl Serialize) -> Result<(), String> {
        serde_json::to_writer(&mut self.line, result).map_err(|error| error.to_string())
    }

    /// What serde_json is sure to write can't be taken back, and need not be.
    pub fn put_surely(&mut self, result: &impl Serialize) -> Result<(), String> {
        serde_json::to_writer(Ahead(self), result).map_err(|error| error.to_string())
    }

    /// Instead of what is there.
    pub fn put_error(&mut self, error: &str) {
        self.line.truncate(self.start);
        let json = serde_json::json!({ "error": error });
        self.line.extend(json.to_string().bytes());
    }

    /// Nothing counts as `{}`.
    pub fn end(&mut self) {
        if self.line.get(self.start..) == Some(b"null") {
            self.line.truncate(self.start);
            self.line.extend(b"{}");
        }
        self.line.push(b'\n');
        self.send();
    }

    /// After the logs. Who can't be answered has gone.
    fn send(&mut self) {
        let _ = io::stdout().flush();
        if self.pipe.write_all(&self.line).is_err() {
            process::exit(1);
        }
        self.line.clear();
    }
}

struct Ahead<'a>(&'a mut Answers);

impl Write for Ahead<'_> {
    #[inline]
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.0.line.extend_from_slice(json);
        if self.0.line.len() >= AHEAD_BYTES {
            self.0.send();
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
