//! The same for links: every sequence of answers to a link that sends two frames or receives three, by each verb and in each profile.
//!
//! The caller does what the errors tell him: what was not accepted he sends again, what was accepted he leaves to the link, after a timeout
//! or an interrupt he goes on. Then the model is a line: **the stream is the frames, one behind the other, up to where it broke**. Each symbol
//! is an answer to an attempt; "due" and "intr" happen to whatever is called next, and a wait is otherwise "ready".

mod recv;
mod send;
mod stream;

use std::{format, string::String, vec, vec::Vec};

use sockpipe::{
    Deadline,
    link::{Format, Profile},
};

use super::Symbol;

/// The three profiles.
pub const FORMATS: [Format; 3] = [Format::bare(100), Format::plain(100), Format::fd(100)];

/// How much time each call gets, and by how much "due" sets the clock on.
const PATIENCE: core::time::Duration = core::time::Duration::from_secs(1);
const DEADLINE: Deadline = Deadline::Within(PATIENCE);

/// What a link is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// `send`
    Send,
    /// `reserve`, `alloc`, `commit`, then `flush`
    Commit,
    /// The same with `commit_later`
    CommitLater,
    /// `feed`, then `flush`
    Batch,
    /// A batch's `send`
    Alone,
    /// `send_large`
    Large,
    /// `send` of what is longer than a page
    Uncopied,
    /// `recv`
    Recv,
    /// `recv_into`, with little memory
    RecvInto,
    /// `next_len`, then `recv`
    NextLen,
}

impl Verb {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Send,
        Self::Commit,
        Self::CommitLater,
        Self::Batch,
        Self::Alone,
        Self::Large,
        Self::Uncopied,
        Self::Recv,
        Self::RecvInto,
        Self::NextLen,
    ];

    fn receives(self) -> bool {
        matches!(self, Self::Recv | Self::RecvInto | Self::NextLen)
    }
}

/// The answers there are.
const SYMBOLS: [Symbol; 10] = [
    Symbol::Full,
    Symbol::Part,
    Symbol::One,
    Symbol::Zero,
    Symbol::Again,
    Symbol::Intr,
    Symbol::Due,
    Symbol::Interrupt,
    Symbol::Eof,
    Symbol::Reset,
];

/// Runs one sequence.
///
/// # Errors
/// What was not as it must be.
pub fn check(verb: Verb, format: Format, script: &[Symbol]) -> Result<(), String> {
    let result = if verb.receives() { recv::check(verb, format, script) } else { send::check(verb, format, script) };
    result.map_err(|what| {
        let script: Vec<String> = script.iter().map(|symbol| format!("{symbol}")).collect();
        format!("{verb:?} in {:?}, {}: {what}", format.profile, script.join(","))
    })
}

/// Runs all sequences of just so many answers, and says how many those were.
///
/// # Errors
/// The first that did not end as it must.
pub fn search(verb: Verb, format: Format, length: u32) -> Result<usize, String> {
    let count = SYMBOLS.len().pow(length);
    for number in 0..count {
        let mut rest = number;
        let script = (0..length).map(|_| {
            let symbol = SYMBOLS[rest % SYMBOLS.len()];
            rest /= SYMBOLS.len();
            symbol
        });
        check(verb, format, &script.collect::<Vec<_>>())?;
    }
    Ok(count)
}

/// A frame, as it is on the wire.
fn frame(profile: Profile, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![payload.len() as u8, 0, 0, 0];
    bytes.resize(profile.header_len(), 0);
    bytes.extend_from_slice(payload);
    bytes
}
