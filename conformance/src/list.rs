//! The list: one line a case. Everything that runs cases is made from it.

use core::marker::PhantomData;

use crate::{Case, World, cases};

/// Hands the whole list, and `$arg`s of its own, to the macro `$then`.
#[macro_export]
macro_rules! for_each_case {
    ($($then:ident)::+ $(, $arg:tt)*) => { $($then)::+! { [$($arg),*]
        // S: sending all of it
        S_06 send::single_full_write "a send that fits is one send, and looks at neither clock nor interrupt"
        // R: receiving up to a terminator
        R_01 recv::line_in_one_segment "a line in one segment comes out whole"
        R_06 recv::line_in_two_segments "a line that comes in two segments is one line"
        // C: asking whether the peer is there
        // L: lifecycle
        // T: token pipes
    } };
}

macro_rules! as_suite {
    ([] $($id:ident $module:ident :: $case:ident $claim:literal)*) => {
        impl<W: World + 'static> Suite<W> {
            /// The list for this world, in its order.
            pub const ALL: &'static [Case<W>] =
                &[$(Case { id: stringify!($id), claim: $claim, run: cases::$module::$case::<W> }),*];
        }
    };
}

/// The list, for one world.
#[derive(Debug)]
pub struct Suite<W>(PhantomData<W>);

for_each_case!(as_suite);

/// The list as one `#[test]` each, in the world `$world`, which is made anew for each: `for_each_case!(as_tests, MyWorld)`.
#[macro_export]
macro_rules! as_tests {
    ([$world:ident] $($id:ident $module:ident :: $case:ident $claim:literal)*) => { $(
        #[test]
        #[allow(non_snake_case)]
        fn $id() {
            match $crate::cases::$module::$case(&$world::default()) {
                Ok(()) => {}
                Err($crate::Outcome::Skipped(why)) => println!("skipped: {why}"),
                Err($crate::Outcome::Failed { file, line, what }) => panic!("{}: {file}:{line}: {what}", $claim),
            }
        }
    )* };
}
