//! Descriptors that go along with a frame: the end of a pipe that is written to.

use std::{
    io::{PipeReader, Read, Write},
    os::fd::OwnedFd,
};

use crate::Error;

/// What is kept of the pipe whose other end was lent.
#[derive(Default)]
pub struct Loan(Option<PipeReader>);

impl Loan {
    /// A new pipe's other end.
    pub fn lend(&mut self) -> Result<OwnedFd, Error> {
        let (reader, writer) = std::io::pipe()?;
        self.0 = Some(reader);
        Ok(writer.into())
    }

    /// All that was written there. Waits until nobody can write any more.
    pub fn returned(&mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        self.0.take().ok_or_else(|| Error::other("nothing was lent"))?.read_to_end(&mut all)?;
        Ok(all)
    }
}

/// What a borrower does: writes the frame to what came with it, and closes that.
pub fn give_back(frame: &[u8], descriptors: impl IntoIterator<Item = OwnedFd>) -> Result<(), Error> {
    for descriptor in descriptors {
        std::fs::File::from(descriptor).write_all(frame)?;
    }
    Ok(())
}
