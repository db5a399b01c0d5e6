//! A receiving half without its I/O: it says what to read into, and is told what came of it.
//!
//! All that has come is in here as soon as it has, and nothing in whoever reads; so it does not matter when he stops.

use super::{RxError, error::is_transient};
use crate::{
    link::{Decoder, Format, FrameError, intake::Intake},
    log,
};

#[derive(Debug)]
pub(in crate::link) struct Inbox<'b> {
    decoder: Decoder,
    intake: Intake<'b>,
    fate: Fate,
}

/// What has become of the link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Alive,
    /// The stream has ended, between two frames.
    Ended,
    Wrong(FrameError),
    Broken,
    TooSmall,
}

impl<'b> Inbox<'b> {
    pub(in crate::link) fn new(format: Format, memory: &'b mut [u8]) -> Self {
        let fate = if memory.is_empty() { Fate::TooSmall } else { Fate::Alive };
        Self { decoder: Decoder::new(format), intake: Intake::new(memory), fate }
    }

    pub(in crate::link) fn format(&self) -> Format {
        self.decoder.format()
    }

    /// Bytes are here that no frame has been made of yet.
    pub(in crate::link) fn buffered(&self) -> bool {
        !self.intake.is_empty()
    }

    /// How long the frame is whose header has come. `None`: it has not.
    pub(in crate::link) fn len(&self) -> Option<usize> {
        self.decoder.under_way().map(|(len, _)| len)
    }

    /// A part of the frame under way is in somebody's memory.
    pub(in crate::link) fn unfinished<E>(&self) -> Option<RxError<E>> {
        let (len, left) = self.decoder.under_way()?;
        (left < len).then_some(RxError::Unfinished { received: len - left, len })
    }

    /// What to read into for the next header. `None`: it is here, or none will come.
    pub(in crate::link) fn room_for_header<E>(&mut self) -> Result<Option<&mut [u8]>, RxError<E>> {
        let has_come = self.header()?.is_some() || self.fate == Fate::Ended;
        Ok(if has_come { None } else { Some(self.intake.spare(0)) })
    }

    /// What to read into for the next frame. `None`: all of it is here, or none will come.
    pub(in crate::link) fn room_for_frame<E>(&mut self) -> Result<Option<&mut [u8]>, RxError<E>> {
        match self.header()? {
            Some(len) if len > self.intake.capacity() => {
                Err(self.unfinished().unwrap_or(RxError::Larger { len: len as u32 }))
            }
            Some(len) if len > self.intake.bytes().len() => Ok(Some(self.intake.spare(len))),
            None if self.fate == Fate::Alive => Ok(Some(self.intake.spare(0))),
            _ => Ok(None),
        }
    }

    /// The frame, once all of it is here.
    pub(in crate::link) fn take(&mut self) -> Option<&mut [u8]> {
        let len = self.len()?;
        self.decoder.payload_taken(len);
        Some(self.intake.take(len))
    }

    /// What to read into for the frame under way, which goes to `out` and is just as long. `None`: all of it is there, and taken.
    ///
    /// What fits into our memory goes there first, so that `out` matters at the end only.
    pub(in crate::link) fn room_in<'a>(&'a mut self, out: &'a mut [u8]) -> Option<&'a mut [u8]> {
        let (len, left) = self.decoder.under_way()?;
        let is_large = len > self.intake.capacity();
        if !is_large && len > self.intake.bytes().len() {
            return Some(self.intake.spare(len));
        }
        let there = self.intake.take(left);
        let n = there.len();
        let rest = out.get_mut(len - left..).unwrap_or_default();
        rest.iter_mut().zip(&*there).for_each(|(place, byte)| *place = *byte);
        let is_last = self.decoder.payload_taken(n);
        if is_last { None } else { rest.get_mut(n..) }
    }

    /// What came of reading into the room that was asked for last.
    pub(in crate::link) fn received<E: embedded_io::Error>(
        &mut self,
        read: Result<usize, E>,
    ) -> Result<(), RxError<E>> {
        match (read, self.decoder.under_way()) {
            (Ok(0), _) => match self.decoder.end_behind(self.intake.len()) {
                Ok(()) => self.fate = Fate::Ended,
                Err(error) => return Err(self.die(error)),
            },
            (Ok(n), Some((len, left))) if len > self.intake.capacity() => {
                self.decoder.payload_taken(n.min(left));
            }
            // Whoever claims more than there was room for has filled it.
            (Ok(n), _) => self.intake.put(n.min(self.intake.capacity())),
            (Err(error), _) => {
                if !is_transient(&error) {
                    log::debug!("link ends, its reader has failed");
                    self.fate = Fate::Broken;
                }
                return Err(RxError::Io(error));
            }
        }
        Ok(())
    }

    fn is_alive<E>(&self) -> Result<(), RxError<E>> {
        match self.fate {
            Fate::Alive | Fate::Ended => Ok(()),
            Fate::Wrong(error) => Err(RxError::Protocol(error)),
            Fate::Broken => Err(RxError::Broken),
            Fate::TooSmall => Err(RxError::TooSmall),
        }
    }

    /// How long the next frame is, if its header is here.
    fn header<E>(&mut self) -> Result<Option<usize>, RxError<E>> {
        self.is_alive()?;
        if self.decoder.under_way().is_none() {
            let mut bytes = self.intake.bytes();
            let header = self.decoder.header(&mut bytes);
            let rest = bytes.len();
            self.intake.keep(rest);
            match header {
                Ok(Some(header)) if header.fds > 0 => {
                    return Err(self.die(FrameError::UnwantedFds { fds: header.fds }));
                }
                Ok(_) => {}
                Err(error) => return Err(self.die(error)),
            }
        }
        Ok(self.len())
    }

    #[cold]
    fn die<E>(&mut self, error: FrameError) -> RxError<E> {
        log::debug!("link ends, its peer does not keep to the profile");
        self.fate = Fate::Wrong(error);
        RxError::Protocol(error)
    }
}
