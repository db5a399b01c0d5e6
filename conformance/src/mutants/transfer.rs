//! Mutants of the algorithms, of deadlines and of error texts.

super::mutants! {
    "src/transfer/send_complete.rs" {
        S_01 "an empty send is attempted, and waits for ever to be taken"
            "if data.is_empty() {" => "if false {"
        S_05 "a send that takes nothing counts as done"
            "Ok(0) => {}" => "Ok(0) => return Ok(()),"
        send_complete("at,wakes,well", "part,EAGAIN,zero") "a send that takes nothing counts as done if others have taken something"
            "Ok(0) => {}" =>
            "Ok(0) if rest.len() < total => return Ok(()),
            Ok(0) => {}"
        S_07 "the partial count is off by one"
            "rest.get(n..)" => "rest.get(n + 1..)"
        S_19 "the deadline is looked at before the attempt"
            "let first = to.send(data);" =>
            "if deadline.fixed(to.now()).is_some_and(|end| to.now() >= end) {
        return Err(SendError::TimedOut { sent: 0, total: data.len() });
    }
    let first = to.send(data);"
        S_20 "a timeout says how much there was, not how much had gone out"
            "SendError::TimedOut { sent, total }" => "SendError::TimedOut { sent: total, total }"
        S_08 "pieces that go out are taken for waits in vain"
            "patience.progress();" => ""
        S_31 "a wait that fails is taken for one that ended"
            "Stop::Failed(errno) => SendError::Wait { errno, sent }," => "Stop::Failed(_) => continue,"
    }
    "src/transfer/patience.rs" {
        S_23 "time is up after the deadline, not at it"
            "if now >= end {" => "if now > end {"
        S_24 "the clock is read after a wait, and the last attempt is not made"
            "self.wait(on, events.unwrap_or(Events::HANGUP), events.is_none())" =>
            "let occurred = self.wait(on, events.unwrap_or(Events::HANGUP), events.is_none())?;
        self.left(|| on.now(), None)?;
        Ok(occurred)"
        S_41 "the deadline starts anew with each wait"
            "self.deadline = Deadline::At(end);" => ""
        S_26 "an interrupt beats a timeout"
            "let left = self.left(now, nap)?;" =>
            "if self.interrupt.is_set() {
            return Err(Stop::Interrupted);
        }
        let left = self.left(now, nap)?;"
        S_29 "a plain flag is not looked at while a wait lasts"
            "(\"unwatched_flag\") => Some(at_most.unwrap_or(MAX_WAIT_FOR_IO))" => "(\"unwatched_flag\") => at_most"
        S_30 "an interrupt that was reset during the wait is forgotten"
            "self.fired = entered.leave()" => "self.fired = entered.leave() && set"
        S_32 "a signal during the wait ends the operation"
            "Err(Stop::Failed(errno)) if !io_error_is_permanent(errno) => Ok(Events::NONE)," => ""
        S_05 "a stream that is ready in vain is believed for ever"
            "let in_vain = self.in_vain >= IN_VAIN;" => "let in_vain = false;"
        send_complete("at,wakes,again", "ERR") "what occurs again and again cuts naps short"
            "None => on.wait(Events::TIME, left" => "None => on.wait(Events::NONE, left"
        R_33 "a set interrupt does not keep anybody from waiting"
            "let woken = if set {" => "let woken = if false && set {"
    }
    "src/transfer/recv_until_terminator.rs" {
        R_03 "one byte too many is consumed"
            "let take = whole + usize::from(matches!(found, Found::Line));" =>
            "let take = if matches!(found, Found::Line) { seen.len().min(whole + 2) } else { whole };"
        R_01 "the terminator is part of the line"
            "*last == terminator => keep -= 1," => "*last == terminator => {}"
        R_25 "a line that comes bit by bit is taken for waits in vain"
            "if look.taken > 0 {" => "if false {"
        R_15 "the window of the peek goes past the limit"
            "let window = window.min(fits);" => ""
        R_11 "a line that fills its room is not too long yet"
            "if out.len() >= out.capacity() {" => "if out.len() > out.capacity() {"
        R_17 "the end of the stream is waited out"
            "Found::End => return Err(RecvError::Closed { received })," => "Found::End => {}"
        R_19 "what was received counts from the last look only"
            "received += look.taken;" => "received = look.taken;"
        R_24 "what the peek has shown counts as taken"
            "let mut keep = taken;" => "let mut keep = take;"
        R_26 "the terminator is believed to be where the peek has shown it"
            "Some(last) if *last == terminator" => "Some(_)"
        R_46 "after a full window it waits before it looks again"
            "Rest::None if full => Found::More," => ""
        R_47 "who has seen half a character in a full window naps before the rest"
            "Rest::Cut(_) if !hit && full => Found::More," => ""
        R_47 "the window does not grow"
            "self.size = (self.size * 4)" => "self.size = (self.size)"
    }
    "src/transfer/consume.rs" {
        R_23 "a consumption that a signal cut short ends the call"
            "Err(errno) if io_error_is_permanent(errno) => return" => "Err(errno) => return"
        R_23 "a consumption that hesitates is not asked again"
            "if again == 0 {" => "if again > 0 {"
        R_22 "a consumption of a part counts as all"
            "taken = seen.len().min(taken.saturating_add(n));" => "taken = seen.len().max(n);"
    }
    "src/transfer/line_reader/mod.rs" {
        K_01 "an eager reader takes a line when it is asked for the next"
            "length if length < sight.len() && self.is_lazy => length," => "length if length < sight.len() => length,"
        K_07 "a lazy reader that is dropped takes nothing"
            "if let Err(error) = self.settle() {" =>
            "if self.is_lazy {
            return;
        }
        if let Err(error) = self.settle() {"
        K_07 "a reader that is finished takes all that is in sight"
            "self.take_to(self.window.given)" => "self.take_to(self.window.end)"
        recv_line_lazy("at,wakes,again", "full,EAGAIN") "a lazy reader that cannot take what it has handed out says nothing"
            "Err(Withheld::Hesitates) => failed(Errno::AGAIN)," => "Err(Withheld::Hesitates) => Ok(()),"
    }
    "src/transfer/line_reader/attempts.rs" {
        K_02 "a lazy reader takes each line at once"
            "} else if self.is_lazy || self.take(" => "} else if self.take("
        K_05 "what is in sight of a line lies unread behind the wait"
            "if !self.take(self.window.sight().len(), before, pace)? {" => "if !self.take(0, before, pace)? {"
        K_05 "whoever has seen all that there was looks again before the wait"
            "pace.has_seen_all = room.remaining() > 0;" => "pace.has_seen_all = false;"
        K_03 "whoever has seen a full window waits before the next look"
            "pace.has_seen_all = room.remaining() > 0;" => "pace.has_seen_all = true;"
        K_13 "what has come of a line is counted from the last call"
            "before + self.window.partial().len()" => "before"
        K_13 "what an eager reader has taken already is taken once more"
            "if end <= self.window.taken {" => "if false {"
        K_14 "a line that fills the window is waited for"
            "if spare.is_empty() {" => "if false {"
        recv_line_eager("at,wakes,silent", "full,part") "a stream that gives a part of what it has shown has given all of it"
            "self.window.taken += taken;" => "self.window.taken = end;"
    }
    "src/peek_pipe.rs" {
        K_19 "a pipe's second one keeps what there was no room for"
            "room.remaining(), SpliceFlags" => "65536, SpliceFlags"
        K_19 "a peek at a pipe waits for bytes"
            "SpliceFlags::NONBLOCK" => "SpliceFlags::empty()"
    }
    "src/transfer/line_reader/window.rs" {
        K_03 "the window's end divides lines"
            "self.bytes.copy_within(self.given..self.end, 0);" => ""
        K_14 "a line that was passed over is handed out again"
            "self.given += n + skipped;" => "self.given += if skipped == 0 { 0 } else { n + skipped };"
    }
    "src/transfer/line_reader/text.rs" {
        K_17 "text is what bytes are"
            "T::Kind::judge(" => "crate::transfer::text::Bytes::judge("
        K_17 "an end inside a character is an end between lines"
            "RecvError::Closed { received } => RecvError::NotUtf8 { received }," => ""
    }
    "src/transfer/token.rs" {
        T_01 "a token is one of two bytes"
            "let mut token = [0];" => "let mut token = [0; 2];"
        token_read("now,wakes,well", "EINTR") "a signal during a token's read is not now"
            "Err(Errno::INTR) if again > 0 => again -= 1," => ""
        T_09 "a signal during a token's read or write is an error"
            "Err(Errno::AGAIN | Errno::INTR) => {}" => "Err(Errno::AGAIN) => {}"
    }
    "src/transfer/connect.rs" {
        N_04 "a signal ends a connect"
            "Err(Errno::INPROGRESS | Errno::INTR) => begun = true," => "Err(Errno::INPROGRESS) => begun = true,"
        N_05 "a Unix listener without room has connected us"
            "patience.nap(on)?;
                continue;" => "return Ok(());"
        N_12 "a socket that was connected before has connected now"
            "Err(Errno::ISCONN) if begun" => "Err(Errno::ISCONN)"
        connect_with("at,wakes,well", "one") "somebody else's connection that is being made is waited for"
            "Err(Errno::ALREADY) if begun" => "Err(Errno::ALREADY)"
    }
    "src/transfer/recv_exact.rs" {
        P_01 "receiving no bytes asks the stream"
            "while room.remaining() > 0 {" => "loop {"
        P_02 "a timeout does not say how much had come"
            "Stop::TimedOut => RecvExactError::TimedOut { received }," =>
            "Stop::TimedOut => RecvExactError::TimedOut { received: 0 },"
    }
    "src/transfer/mod.rs" {
        W_08 "a signal during the first look ends a wait"
            "Err(errno) if io_error_is_permanent(errno) => return Err(WaitError::Failed(errno))," =>
            "Err(errno) => return Err(WaitError::Failed(errno)),"
    }
    "src/transfer/text.rs" {
        R_06 "half a character is no text"
            "None => return (whole, Rest::Cut(length))," => "None => return (whole, Rest::Bad),"
    }
    "src/sys/vector.rs" {
        R_09 "bytes are compared as signed numbers, as Core does"
            "is_some_and(|b| *b != byte)" => "is_some_and(|b| i32::from(*b as i8) != i32::from(byte))"
    }
    "src/transfer/is_connected.rs" {
        C_02 "asking for the peer takes a byte"
            "stream.peek(" => "stream.recv("
        C_03 "the end of the stream counts as connected"
            "Ok(0) => Err(Disconnected::Closed)," => ""
        C_10 "a signal makes a connection unconnected"
            "Err(errno) if io_error_is_permanent(errno) =>" => "Err(errno) if errno != crate::Errno::AGAIN =>"
    }
    "src/errno.rs" {
        S_11 "EINTR is permanent"
            "!matches!(errno, Errno::AGAIN | Errno::INTR |" => "!matches!(errno, Errno::AGAIN |"
        S_12 "EINPROGRESS is permanent"
            "Errno::INTR | Errno::INPROGRESS)" => "Errno::INTR)"
        S_13 "a kernel without buffers is waited for"
            "Errno::INTR | Errno::INPROGRESS)" => "Errno::INTR | Errno::INPROGRESS | Errno::NOBUFS)"
    }
    "src/errno_text.rs" {
        S_15 "the texts of errors are off by one"
            ".nth(line)" => ".nth(line + 1)"
    }
    "src/error/send.rs" {
        S_20 "the text of a timeout has its numbers the wrong way round"
            "(sent only {sent} of {total} bytes before that)" => "(sent only {total} of {sent} bytes before that)"
    }
    "src/deadline.rs" {
        S_22 "enormous timeouts overflow"
            "saturating_add(seconds).saturating_add(" => "wrapping_add(seconds).wrapping_add("
        S_20 "a timeout of zero is never over"
            "Self::Within(duration) => Some(now.saturating_add(duration))," =>
            "Self::Within(Duration::ZERO) => None,
            Self::Within(duration) => Some(now.saturating_add(duration)),"
    }
}
