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
        R_01 recv::line_in_one_segment "a line in one segment comes out whole, in two calls"
        R_02 recv::empty_line "a terminator that comes first ends an empty line, and one byte is taken"
        R_03 recv::nothing_past_the_terminator "what follows the terminator stays in the stream, to the byte"
        R_04 recv::two_lines_in_one_segment "two lines in one segment are two calls, each with its own line"
        R_05 recv::terminator_at_a_boundary "no length of line is special: neither 512 bytes nor 1,024"
        R_06 recv::line_in_two_segments "a line that comes in two segments is one line"
        R_07 recv::nul_is_a_byte "NUL is a byte like any other, in a line and as its terminator"
        R_08 recv::carriage_return_stays "with \\n as terminator, a \\r before it is part of the line"
        R_09 recv::terminator_above_127 "differs: a terminator of 0x80 to 0xFF is found"
        R_10 recv::terminator_takes_the_last_place "the terminator counts towards the limit: ten bytes hold a line of nine"
        R_11 recv::no_place_for_the_terminator "a line as long as the limit is too long, and its terminator is left in the stream"
        R_12 recv::limit_is_noticed_at_once "differs: that the limit is reached is reported at once, without another wait"
        R_13 recv::limit_of_zero "with no room at all the line is too long before the stream is looked at"
        R_14 recv::limit_of_one "with room for one byte an empty line fits, and no other"
        R_15 recv::peek_fits_into_the_room "a peek asks for no more than the limit leaves"
        R_16 recv::flood "a flood without a terminator ends at the limit"
        R_17 recv::end_before_any_data "the end of the stream is an error of its own, each time"
        R_18 recv::end_after_a_part "differs: what came before the end is not lost, and the error says how much it is"
        R_19 recv::part_is_kept "differs: after a timeout, an interrupt, the limit or an error the part is kept, and the next call goes on"
        R_20 recv::transient_error "EAGAIN, EINTR and EINPROGRESS make it wait and look again"
        R_21 recv::permanent_error "any other error of a receive is reported, with its text, and takes nothing"
        R_22 recv::short_consumption "differs: a receive after the peek that gives fewer bytes is gone on with"
        R_23 recv::failed_consumption "differs: a receive after the peek that fails is tried again, or reported with its error"
        R_24 recv::empty_consumption "differs: a receive after the peek that gives nothing is no error, unless the stream has ended"
        R_25 recv::peek_shows_one_byte_at_a_time "a peek that shows one byte at a time slows a line down, and no more"
        R_26 recv::bytes_change_after_the_peek "differs: what counts is what was taken, not what the peek had shown"
        R_27 recv::nonsense_counts "differs: a stream that counts wrong can do no harm to memory"
        R_28 recv::timeout_of_zero "a timeout of zero is one attempt, which takes what is there"
        R_29 recv::odd_deadlines "differs: an enormous timeout does not overflow, and no clock is used that can be set"
        R_30 recv::line_comes_in_the_last_wait "a line that comes during the last wait is returned, not a timeout"
        R_31 recv::interrupt_keeps_nothing_back "an interrupt that is set already keeps back no line that is there"
        R_32 recv::what_is_reported_first "an error beats a timeout, and a timeout beats an interrupt"
        R_33 recv::interrupt_ends_the_wait "differs: an interrupt ends the wait at once; only a plain flag is looked at every second"
        R_34 recv::blocking_descriptor "differs: a deadline holds on a blocking descriptor, which stays blocking"
        R_35 recv::data_then_end "a line that came before the end of the stream is returned before it"
        R_36 recv::data_then_reset "a line that came before a reset is returned, then the reset is reported once, then the end"
        R_37 recv::reset_alone "a reset is reported once, then the end of the stream"
        R_38 recv::end_with_our_data_unread "a peer that closes with something of ours unread has reset the connection"
        R_39 recv::out_of_band_byte "an out-of-band byte is not part of the line, and does not wake a wait for more"
        R_40 recv::records "on a socket of records the rest of the record is lost: such sockets must not be adopted"
        R_41 recv::peek_offset "with SO_PEEK_OFF lines are overlooked, but no byte is lost on a Unix socket, and nothing spins"
        R_42 recv::low_water_mark "SO_RCVLOWAT delays a line, at the longest until the deadline, and then it is returned"
        R_43 recv::not_a_socket "a pipe is refused with ENOTSOCK"
        R_44 recv::stream_without_peek "a stream that cannot be peeked at implements Peek over a buffer of its own"
        R_45 recv::trickle "one byte a second does not prolong the deadline, which is for the whole line"
        R_46 recv::calls_for_a_long_line "differs: a line of 3,000 bytes is two calls, and after a full window nothing waits"
        R_47 recv::line_longer_than_the_window "a line longer than the window is taken without a wait, in larger and larger windows"
        R_48 recv::never_connected "on a socket that was never connected it fails at once"
        R_49 recv::two_readers "two readers of one stream get each byte at least once between them, in no promised order, and text stays text"
        R_50 recv::out_of_memory "there is no allocation that could fail between the peek and the line"
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
