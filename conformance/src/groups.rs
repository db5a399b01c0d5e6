//! The groups of cases: what their ids begin with, and how many of each are known.

/// The cases about one subject.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What their ids begin with.
    pub letter: char,
    /// What they are about.
    pub title: &'static str,
    /// How many there are, replayed or not. They are numbered from 1.
    pub cases: usize,
}

impl Group {
    /// Whether the case with this id is one of them.
    pub fn has(&self, id: &str) -> bool {
        id.starts_with(self.letter)
    }
}

/// All of them, in the order of the list: 371 cases.
pub const GROUPS: [Group; 13] = [
    Group { letter: 'S', title: "send_complete", cases: 45 },
    Group { letter: 'R', title: "recv_until_terminator", cases: 50 },
    Group { letter: 'W', title: "wait and wait for many", cases: 33 },
    Group { letter: 'C', title: "is_connected", cases: 15 },
    Group { letter: 'L', title: "lifecycle, accept, options", cases: 20 },
    Group { letter: 'N', title: "making and connecting sockets", cases: 15 },
    Group { letter: 'T', title: "token pipes", cases: 26 },
    Group { letter: 'I', title: "interrupts", cases: 19 },
    Group { letter: 'G', title: "shutdown and daemons", cases: 19 },
    Group { letter: 'E', title: "error texts", cases: 7 },
    Group { letter: 'P', title: "protocols on top", cases: 26 },
    Group { letter: 'K', title: "line readers", cases: 19 },
    Group { letter: 'V', title: "links", cases: 77 },
];
