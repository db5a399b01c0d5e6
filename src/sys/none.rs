//! No operating system that this crate knows: the portable part alone.

use core::{convert::Infallible, marker::PhantomData};

/// Nothing can be polled here: no value of this type exists.
#[derive(Clone, Copy, Debug)]
pub struct Handle<'a>(Infallible, PhantomData<&'a ()>);
