//! What the two ends say to each other: the same over every link.

use crate::{Error, Kind, Link, Profile};

/// The frames' lengths.
pub const SIZES: [usize; 7] = [0, 1, 3, 17, 4096, 70_000, crate::MAX];

/// What one end does in a conversation.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Whether it speaks first.
    pub begins: bool,
    /// Whether it is the first to say that no more comes.
    pub ends: bool,
    /// Whether descriptors go along.
    pub lends: bool,
}

/// Nothing but the end.
pub fn part(link: &mut dyn Link, part: Part) -> Result<(), Error> {
    take_turns(link, part.ends, |link| link.finish(), expect_end)
}

/// Frame by frame; then all frames at once; then a descriptor each way; then the end. Nobody sends while the other does, so that
/// links without a thread of their own can do it.
pub fn converse(link: &mut dyn Link, part: Part) -> Result<(), Error> {
    let ours = SIZES.map(|len| frame(len, part.begins));
    let theirs = SIZES.map(|len| frame(len, !part.begins));

    for (ours, theirs) in ours.iter().zip(&theirs) {
        take_turns(link, part.begins, |link| link.send(ours), |link| expect(link, theirs))?;
    }
    let hear_all = |link: &mut dyn Link| theirs.iter().try_for_each(|frame| expect(link, frame));
    take_turns(link, part.begins, |link| link.send_all(&ours), hear_all)?;
    if part.lends {
        let hear = |link: &mut dyn Link| expect(link, &frame(17, !part.begins));
        take_turns(link, part.begins, |link| lend(link, &frame(17, part.begins)), hear)?;
    }
    self::part(link, part)
}

/// Both speak, and neither can understand the other: an error is what must come.
pub fn misunderstand(link: &mut dyn Link) -> Result<Error, Error> {
    // The other end may be gone already, for the same reason.
    let _ = link.send(&frame(17, true));
    match link.recv() {
        Err(error) => Ok(error),
        Ok(got) => Err(Error::other(format!("received {:?} bytes, and no error", got.map(|got| got.len())))),
    }
}

/// What an end that speaks `mine` must find wrong with one that speaks `theirs`.
pub fn objection(mine: Profile, theirs: Profile) -> Kind {
    match (mine, theirs) {
        (Profile::Bare, _) => Kind::Prologue,
        (_, Profile::Bare) => Kind::BadMagic,
        (Profile::Next, _) | (_, Profile::Next) => Kind::BadVersion,
        (_, Profile::Flagged) => Kind::UnknownFlags,
        _ => Kind::WrongProfile,
    }
}

fn take_turns(
    link: &mut dyn Link,
    begins: bool,
    say: impl FnOnce(&mut dyn Link) -> Result<(), Error>,
    hear: impl FnOnce(&mut dyn Link) -> Result<(), Error>,
) -> Result<(), Error> {
    if begins {
        say(link)?;
        hear(link)
    } else {
        hear(link)?;
        say(link)
    }
}

/// Bytes that show where they belong, and who sent them.
fn frame(len: usize, begins: bool) -> Vec<u8> {
    let sender = if begins { 0 } else { 0xff };
    (0..len).map(|i| (i % 251) as u8 ^ sender).collect()
}

fn expect(link: &mut dyn Link, frame: &[u8]) -> Result<(), Error> {
    match link.recv()? {
        Some(got) => compare("frame", &got, frame),
        None => Err(Error::other(format!("the end instead of {} bytes", frame.len()))),
    }
}

/// It comes, and stays.
fn expect_end(link: &mut dyn Link) -> Result<(), Error> {
    for _ in 0..2 {
        if let Some(got) = link.recv()? {
            return Err(Error::other(format!("{} bytes instead of the end", got.len())));
        }
    }
    Ok(())
}

fn lend(link: &mut dyn Link, frame: &[u8]) -> Result<(), Error> {
    link.lend(frame)?;
    compare("pipe", &link.returned()?, frame)
}

fn compare(what: &str, got: &[u8], expected: &[u8]) -> Result<(), Error> {
    if got == expected {
        return Ok(());
    }
    let same = got.iter().zip(expected).take_while(|(a, b)| a == b).count();
    Err(Error::other(format!("{what}: {} bytes, expected {}, the same up to {same}", got.len(), expected.len())))
}
