//! stdin and fd 3, out of the action's reach.

use std::fs::{File, OpenOptions};
use std::io::BufReader;
use std::os::unix::io::{AsRawFd, FromRawFd, RawFd};
use std::process;

extern "C" {
    fn dup2(old: RawFd, new: RawFd) -> RawFd;
}

/// The own copies of stdin and fd 3, which no child inherits. In their place is /dev/null: the action can neither read
/// the next activation nor write an answer.
pub fn take_over() -> (BufReader<File>, File) {
    (BufReader::with_capacity(64 << 10, moved(0)), moved(3))
}

fn moved(fd: RawFd) -> File {
    let null = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/null")
        .unwrap_or_else(|_| process::exit(1));
    // SAFETY: this file is left to the system, and not closed: fd goes on under another meaning.
    let there = std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    let own = there.try_clone().unwrap_or_else(|_| process::exit(1));
    // SAFETY: both are open.
    unsafe { dup2(null.as_raw_fd(), fd) };
    own
}
