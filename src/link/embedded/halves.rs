//! The two halves of a link over embedded-io, once for both: what waits here in one does there in the other.

/// `halves! { how it waits; Read, Write; [async] [.await] }`
macro_rules! halves {
    ($how:literal; $Read:path, $Write:path; [$($asynch:tt)*] [$($wait:tt)*]) => {
        use $crate::link::{
            Format,
            embedded::{inbox::Inbox, outbox::Outbox},
        };

        /// The receiving half of a link.
        ///
        #[doc = $how]
        ///
        /// It reads as much as there is into its memory, and lends the frames in it one after the other, without copying them; one that does
        /// not fit is read right into the caller's memory. What has come of a frame stays in the link, whatever ends the waiting for the rest.
        ///
        /// **After an error of the peer or the reader the link is dead**: [`RxError::Protocol`] says the same each time, and after
        /// [`RxError::Io`] comes [`RxError::Broken`], but for the two kinds that say that nothing is lost. After the end in good order it
        /// says `None`, each time.
        #[derive(Debug)]
        pub struct Rx<'b, R> {
            reader: R,
            inbox: Inbox<'b>,
        }

        impl<'b, R: $Read> Rx<'b, R> {
            /// A link that reads from `reader`, with this memory. Reads nothing yet.
            ///
            /// Frames that fit into the memory are lent from it. Without any memory nothing can be received: [`RxError::TooSmall`].
            pub fn new(reader: R, format: Format, memory: &'b mut [u8]) -> Self {
                Self { reader, inbox: Inbox::new(format, memory) }
            }

            /// What both sides have agreed on.
            pub fn format(&self) -> Format {
                self.inbox.format()
            }

            /// The reader. Who reads from it takes from the middle of the link.
            pub fn reader(&self) -> &R {
                &self.reader
            }

            /// The reader, when the link is not needed any more. What is [`buffered`](Self::buffered) is lost.
            pub fn into_reader(self) -> R {
                self.reader
            }

            /// Whether bytes are here that no frame has been made of yet.
            pub fn buffered(&self) -> bool {
                self.inbox.buffered()
            }

            /// Receives a frame, waiting until all of it is there, and lends it. `None` is the end of the stream between two frames, then and ever
            /// after.
            ///
            /// Nothing is read if the frame is here already. It may be changed where it is; it is there until the next call.
            ///
            /// # Errors
            /// [`RxError::Larger`]: it does not fit into this link's memory, and waits for [`recv_into`](Self::recv_into). Otherwise what the
            /// peer did wrong, or the reader's error.
            pub $($asynch)* fn recv(&mut self) -> Result<Option<&mut [u8]>, RxError<R::Error>> {
                while let Some(room) = self.inbox.room_for_frame()? {
                    let read = self.reader.read(room)$($wait)*;
                    self.inbox.received(read)?;
                }
                Ok(self.inbox.take())
            }

            /// Receives a frame into `out`, waiting until all of it is there, and says how long it is. `None` is the end of the stream
            /// between two frames.
            ///
            /// What does not fit into this link's memory is read right into `out`; when the waiting for such a frame was ended, by an error or
            /// otherwise, call again **with the same `out`**, whose beginning has what has come of it, and does not come again. Until then the other
            /// verbs say [`RxError::Unfinished`].
            ///
            /// # Errors
            /// [`RxError::Larger`]: it does not fit into `out`, which was left alone; it waits. Otherwise as with [`recv`](Self::recv).
            pub $($asynch)* fn recv_into(&mut self, out: &mut [u8]) -> Result<Option<usize>, RxError<R::Error>> {
                let Some(len) = self.next_header()$($wait)*? else { return Ok(None) };
                let Some(out) = out.get_mut(..len) else { return Err(RxError::Larger { len: len as u32 }) };
                while let Some(room) = self.inbox.room_in(out) {
                    let read = self.reader.read(room)$($wait)*;
                    self.inbox.received(read)?;
                }
                Ok(Some(len))
            }

            /// How long the next frame is, waiting until its header is there. It stays. `None` is the end of the stream between two frames.
            ///
            /// # Errors
            /// Those of [`recv`](Self::recv), but [`RxError::Larger`].
            pub $($asynch)* fn next_len(&mut self) -> Result<Option<usize>, RxError<R::Error>> {
                let len = self.next_header()$($wait)*?;
                self.inbox.unfinished().map_or(Ok(len), Err)
            }

            $($asynch)* fn next_header(&mut self) -> Result<Option<usize>, RxError<R::Error>> {
                while let Some(room) = self.inbox.room_for_header()? {
                    let read = self.reader.read(room)$($wait)*;
                    self.inbox.received(read)?;
                }
                Ok(self.inbox.len())
            }
        }

        /// The sending half of a link, for one sender.
        ///
        #[doc = $how]
        ///
        /// A frame is *accepted* once it is in the link's memory, and then goes out whole, in order, with whatever else is there: many small
        /// ones in one write. One that is longer than the memory goes out from where the caller has it, and is accepted when it has gone.
        ///
        /// | verb | returns when |
        /// |---|---|
        /// | [`feed`](Self::feed) | the frame is accepted |
        /// | [`flush`](Self::flush) | the writer has all that was accepted, and has flushed it |
        /// | [`send`](Self::send) | both |
        ///
        /// **After an error of the writer the link is dead**: after [`TxError::Io`] comes [`TxError::Broken`], but for the two kinds that say
        /// that nothing is lost. Dropped, a link writes nothing more: [`close`](Self::close) it.
        #[derive(Debug)]
        pub struct Tx<'b, W> {
            writer: W,
            outbox: Outbox<'b>,
        }

        impl<'b, W: $Write> Tx<'b, W> {
            /// A link that writes to `writer`, with this memory. Writes nothing yet: the prologue, if there is one, goes out with the first frame,
            /// or by [`flush`](Self::flush).
            ///
            /// 16 bytes are the least: with less memory each verb says [`TxError::TooSmall`].
            pub fn new(writer: W, format: Format, memory: &'b mut [u8]) -> Self {
                Self { writer, outbox: Outbox::new(format, memory) }
            }

            /// What both sides have agreed on.
            pub fn format(&self) -> Format {
                self.outbox.format()
            }

            /// The writer. Who writes to it writes into the middle of the link.
            pub fn writer(&self) -> &W {
                &self.writer
            }

            /// The writer, when the link is not needed any more. What is [`pending`](Self::pending) is lost.
            pub fn into_writer(self) -> W {
                self.writer
            }

            /// How many bytes are accepted and not written yet, headers included.
            pub fn pending(&self) -> usize {
                self.outbox.pending()
            }

            /// Sends one frame: [`feed`](Self::feed), then [`flush`](Self::flush).
            ///
            /// # Errors
            /// Theirs. [`TxError::Io`] says whether the frame was accepted.
            pub $($asynch)* fn send(&mut self, payload: &[u8]) -> Result<(), TxError<W::Error>> {
                self.feed(payload)$($wait)*?;
                self.flush()$($wait)*.map_err(TxError::once_accepted)
            }

            /// Accepts a frame. Nothing is written as long as there is room for it in the memory.
            ///
            /// One that is longer than the memory is written behind what was accepted before. When that was ended before its first byte had gone
            /// out, it has left no trace; after that, call again with the same payload, and it goes on.
            ///
            /// # Errors
            /// [`TxError::TooLong`] before anything is done. The frame was not accepted, whatever the error says.
            /// [`TxError::Unfinished`]: a part of another has gone out, and must be ended first.
            pub $($asynch)* fn feed(&mut self, payload: &[u8]) -> Result<(), TxError<W::Error>> {
                while let Some(bytes) = self.outbox.feed(payload)? {
                    let written = self.writer.write(bytes)$($wait)*;
                    self.outbox.written(written)?;
                }
                Ok(())
            }

            /// Writes everything that was accepted, and has the writer flush it.
            ///
            /// # Errors
            /// The writer's; [`TxError::WriteZero`] from one that takes nothing; [`TxError::Unfinished`].
            pub $($asynch)* fn flush(&mut self) -> Result<(), TxError<W::Error>> {
                while let Some(bytes) = self.outbox.flush()? {
                    let written = self.writer.write(bytes)$($wait)*;
                    self.outbox.written(written)?;
                }
                let flushed = self.writer.flush()$($wait)*;
                self.outbox.done(flushed)
            }

            /// Flushes, and accepts nothing more: afterwards each verb says [`TxError::Closed`].
            ///
            /// embedded-io knows no end of a stream. The peer sees it when the [writer](Self::into_writer) is shut down or dropped.
            ///
            /// # Errors
            /// Those of [`flush`](Self::flush).
            pub $($asynch)* fn close(&mut self) -> Result<(), TxError<W::Error>> {
                self.flush()$($wait)*?;
                self.outbox.close();
                Ok(())
            }
        }
    };
}

pub(in crate::link) use halves;
