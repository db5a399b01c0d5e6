//! I2P's SAM.

use heapless::String;
use sockpipe::{Disconnected, Errno, Events, MAX_WAIT_FOR_IO, Never, Peek, RecvError, SendError, Wait, WaitError};

use super::{RAW, SOON, deliver, heard, ms, rest, text};
use crate::{
    Act, Verdict, World, claim,
    dialogue::sam::{Error, HELLO, Reply, accept, check, request},
    faulty::{Call, Fault, Plan},
    must,
};

const ACCEPT: &str = "STREAM ACCEPT ID=0123456789 SILENT=false\n";
const AGAIN: Fault = Fault::Fail(Errno::AGAIN);
/// Much shorter than a real one, which has 516 letters.
const NAME: &str = "AZaz09-~AZaz09-~AA==";

/// P-21: Core splits at every space.
pub fn quoted_value<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"HELLO REPLY RESULT=NO MESSAGE=\"a \\\"b\\\" RESULT=OK\" RESULT=OK EMPTY= FLAG LAST=x=y\n!")?;
    let mut line = String::<256>::new();
    let reply = must!(request(&a, HELLO, &mut line, &Never));
    claim!(reply.get("MESSAGE"), Ok("a \\\"b\\\" RESULT=OK"));
    claim!((reply.get("RESULT"), reply.get("EMPTY"), reply.get("LAST")), (Ok("NO"), Ok(""), Ok("x=y")));
    claim!(reply.ok(), Err(Error::Unexpected(reply)));
    heard(&a, b"!")?;
    heard(&b, HELLO.as_bytes())?;

    // Core's words. There is nothing to be read from a key without a value, and nothing from one that is not there.
    deliver(&b, &a, b"DEST REPLY PRIV PUB=x\n")?;
    let reply = must!(request(&a, "DEST GENERATE\n", &mut line, &Never));
    for key in ["PRIV", "RESULT"] {
        let missing = Error::Missing(key, Reply { to: "DEST GENERATE", full: "DEST REPLY PRIV PUB=x" });
        claim!(reply.get(key), Err(missing));
    }
    let says = "Missing PRIV= in the reply to \"DEST GENERATE\": \"DEST REPLY PRIV PUB=x\"";
    claim!(text(&Error::Missing("PRIV", reply)), says);

    // No key is told.
    deliver(&b, &a, b"SESSION STATUS RESULT=DUPLICATED_ID\n")?;
    let reply = must!(request(&a, "SESSION CREATE STYLE=STREAM DESTINATION=secret\n", &mut line, &Never));
    let says = "Unexpected reply to \"SESSION CREATE ...\": \"SESSION STATUS RESULT=DUPLICATED_ID\"";
    claim!(reply.ok(), Err(Error::Unexpected(reply)));
    claim!(text(&Error::Unexpected(reply)), says);
    Ok(())
}

/// P-22
pub fn status_in_place_of_a_name<W: World>(w: &W) -> Verdict {
    const STATUS: &str = "STREAM STATUS RESULT=I2P_ERROR MESSAGE=\"Session was closed\"";
    let mut line = String::<256>::new();
    let (a, b) = w.pair()?;
    deliver(&b, &a, b"STREAM STATUS RESULT=OK\n")?;
    must!(must!(request(&a, ACCEPT, &mut line, &Never)).ok());
    deliver(&b, &a, STATUS.as_bytes())?;
    deliver(&b, &a, b"\n")?;
    let end = accept(&a, &mut line, &Never);
    claim!(end, Err(Error::Unusable(STATUS)));
    let mut says = String::<160>::new();
    let _ = core::fmt::Write::write_fmt(&mut says, format_args!("{}", Error::Unusable(STATUS)));
    claim!(says.strip_suffix(STATUS), Some("unexpected reply that hints the session is unusable: "));

    // Something else is the fault of that connection alone.
    deliver(&b, &a, b"not a name\n")?;
    let end = accept(&a, &mut line, &Never);
    claim!(end, Err(Error::NotBase64("not a name")));
    claim!(text(&Error::NotBase64("not a name")), "Cannot decode Base64: \"not a name\"");
    Ok(())
}

/// P-23
pub fn name_comes_within_a_second<W: World>(w: &W) -> Verdict {
    let mut line = String::<64>::new();
    let wait = [Fault::Ready(Events::NONE), Fault::Ready(Events::RECV), Fault::Sleeps];
    let (a, b) = w.faulty(Plan { clock: &[0], wait: &wait, ..Plan::default() })?;
    deliver(&b, a.inner(), b"AZaz")?;
    claim!(accept(&a, &mut line, &Never), Err(Error::Recv(RecvError::TimedOut { received: 4 })));
    claim!(a.calls()[1], Call::Wait(Events::RECV, None));
    claim!(a.calls()[5], Call::Wait(Events::RECV, Some(MAX_WAIT_FOR_IO)));
    claim!(a.now().as_nanos(), 1_000_000_000);

    // Before its first byte there is no hurry, but an interrupt.
    let (a, b) = w.pair()?;
    let interrupt = w.interrupt_after(ms(10))?;
    claim!(accept(&a, &mut line, &interrupt), Err(Error::Wait(WaitError::Interrupted)));
    w.later(b, ms(10), Act::Sends(b"AZaz09-~AZaz09-~AA==\n\xF9\xBE\xB4\xD9version\n\0\n\xFF"))?;
    claim!(accept(&a, &mut line, &Never), Ok(NAME));
    // And then it is the peer's.
    let mut raw = [0; RAW.len()];
    must!(sockpipe::Source::recv_exact(&a, &mut raw, SOON, &Never));
    claim!((&raw[..], &rest(&a)[..]), (RAW, &b""[..]));
    Ok(())
}

/// P-24
pub fn request_goes_out_within_a_second<W: World>(w: &W) -> Verdict {
    let plan =
        Plan { clock: &[0], send: &[Fault::Short(6), AGAIN, AGAIN], wait: &[Fault::Sleeps; 2], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    let mut line = String::<64>::new();
    let end = request(&a, HELLO, &mut line, &Never);
    let stopped = SendError::TimedOut { sent: 6, total: 30 };
    claim!(end, Err(Error::Send(stopped)));
    claim!(text(&stopped), "Send timeout (sent only 6 of 30 bytes before that)");
    let wait = Call::Wait(Events::SEND, Some(MAX_WAIT_FOR_IO));
    claim!(a.calls(), [Call::Send(30), Call::Clock, wait, Call::Send(24), Call::Clock]);
    heard(&b, b"HELLO ")
}

/// P-25: Core's session looks alive as long as nobody has read the router's last words.
pub fn last_words_hide_no_end<W: World>(w: &W) -> Verdict {
    let (a, b) = w.pair()?;
    claim!(check(&a), Ok(()));
    deliver(&b, &a, b"SESSION STATUS RESULT=I2P_ERROR\n")?;
    claim!(check(&a), Ok(()));
    w.now(b, Act::Closes)?;
    must!(a.wait_for(Events::HANGUP, SOON, &Never));
    claim!(a.is_connected(), Ok(()));
    claim!(check(&a), Err(Disconnected::Closed));
    // They can still be read.
    let mut line = String::<64>::new();
    must!(a.recv_until_terminator(b'\n', &mut line, SOON, &Never));
    claim!(line, "SESSION STATUS RESULT=I2P_ERROR");
    claim!(check(&a), Err(Disconnected::Closed));
    Ok(())
}
