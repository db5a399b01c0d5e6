//! SOCKS5.

use sockpipe::{Deadline, Errno, Events, Instant, Never, RecvExactError, Sink};

use super::{RAW, SOON, deliver, heard, ms, rest, text};
use crate::{
    Outcome, Verdict, World, claim,
    dialogue::socks5::{Credentials, Error, Step, connect},
    faulty::{Call, Fault, Plan},
    must,
};

const HOST: (&str, u16) = ("example.com", 8333);
const GREETING: &[u8] = b"\x05\x01\x00";
const GREETING_WITH_LOGIN: &[u8] = b"\x05\x02\x00\x02";
const LOGIN: &[u8] = b"\x01\x04user\x04pass";
const REQUEST: &[u8] = b"\x05\x01\x00\x03\x0Bexample.com\x20\x8D";
/// Connected, as 0.0.0.0, port 0.
const REPLY: &[u8] = b"\x05\x00\x00\x01\0\0\0\0\0\0";
const USER: Option<Credentials<'_>> = Some(Credentials { user: "user", password: "pass" });

/// A connection to a proxy that has said all this already, and the proxy's end.
fn proxy_said<'w, W: World>(w: &'w W, parts: &[&[u8]]) -> Result<(W::Stream<'w>, W::Stream<'w>), Outcome> {
    let (a, b) = w.pair()?;
    for part in parts {
        must!(b.send_complete(part, SOON, &Never));
    }
    Ok((a, b))
}

/// P-07: a proxy that takes 15 seconds for each of its answers.
pub fn one_deadline_for_the_handshake<W: World>(w: &W) -> Verdict {
    let recv =
        [Fault::Fail(Errno::AGAIN), Fault::Pass, Fault::Fail(Errno::AGAIN), Fault::Pass, Fault::Fail(Errno::AGAIN)];
    let wait = [Fault::Ready(Events::RECV); 3];
    let plan = Plan { recv: &recv, wait: &wait, clock: &[0, 15_000, 30_000], ..Plan::default() };
    for (deadline, wanted) in [
        (
            Deadline::At(Instant::from_nanos(20_000_000_000)),
            Err(Error::Recv(Step::Reply, RecvExactError::TimedOut { received: 0 })),
        ),
        // Core's: for each answer anew.
        (Deadline::Within(ms(20_000)), Ok(())),
    ] {
        let (a, b) = w.faulty(plan)?;
        deliver(&b, a.inner(), b"\x05\x02\x01\x00")?;
        deliver(&b, a.inner(), REPLY)?;
        claim!(connect(&a, HOST, USER, deadline, &Never), wanted);
        claim!(a.count(Call::Clock), 3);
    }
    Ok(())
}

/// P-08: Core looks at the credentials when it has greeted the proxy.
pub fn too_long_for_a_length_byte<W: World>(w: &W) -> Verdict {
    const LONG: &str = match core::str::from_utf8(&[b'x'; 256]) {
        Ok(long) => long,
        Err(_) => "",
    };
    let fits = &LONG[1..];
    let (a, _b) = w.faulty(Plan::default())?;
    let result = connect(&a, (LONG, 80), None, SOON, &Never);
    claim!(result, Err(Error::HostTooLong));
    claim!(text(&Error::HostTooLong), "Hostname too long");
    for (user, password) in [(LONG, "pass"), ("user", LONG)] {
        let result = connect(&a, HOST, Some(Credentials { user, password }), SOON, &Never);
        claim!(result, Err(Error::CredentialsTooLong));
    }
    claim!(text(&Error::CredentialsTooLong), "Proxy username or password too long");
    claim!(a.calls().is_empty());

    // 255 bytes are none too many.
    let (a, b) = proxy_said(w, &[b"\x05\x02\x01\x00", REPLY])?;
    must!(connect(&a, (fits, 80), Some(Credentials { user: fits, password: fits }), SOON, &Never));
    let mut all = heapless::Vec::<u8, 1024>::new();
    for part in [GREETING_WITH_LOGIN, b"\x01\xFF", fits.as_bytes(), b"\xFF", fits.as_bytes()] {
        must!(all.extend_from_slice(part));
    }
    for part in [&b"\x05\x01\x00\x03\xFF"[..], fits.as_bytes(), b"\x00\x50"] {
        must!(all.extend_from_slice(part));
    }
    heard(&b, &all)
}

