//! An interrupt of a model: a flag with the world's bell.

use loom::{
    cell::UnsafeCell,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering::Release},
};
use sockpipe::{Interrupt, Lend};

use crate::world::World;

/// A flag whose owner also rings the world's bell, as one with an eventfd would. Before that he notes why.
pub struct Alarm {
    pub why: UnsafeCell<()>,
    flag: AtomicBool,
    world: World,
}

impl Alarm {
    pub fn new(world: &World) -> Arc<Self> {
        Arc::new(Self { why: UnsafeCell::new(()), flag: AtomicBool::new(false), world: world.clone() })
    }

    pub fn set(&self) {
        self.why.with_mut(|_| ());
        self.flag.store(true, Release);
        self.world.ring();
    }
}

impl Interrupt for Alarm {
    fn is_set(&self) -> bool {
        self.flag.is_set()
    }

    /// The world's waits see the bell unasked.
    fn lend(&self) -> Lend<'_> {
        Lend::Never
    }
}
