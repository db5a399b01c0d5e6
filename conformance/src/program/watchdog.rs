//! What names a case that hangs: a thread that ends the program.

use std::{
    process,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use super::trials::Trial;

/// Watches until it is dropped.
pub struct Watchdog(Sender<String>);

impl Watchdog {
    /// Of trials that may take so long each.
    pub fn new(limit: Duration) -> Self {
        let (begins, begun) = mpsc::channel();
        thread::spawn(move || {
            let Ok(mut current) = begun.recv() else { return };
            loop {
                match begun.recv_timeout(limit) {
                    Ok(next) => current = next,
                    Err(RecvTimeoutError::Disconnected) => return,
                    Err(RecvTimeoutError::Timeout) => {
                        println!(
                            "not ok {current}\n  ---\n  what: \"hangs for {limit:?}\"\n  ...\nBail out! A case hangs."
                        );
                        process::exit(1);
                    }
                }
            }
        });
        Self(begins)
    }

    /// This trial begins, so the one before is over.
    pub fn watch(&self, number: usize, trial: &Trial) {
        // The thread ends after this program or with it.
        let _ = self.0.send(format!("{number} - {} {}: {}", trial.id, trial.world, trial.claim));
    }
}
