//! S: sending all of it.

mod empty;
mod enormous;
mod errors;
mod interrupt;
mod partial;
mod peer;
mod sharing;
mod time;
mod wait;

pub use {empty::*, enormous::*, errors::*, interrupt::*, partial::*, peer::*, sharing::*, time::*, wait::*};
