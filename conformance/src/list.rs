//! The list: one line a case. Everything that runs cases is made from it.

use core::marker::PhantomData;

use crate::{Case, World, cases};

/// Hands the whole list, and `$arg`s of its own, to the macro `$then`.
#[macro_export]
macro_rules! for_each_case {
    ($($then:ident)::+ $(, $arg:tt)*) => { $($then)::+! { [$($arg),*]
        // S: sending all of it
        S_01 send::empty "differs: sending nothing is Ok without a system call, where Core throws \"send(): Success (0)\""
        S_02 send::empty_after_an_error "differs: an error of an earlier call is never taken for one of an empty send"
        S_03 send::empty_after_would_block "differs: sending nothing never waits, where Core can spin until the deadline"
        S_04 send::empty_to_dead_peer "differs: sending nothing is Ok whatever has become of the peer, where Core's answer depends on the system"
        S_05 send::zero_is_not_now "differs: a send that takes nothing is waited for and tried again, without a spin, where Core goes by a stale errno"
        S_06 send::single_full_write "a send that fits is one send, and looks at neither clock nor interrupt"
        S_07 send::two_pieces "what one send did not take, the next one gets, and nothing else"
        S_08 send::one_byte_at_a_time "data taken a byte at a time arrives whole and in order, with a wait between two sends"
        S_09 send::would_block "a send that would block is waited for and tried again"
        S_10 send::ewouldblock "EWOULDBLOCK is transient, also where it is not EAGAIN"
        S_11 send::signal "a send that a signal cut short is tried again, after a look at the deadline"
        S_12 send::in_progress "EINPROGRESS is transient"
        S_13 send::permanent_errors "every other error ends the send at once, and the caller may go on from where it says"
        S_14 send::error_after_part "an error after a part of the data says how much had gone out, and only of permanent errors does the caller hear"
        S_15 send::peer_closed "sending to a peer that is gone is \"send(): Broken pipe (32)\", and no SIGPIPE"
        S_16 send::peer_of_accepted_closed "accepted and adopted sockets are as safe from SIGPIPE as those that were made here"
        S_17 send::success_is_not_delivery "a send to a peer that has closed can succeed: Ok means that the kernel has the bytes"
        S_18 send::reset_is_told_once "after a reset the first send says so, and later ones \"Broken pipe\""
        S_19 send::now_is_one_attempt "a timeout of zero is exactly one attempt, which is enough if it takes everything"
        S_20 send::now_after_part "a timeout of zero after a part of the data says how much had gone out"
        S_21 send::past_is_one_attempt "a deadline in the past is one attempt, as Core's negative timeout is"
        S_22 send::enormous_timeout "differs: an enormous timeout is never over, where Core's overflows"
        S_23 send::exactly_at_the_deadline "at the deadline time is up, a millisecond before it is not"
        S_24 send::last_attempt "after the last wait there is one more attempt before the clock is read"
        S_25 send::done_after_the_deadline "data that is taken after the deadline is a success all the same"
        S_26 send::timeout_beats_interrupt "a timeout is reported in preference to an interrupt"
        S_27 send::error_beats_all "a permanent error is reported in preference to both"
        S_28 send::interrupt_set_on_entry "an interrupt that is set already keeps back only what cannot be sent at once"
        S_29 send::interrupt_during_wait "an interrupt with a handle ends the wait at once, a flag within a second; one last attempt follows"
        S_30 send::interrupt_reset_during_wait "an interrupt that was set and reset during a wait is not lost, if it remembers"
        S_31 send::wait_fails "differs: a wait that fails for good ends the send with its error, where Core spins until the deadline"
        S_32 send::wait_is_cut_by_a_signal "a wait that a signal cut short is followed by the next attempt"
        S_33 send::wait_finds_an_error "a connection that breaks during the wait ends it, and the next send says why"
        S_34 send::blocking_mode "deadline and interrupt hold on a descriptor in blocking mode, too"
        S_35 send::still_connecting "a send on a socket that is still connecting waits, and does not spin"
        S_36 send::never_connected "a send on a socket that was never connected fails at once"
        S_37 send::own_side_shut_down "a send after one's own shutdown is \"Broken pipe\""
        S_38 send::clock_set_forward "differs: deadlines go by a clock that nobody can set, so setting the system's forward ends no send"
        S_39 send::clock_set_back "differs: deadlines go by a clock that never runs backwards, so setting the system's back prolongs no send"
        S_40 send::frozen_clock "with a clock that stands still, a send ends by its waits' sleeping or by the interrupt"
        S_41 send::slow_reader "the deadline is for the whole, not for each piece"
        S_42 send::full_buffer "a send into a full buffer goes through once the peer reads, and nothing is lost"
        S_43 send::two_senders "two senders on one socket mix their bytes, and lose none"
        S_44 send::enormous_data "data of more than 4 GiB is sent whole, and counted right"
        S_45 send::shut_down_while_sending "a shutdown by another thread ends a send at once; a close cannot happen"
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
        R_50 recv::every_byte_has_its_place "whatever room there is, every byte is in it or still in the stream: no allocation fails between peek and line"
        // W: waiting
        W_01 wait::recv_send_both_neither "a wait says whether bytes can be received, can be sent, both or neither"
        W_02 wait::deadline_passes "a wait whose deadline passes is no error: nothing occurred, and not a moment too early"
        W_03 wait::not_asked_what_occurred "a wait waits and consumes nothing, whether or not one looks at what occurred"
        W_04 wait::failure_has_no_events "differs: a wait that failed has no events that could be taken for true"
        W_05 wait::timeout_of_zero "a timeout of zero is one look, which an interrupt does not prevent"
        W_06 wait::deadline_in_the_past "differs: a deadline in the past is one look; Core's negative timeout is for ever, or an error"
        W_07 wait::enormous_timeouts "differs: a timeout of more than 24 days is as long as it says; Core's becomes for ever, or a moment"
        W_08 wait::signal "differs: a signal neither ends a wait nor prolongs it; Core's fails"
        W_09 wait::not_open "differs: what is not open is EBADF at once, also among others; Core sees a timeout in no time"
        W_10 wait::moved_from "differs: what a socket was moved from is `None` and cannot be waited for; Core sleeps"
        W_11 wait::error_comes_unasked "that a connection is broken comes unasked, to whoever waits for something else"
        W_12 wait::data_and_error "what came before the break can still be received: RECV and ERROR come together"
        W_13 wait::half_close "a peer that sends no more is RECV, HANGUP if asked for, and ERROR only once both directions are closed"
        W_14 wait::asking_for_nothing "asking for no event waits for the break alone: neither bytes nor their end is one"
        W_15 wait::asking_for_error "asking for ERROR changes nothing"
        W_16 wait::refused "a refused connection is RECV, SEND and ERROR together, and the error itself can be asked"
        W_17 wait::reset "a reset is ERROR, along with RECV and SEND"
        W_18 wait::urgent_byte "an urgent byte is no event"
        W_19 wait::never_connected "a socket that was never connected is broken at once, so a loop must not wait for it"
        W_20 wait::connecting "a connection that is being made shows nothing until it is decided"
        W_21 wait::high_numbers "differs: descriptors above 1,023 are like all others, in a set with lower ones, too"
        W_22 wait::more_than_a_thousand "differs: a set may have more than 1,024 entries, and the last one is heard"
        W_23 wait::empty_set "an empty set sleeps, until its deadline or interrupt"
        W_24 wait::same_descriptor_twice "differs: one descriptor can be in a set several times, each entry with events of its own; Core merges them"
        W_26 wait::closed_by_another "differs: a socket cannot be closed under who waits for it; another handle's end changes nothing, a shutdown ends the wait"
        W_28 wait::stale_events "differs: what an earlier wait found is forgotten by the next, also by one that fails"
        W_29 wait::more_entries_than_descriptors "a set of more entries than the process may have descriptors is EINVAL"
        W_30 wait::spurious_readiness "a readiness that is not true is waited out, without a spin and within the deadline"
        W_31 wait::level_triggered "as long as there is something to receive, each wait says so"
        W_32 wait::interest "receiving waits for RECV and sending for SEND, and for nothing else"
        W_33 wait::less_than_a_millisecond "what is left of a millisecond is slept, not polled away"
        // C: asking whether the peer is there
        C_01 connected::idle "an idle connection is connected, which takes one peek"
        C_02 connected::data_pending "a connection with unread bytes is connected, and they stay"
        C_03 connected::peer_closed "once the peer has closed, the connection is \"closed\""
        C_04 connected::data_then_close "unread bytes hide the end behind them, but not from a wait for HANGUP"
        C_05 connected::reset "a broken connection is not connected, and the error says why"
        C_06 connected::reset_is_told_once "a pending error is reported once, afterwards the connection is \"closed\""
        C_07 connected::connecting "differs: a connection that is still being made is not connected, where Core says that it is"
        C_08 connected::refused "a refused connection is \"Connection refused (111)\", and \"closed\" when asked again"
        C_09 connected::never_connected "a socket that was never connected is not connected"
        C_10 connected::signal "an error that passes does not make a connection unconnected"
        C_11 connected::blocking_mode "differs: asking never blocks, where Core hangs on a descriptor in blocking mode"
        C_13 connected::reason_only_when_false "there is a reason exactly when there is no connection"
        C_14 descriptors::urgent_byte "an urgent byte is neither data nor the end"
        C_15 connected::cable_cut "a peer that vanished without a word still looks connected, also after a send"
        // L: lifecycle
        L_01 lifecycle::drop_closes "dropping a socket closes it"
        L_02 lifecycle::move_keeps_open "moving a socket keeps it open"
        L_03 lifecycle::assignment_closes_the_old "assigning to a socket closes the old one and keeps the new one open"
        L_04 lifecycle::taken_from_closes_nothing "dropping what a socket was taken from closes nothing"
        L_05 lifecycle::usable_after_moves "a connection works in both directions after its ends were moved"
        L_06 lifecycle::self_assignment "differs: a socket that is assigned to itself stays open, where Core closes it"
        L_08 lifecycle::second_owner "a second owner has a descriptor of its own, and the connection ends with the last"
        L_09 lifecycle::error_survives_close "an error does not change when a socket is closed before it is read"
        L_11 descriptors::close_on_exec "differs: every socket is close-on-exec, made, paired, listening or accepted"
        L_12 descriptors::accepted_is_non_blocking "differs: an accepted socket is non-blocking, where Core's mode depends on the system"
        L_16 descriptors::non_blocking_keeps_flags "setting non-blocking mode keeps the other flags"
        L_17 descriptors::shutdown_of_unconnected "shutting down a socket that is not connected is ENOTCONN"
        L_18 descriptors::asking_clears_the_error "asking for a socket's error clears it"
        L_20 descriptors::bind_fails_once "a bind that fails says so at once, and the socket can be bound elsewhere"
        // T: token pipes
        T_01 token::every_byte_is_a_token "each byte from 0 to 255 is a token, and is mistaken for neither an error nor the end"
        T_02 token::in_order_until_full "tokens come out in the order in which they went in, and a pipe holds as many as its size in bytes"
        T_03 token::full_pipe_ends_in_time "differs: a write to a full pipe gives up at its deadline or interrupt, although the pipe is blocking; Core's hangs"
        T_04 token::empty_pipe_ends_in_time "differs: a read of an empty pipe gives up at its deadline or interrupt, although the pipe is blocking; Core's hangs"
        T_05 token::left_then_end "when the writer is closed, the tokens that are left come first, and then the end, however often it is asked for"
        T_06 token::copies_delay_the_end "the end comes when the last copy of the write end is closed, and not before"
        T_07 token::no_readers_no_death "differs: a write without readers is an error, although SIGPIPE is at its default action; Core's kills"
        T_08 token::no_readers_has_a_name "differs: a write without readers says BrokenPipe, also to a full pipe; Core says TS_ERR as for everything"
        T_09 token::signals_are_survived "a read and a write that signals interrupt go on, and move their token once"
        T_10 token::nonblocking_ends "differs: a non-blocking end says WouldBlock, or waits when told to; Core says TS_ERR"
        T_11 token::wrong_direction "an end that was adopted for the wrong direction says EBADF at once, and moves nothing"
        T_12 token::closed_end_is_none "a closed end is `None`, which nothing can be written to; Core's is -1, which fails"
        T_13 token::taken_once "differs: an end can be taken once, the second time there is `None`; Core gives a dead end"
        T_14 token::untaken_end_is_closed "dropping a pipe closes the end that was not taken, and only that"
        T_15 token::closed_twice "closing twice is closing once, and spares whoever has the number by then"
        T_16 token::a_token_wakes "differs: an end cannot be closed under who waits on it, as it is borrowed; a token wakes the waiter, and stays"
        T_17 token::no_descriptors_left "differs: making a pipe without descriptors left says EMFILE; Core says that there is none"
        T_18 token::close_on_exec "both ends are close-on-exec from the first moment"
        T_19 token::forked_ends_are_dropped "once each process has dropped the end that it does not use, the end comes when the child is gone"
        T_20 token::last_words "a token is read although its writer is gone and the pipe looks hung up"
        T_21 token::many_writers "of many writers' tokens each comes once"
        T_22 token::many_readers "with many readers each token goes to one"
        T_23 token::errno_stays "differs: reading and writing leave errno alone, as in a signal handler they should; Core's change it"
        T_26 token::only_owned_descriptors "differs: only an owned descriptor can be adopted, and it is given up as it came; Core adopts any number"
        // E: what an error says
        E_01 strings::no_error "error 0 is \"Success (0)\" on every system"
        E_02 strings::unknown_number "an unknown number is an unknown error with its number, whatever its sign"
        E_03 strings::no_locale "differs: an error's text is the same in every locale, where Core's follows the environment"
        E_04 strings::text_is_a_value "an error's text is nobody else's: making another one changes none"
        E_07 strings::number_in_brackets "the number stands in brackets behind the text, and nothing else with it"
        // P: protocols
        P_01 protocols::nothing_to_receive "receiving no bytes is Ok without a system call, whatever has become of the peer"
        P_02 protocols::timeout_of_zero_receives "differs: a timeout of zero receives what is there, where Core gives up without an attempt"
        P_03 protocols::end_while_receiving "an end in the middle is an error of its own, and what came before is in the buffer"
        P_04 protocols::signal_while_receiving "differs: a signal does not end a receive, and EINVAL does; in Core's SOCKS5 it is the other way round"
        P_05 protocols::complete_though_interrupted "differs: what is complete is a success though an interrupt is set, where Core says \"interrupted\""
        P_06 protocols::handshake_is_timed_by_a_steady_clock "a handshake is timed by the stream's own clock, which nobody can set"
        P_07 protocols::one_deadline_for_the_handshake "differs: one deadline can be for a whole handshake, where Core's begins anew with each answer"
        P_08 protocols::too_long_for_a_length_byte "differs: names of more than 255 bytes are refused before anything is sent; Core has greeted the proxy by then"
        P_09 protocols::method_that_was_not_offered "a proxy that picks a method that was not offered is told nothing more"
        P_10 protocols::length_byte_is_unsigned "a length byte of 0xFF is 255, and what follows the address stays in the stream"
        P_11 protocols::bound_name_of_no_length "an address of no length is received like any other"
        P_12 protocols::silence_after_the_request "a proxy that does not answer a request in time is told from one that fails"
        P_13 protocols::handshake_sent_in_pieces "a handshake that goes out in pieces arrives whole"
        P_14 protocols::refusal_then_reset "differs: a reply before a reset is received, then the reset is told, and nothing spins; by its source, Core's loop can"
        P_15 protocols::reply_that_is_not_there_yet "a reply that is not there yet is waited for, whatever the system calls that"
        P_16 protocols::connect_to_nobody "differs: connecting to an address that swallows everything ends in time or at an interrupt; Core's blocks"
        P_17 protocols::longest_line_and_reply "a line of 100,000 bytes is taken and a longer one is not; so with a reply of 1,000 lines"
        P_18 protocols::short_lines_are_skipped "lines too short for a code are skipped"
        P_19 protocols::line_without_its_end_is_kept "a line is kept until its end comes, however often one looks for it"
        P_20 protocols::refusal_then_half_close "a refusal before the end of the stream is received, then the end, and a new connection works"
        P_21 protocols::quoted_value "differs: a quoted value may have spaces and keys in it, where Core's parser breaks it apart"
        P_22 protocols::status_in_place_of_a_name "a status where a peer's name is expected says that the session is no use any more"
        P_23 protocols::name_comes_within_a_second "a line has a second once its first byte is there, before that it has as long as it takes"
        P_24 protocols::request_goes_out_within_a_second "a request that does not go out within a second says how much of it did"
        P_25 protocols::last_words_hide_no_end "differs: last words that nobody has read do not hide the end from who asks for it, as they do in Core"
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