/// P-09
pub fn method_that_was_not_offered<W: World>(w: &W) -> Verdict {
    for (user, answer, says) in [
        (None, b"\x05\x02", "Proxy requested wrong authentication method 02"),
        (None, b"\x05\xFF", "Proxy requested wrong authentication method ff"),
        (USER, b"\x05\xFF", "Proxy requested wrong authentication method ff"),
        (None, b"\x04\x00", "Proxy failed to initialize"),
    ] {
        let (a, b) = proxy_said(w, &[answer])?;
        let Err(error) = connect(&a, HOST, user, SOON, &Never) else {
            claim!(false);
            return Ok(());
        };
        claim!(text(&error), says);
        heard(&b, if user.is_some() { GREETING_WITH_LOGIN } else { GREETING })?;
    }
    Ok(())
}

/// P-10: a length that is taken for a negative number was CVE-2017-18350.
pub fn length_byte_is_unsigned<W: World>(w: &W) -> Verdict {
    for length in [0x7F, 0x80, 0xFF] {
        let name = [b'x'; 255];
        let parts = [b"\x05\x00\x05\x00\x00\x03", &[length][..], &name[..length.into()], b"\x20\x8D", RAW];
        let (a, _b) = proxy_said(w, &parts)?;
        must!(connect(&a, HOST, None, SOON, &Never));
        let mut raw = [0; RAW.len()];
        must!(sockpipe::Source::recv_exact(&a, &mut raw, SOON, &Never));
        claim!((&raw[..], &rest(&a)[..]), (RAW, &b""[..]));
    }
    Ok(())
}

/// P-11
pub fn bound_name_of_no_length<W: World>(w: &W) -> Verdict {
    let (a, b) = proxy_said(w, &[b"\x05\x00", b"\x05\x00\x00\x03\x00\x20\x8D", b"!"])?;
    must!(connect(&a, HOST, None, SOON, &Never));
    heard(&a, b"!")?;
    let mut all = heapless::Vec::<u8, 64>::new();
    must!(all.extend_from_slice(GREETING));
    must!(all.extend_from_slice(REQUEST));
    heard(&b, &all)
}

/// P-12
pub fn silence_after_the_request<W: World>(w: &W) -> Verdict {
    const SILENCE: RecvExactError = RecvExactError::TimedOut { received: 0 };
    for (said, step) in [(&b""[..], Step::Method), (b"\x05\x02", Step::Login), (b"\x05\x02\x01\x00", Step::Reply)] {
        let (a, b) = w.faulty(Plan { clock: &[0], wait: &[Fault::Sleeps], ..Plan::default() })?;
        if !said.is_empty() {
            deliver(&b, a.inner(), said)?;
        }
        let result = connect(&a, HOST, USER, Deadline::Within(ms(20_000)), &Never);
        claim!(result, Err(Error::Recv(step, SILENCE)));
    }
    // A proxy that says why is not silent.
    let (a, _b) = proxy_said(w, &[b"\x05\x00\x05\x04\x00\x01"])?;
    let result = connect(&a, HOST, None, SOON, &Never);
    claim!(result, Err(Error::Refused(4)));
    claim!(text(&Error::Refused(4)), "host unreachable");
    claim!(text(&Error::Refused(9)), "unknown (0x09)");
    Ok(())
}

/// P-13: for years Core sent each of them once, and took a part for a failure.
pub fn handshake_sent_in_pieces<W: World>(w: &W) -> Verdict {
    use Fault::{Fail, Pass, Short, Zero};
    let send = [[Short(1), Fail(Errno::AGAIN), Pass], [Fail(Errno::INTR), Short(7), Pass], [Zero, Short(16), Pass]];
    let plan = Plan { send: send.as_flattened(), wait: &[Fault::Ready(Events::SEND); 6], ..Plan::default() };
    let (a, b) = w.faulty(plan)?;
    // All the answers are there, so that every wait is one to send.
    deliver(&b, a.inner(), b"\x05\x02\x01\x00\x05\x00\x00\x01\0\0\0\0\0\0")?;
    must!(connect(&a, HOST, USER, SOON, &Never));
    claim!(a.count(Call::Send(0)), 9);
    let mut all = heapless::Vec::<u8, 64>::new();
    for part in [GREETING_WITH_LOGIN, LOGIN, REQUEST] {
        must!(all.extend_from_slice(part));
    }
    heard(&b, &all)
}
