//! Those who can be at an end.

mod codec;
mod ours;
mod python;
mod runtime;
mod vox;

use crate::Peer;

/// The name of the one that is tested.
pub const OURS: &str = "sockpipe";

/// All of them.
pub fn peers() -> [&'static dyn Peer; 4] {
    [&ours::Ours, &vox::Vox, &codec::Codec, &python::Python]
}

/// The version of a package, as it is locked.
fn locked(package: &str) -> Result<String, String> {
    let from = include_str!("../../Cargo.lock").split_once(&format!("name = \"{package}\"\nversion = \""));
    let version = from.and_then(|(_, from)| from.split_once('"')).map(|(version, _)| version.to_string());
    version.ok_or_else(|| format!("{package} is not in Cargo.lock"))
}
