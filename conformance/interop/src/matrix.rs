//! All cells, and what is seen in one.

use std::fmt;

use crate::{
    Error, Link, Peer, Profile, Transport,
    ends::{End, WATCHDOG},
    peer::Talk,
    peers,
    talk::{self, Part},
};

/// Two ends, the profile that each of them speaks, and what carries the bytes.
#[derive(Clone, Copy)]
pub struct Cell {
    connects: (&'static dyn Peer, Profile),
    serves: (&'static dyn Peer, Profile),
    transport: Transport,
}

/// What came of a cell.
pub enum Verdict {
    /// What was seen.
    Passed(String),
    /// What went wrong, and at which end.
    Failed(String),
    /// Why it could not be tried.
    Skipped(String),
}

/// Every peer with every other, as far as they speak the same; and ours with each where they do not.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for connects in peers::peers() {
        for serves in peers::peers().into_iter().filter(|peer| peer.name() != connects.name()) {
            for transport in Transport::ALL {
                for a in Profile::ALL.into_iter().filter(|&profile| connects.speaks(profile, transport)) {
                    for b in Profile::ALL.into_iter().filter(|&profile| serves.speaks(profile, transport)) {
                        cells.push(Cell { connects: (connects, a), serves: (serves, b), transport });
                    }
                }
            }
        }
    }
    let ours = |cell: &Cell| cell.ends().iter().any(|(peer, _)| peer.name() == peers::OURS);
    cells.retain(|cell| cell.fits() || ours(cell));
    cells
}

impl Cell {
    /// Runs it. A watchdog ends each meeting of the two ends after a minute.
    pub fn run(&self) -> Verdict {
        for (peer, _) in self.ends() {
            if let Err(why) = peer.version() {
                return Verdict::Skipped(format!("{}: {why}", peer.name()));
            }
        }
        match if self.fits() { self.converse() } else { self.misunderstand() } {
            Ok(seen) => Verdict::Passed(seen),
            Err(why) => Verdict::Failed(why),
        }
    }

    fn ends(&self) -> [(&'static dyn Peer, Profile); 2] {
        [self.connects, self.serves]
    }

    fn fits(&self) -> bool {
        self.connects.1 == self.serves.1
    }

    fn converse(&self) -> Result<String, String> {
        let lends = self.ends().iter().all(|(peer, profile)| peer.lends(*profile));
        // Who cannot end and still receive waits for the other's end.
        let ends = self.connects.0.half_closes(self.connects.1);
        let connects = Part { begins: true, ends, lends };
        let serves = Part { begins: false, ends: !ends, lends };
        self.meet(move |link| talk::part(link, connects), move |link| talk::part(link, serves))?;
        self.meet(move |link| talk::converse(link, connects), move |link| talk::converse(link, serves))?;
        let sizes = talk::SIZES.len();
        let lent = if lends { ", a descriptor" } else { "" };
        let closer = if ends { "connected" } else { "served" };
        Ok(format!("each way {sizes} frames in turn, {sizes} at once{lent}, and the end, first by who {closer}"))
    }

    fn misunderstand(&self) -> Result<String, String> {
        let errors = self.meet(talk::misunderstand, talk::misunderstand)?;
        let theirs = [self.serves.1, self.connects.1];
        let mut seen = Vec::new();
        for (((peer, mine), theirs), error) in self.ends().into_iter().zip(theirs).zip(errors) {
            let expected = talk::objection(mine, theirs);
            if error.kind != expected {
                return Err(format!("{}: {expected:?} expected: {error}", peer.name()));
            }
            seen.push(format!("{}: {error}", peer.name()));
        }
        Ok(seen.join("; "))
    }

    /// Has both ends talk, and says what each of them returned: first the one that connected.
    fn meet<T: Send + 'static>(
        &self,
        connects: impl FnMut(&mut dyn Link) -> Result<T, Error> + Send + 'static,
        serves: impl FnMut(&mut dyn Link) -> Result<T, Error> + Send + 'static,
    ) -> Result<[T; 2], String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let (tell, ready) = std::sync::mpsc::channel();
        let (peer, profile) = self.serves;
        let at = self.transport.address(folder.path());
        let open = move |talk: &mut Talk| peer.serve(&at, profile, &mut |address| drop(tell.send(address)), talk);
        let server = End::start(peer.name(), open, serves);

        let Ok(address) = ready.recv_timeout(WATCHDOG) else {
            return Err(server.outcome().err().unwrap_or_default());
        };
        let (peer, profile) = self.connects;
        let client = End::start(peer.name(), move |talk: &mut Talk| peer.connect(&address, profile, talk), connects);

        match (client.outcome(), server.outcome()) {
            (Ok(a), Ok(b)) => Ok([a, b]),
            (Err(a), Err(b)) => Err(format!("{a}; {b}")),
            (Err(why), _) | (_, Err(why)) => Err(why),
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((client, a), (server, b)) = (self.connects, self.serves);
        write!(f, "{} to {}, {:?}, {a:?}", client.name(), server.name(), self.transport)?;
        if self.fits() { Ok(()) } else { write!(f, " to {b:?}") }
    }
}
