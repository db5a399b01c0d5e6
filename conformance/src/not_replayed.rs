//! The cases that are not replayed, each with the reason: what nobody could see from outside, or what is not about byte streams.

/// The id, and why it is not in the list.
pub const NOT_REPLAYED: &[(&str, &str)] = &[
    // T: token pipes
    ("T_24", "about Windows, where Core has no token pipe to compare with"),
    ("T_25", "about a C++ statement behind an endless loop; in Rust such a value cannot be returned"),
];
