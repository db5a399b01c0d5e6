//! The two ends of a cell, each on a thread of its own, under one watchdog.

use std::{
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::{Duration, Instant},
};

use crate::{Error, Link, peer::Talk};

/// After so long a cell has failed, whatever its ends are doing.
pub const WATCHDOG: Duration = Duration::from_secs(60);

/// One that is talking. Its link stays open until this is dropped, so that the other loses nothing that it has still to read; if it
/// fails, it closes at once.
pub struct End<T> {
    name: &'static str,
    outcome: Receiver<Result<T, Error>>,
    until: Instant,
    _open: Sender<()>,
}

impl<T: Send + 'static> End<T> {
    /// Opens a link and talks over it.
    pub fn start(
        name: &'static str,
        open: impl FnOnce(&mut Talk) -> Result<(), Error> + Send + 'static,
        mut talk: impl FnMut(&mut dyn Link) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        let (tell, outcome) = mpsc::channel();
        let (_open, closed) = mpsc::channel::<()>();
        thread::spawn(move || {
            let opened = open(&mut |link| {
                let outcome = talk(link);
                let is_ok = outcome.is_ok();
                let _ = tell.send(outcome);
                if is_ok {
                    let _ = closed.recv();
                }
            });
            if let Err(error) = opened {
                let _ = tell.send(Err(error));
            }
        });
        Self { name, outcome, until: Instant::now() + WATCHDOG, _open }
    }

    /// What came of it, or what went wrong, with the name.
    pub fn outcome(&self) -> Result<T, String> {
        let left = self.until.saturating_duration_since(Instant::now());
        let outcome = self.outcome.recv_timeout(left).map_err(|error| match error {
            mpsc::RecvTimeoutError::Timeout => "the watchdog's time is up".to_string(),
            mpsc::RecvTimeoutError::Disconnected => "it panicked".to_string(),
        });
        let outcome = outcome.and_then(|outcome| outcome.map_err(|error| error.to_string()));
        outcome.map_err(|why| format!("{}: {why}", self.name))
    }
}
