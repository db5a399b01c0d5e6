//! Mutants of links.

super::mutants! {
    "src/link/profile.rs" {
        V_06 "the profile with descriptors does not say so"
            "Self::Fd => b\"VOXL\\x01\\x01\"," => "Self::Fd => b\"VOXL\\x01\\x00\","
    }
    "src/link/frame.rs" {
        V_06 "a length is sent with its highest byte first"
            "self.len.to_le_bytes()" => "self.len.to_be_bytes()"
        V_35 "a frame that is there is never too long"
            "len > self.format.max ||" => ""
        V_28 "a length is believed if it comes byte by byte"
            "if self.have == 4 && len > max {" => "if false {"
        V_29 "only the last letter of the magic counts"
            "if ours.get(usize::from(self.have) - 1)" => "if self.have >= 4 && ours.get(usize::from(self.have) - 1)"
        V_30 "newer versions are taken"
            "if ours.get(usize::from(self.have) - 1)" =>
            "if !(self.have == 5 && byte > 1) && ours.get(usize::from(self.have) - 1)"
        V_31 "flags that nobody knows are overlooked"
            "if ours.get(usize::from(self.have) - 1)" =>
            "if !(self.have == 6 && byte > 1) && ours.get(usize::from(self.have) - 1)"
        V_32 "each profile takes the other's frames"
            "if ours.get(usize::from(self.have) - 1)" => "if self.have < 6 && ours.get(usize::from(self.have) - 1)"
        V_33 "what is too long is a prologue anywhere"
            "self.is_first && len.to_le_bytes()" => "len.to_le_bytes()"
        V_34 "one descriptor more than the kernel takes is let through"
            "if fds > MAX_FDS {" => "if fds > MAX_FDS + 1 {"
        V_21 "an end in the prologue is a good one"
            "Err(FrameError::EndInPrologue { got })" => "{ let _ = got; Ok(()) }"
        V_22 "an end in a header is a good one"
            "Err(FrameError::EndInHeader { got })" => "{ let _ = got; Ok(()) }"
    }
    "src/link/rx.rs" {
        V_23 "what is received and not yet taken of a payload does not count"
            "self.decoder.end_behind(self.intake.len())" => "self.decoder.end_behind(0)"
        V_24 "an error is forgotten"
            "self.dead = Some(error);" => ""
        V_39 "a frame for the caller's memory begins anew after a timeout"
            "out.get_mut(len - left..)" => "out.get_mut(..left)"
        V_34 "a frame with descriptors that nobody takes is taken"
            "if fds == 0 { Ok(()) } else" => "if fds < 254 { Ok(()) } else"
        V_44 "without memory the stream has ended"
            "memory.is_empty().then_some(RxError::TooSmall)" => "None"
    }
    "src/link/intake.rs" {
        V_42 "a frame that does not fit behind the others is not moved to the front"
            "self.start + whole > self.memory.len()" => "self.start + whole < whole"
    }
    "src/link/tx.rs" {
        V_48 "a send that did not take all is tried again before the deadline is looked at"
            "Ok(pushed) => self.flush_until(until, Some(pushed), &mut" => "Ok(_) => self.flush_until(until, None, &mut"
        V_26 "a close does not say that no more will come"
            "self.writer.finish().map_err(|errno| self.error(self.die(errno), false))?;" => ""
        V_27 "a close does not close"
            "self.fate.store(CLOSED, Ordering::Relaxed);" => ""
    }
    "src/link/push.rs" {
        V_77 "a part that went out is no progress"
            "if pushed != Pushed::Nothing {" => "if pushed == Pushed::All {"
        V_18 "a frame behind others is not called accepted"
            "*accepted = true;" => "let _ = accepted;"
        V_70 "an error of the stream is waited out"
            "Err(errno) if io_error_is_permanent(errno) => Err(self.die(errno))," => ""
    }
    "src/link/large.rs" {
        V_66 "others may send in the middle of a large frame"
            "self.fate.store(UNFINISHED, Ordering::Relaxed);" => ""
        V_66 "a large frame begins anew each time"
            "if unfinished == header => sent," => "if unfinished == header => sent.min(1),"
        V_67 "of the parts that went out only the first is passed over"
            "skip = skip.saturating_sub(part.len());" => "skip = 0;"
        V_68 "a stalled peer is waited for without an end"
            "Deadline::Within(self.stall_limit)" => "Deadline::Never"
    }
    "src/link/batch.rs" {
        V_58 "what is longer than a page waits for room in one"
            "if len > self.tx.max_len() {" => "if false {"
        V_70 "a batch accepts frames on a dead link"
            "self.tx.is_alive()?;" => ""
    }
    "src/link/slot.rs" {
        V_14 "a slot has in it what stood there before"
            "payload.get_mut(..len).unwrap_or_default().fill(0);" => "let _ = payload;"
        V_16 "more than was reserved is given"
            "if len > self.max_len {" => "if false {"
        V_12 "a permit that is dropped keeps its room"
            "let _ = self.give_back(0, true);" => ""
        V_55 "what is committed for later goes out at once"
            "self.commit_and(false)" => "self.commit_and(true)"
    }
    "src/link/cork.rs" {
        V_17 "a gap is not remembered"
            "word | HOLES" => "word"
        V_12 "what was reserved at the end, and not used, goes out"
            "word & !TAIL | (range.start + used) as u32" => "word"
        V_18 "a page goes out while somebody writes to it"
            "0 if word & OPEN == 0 && word & TAIL != 0" => "0 if word & TAIL != 0"
    }
    "src/link/pages.rs" {
        V_06 "the prologue is not sent"
            "cork: Cork::new(prologue.len())," => "cork: Cork::new(0),"
        V_17 "a gap is not marked as one"
            "(unused | HOLE).to_le_bytes()" => "unused.to_le_bytes()"
        V_17 "before a gap the prologue is a frame"
            "PROLOGUE => Profile::Plain.prologue().len()," => ""
        V_74 "pages are as short as they come"
            "if page < SHORTEST { 0 } else { page }" => "page"
    }
    "src/error/link.rs" {
        V_75 "the text of a cut frame has its numbers the wrong way round"
            "(after {got} of {len} bytes)" => "(after {len} of {got} bytes)"
    }
}
