//! The cases that are not replayed, each with the reason: what nobody could see from outside, or what is not about byte streams.

/// The id, and why it is not in the list.
pub const NOT_REPLAYED: &[(&str, &str)] = &[
    // W: waiting
    ("W_25", "about a null pointer in a set; there are no null references"),
    (
        "W_27",
        "about a number that passes to another file during a wait; a set borrows its descriptors, so that does not compile",
    ),
    // L: lifecycle
    ("L_19", "about the width of a socket's handle in C++ on Windows, where one value of it means none"),
    // N: making sockets and connecting them
    ("N_15", "about how long Windows takes to refuse a connection"),
    // T: token pipes
    ("T_24", "about Windows, where Core has no token pipe to compare with"),
    ("T_25", "about a C++ statement behind an endless loop; in Rust such a value cannot be returned"),
    // E: what an error says
    ("E_05", "about the two sets of numbers that Windows has"),
    ("E_06", "about a space at the end of Windows' texts"),
    // P: protocols
    ("P_26", "about the format of I2P's private keys; no stream has a part in it"),
    // I: the interrupt
    (
        "I_17",
        "destroying it under somebody who waits does not compile; a documentation test of `ThreadInterrupt` shows that",
    ),
    ("I_18", "about memory order, which no run of a program shows; a model with a mutant does, in `loom_tests`"),
];
