//! The lines on fd 3, from their number to their newline.

use std::fs::File;
use std::io::{self, Write};
use std::process;

use serde::Serialize;

/// So much of a long answer goes ahead, and is read while the rest is being made.
const AHEAD_BYTES: usize = 32 << 10;
/// At its end it makes a line no answer. No JSON has that character.
const TAKEN_BACK: &[u8] = b"\x18\n";
/// A longer line is not what the next ones are like.
const MOST_KEPT_BYTES: usize = 4 << 20;

pub struct Answers {
    pipe: File,
    /// What has not been sent of a line.
    line: Vec<u8>,
    /// Where the JSON begins in it.
    start: usize,
    /// Of the activation that is being answered; lines without one can't be taken back.
    number: Option<u64>,
    is_begun: bool,
}

impl Answers {
    pub fn new(pipe: File) -> Self {
        Answers {
            pipe,
            line: Vec::new(),
            start: 0,
            number: None,
            is_begun: false,
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
        self.line.clear();
        self.line.shrink_to(MOST_KEPT_BYTES);
        if let Some(number) = number {
            self.line.extend(format!("{number} ").bytes());
        }
        self.start = self.line.len();
        self.number = number;
        self.is_begun = false;
    }

    /// May fail when much of it has been sent.
    pub fn put(&mut self, result: &impl Serialize) -> Result<(), String> {
        serde_json::to_writer(Ahead(self), result).map_err(|error| error.to_string())
    }

    /// Instead of what is there.
    pub fn put_error(&mut self, error: &str) {
        if self.is_begun {
            self.line.clear();
            self.line.extend(TAKEN_BACK);
            self.send();
        }
        self.begin(self.number);
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
        let _ = io::stdout().flush();
        self.send();
    }

    /// Who can't be answered has gone.
    fn send(&mut self) {
        if self.pipe.write_all(&self.line).is_err() {
            process::exit(1);
        }
        self.line.clear();
        self.start = 0;
        self.is_begun = true;
    }
}

struct Ahead<'a>(&'a mut Answers);

impl Write for Ahead<'_> {
    #[inline]
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.0.line.extend_from_slice(json);
        if self.0.line.len() >= AHEAD_BYTES && self.0.number.is_some() {
            self.0.send();
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
