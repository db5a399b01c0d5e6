"""A link in Python, with nothing but its standard library. What it is to do comes in on standard input, line by line:

    feed LEN      takes LEN bytes that follow, and encodes them as a frame
    flush 0       sends all that was fed, at once
    recv 0        receives a frame; it is written to the descriptors that come with it, which are closed
    lend LEN      takes LEN bytes that follow, and sends them as a frame with a new pipe's write end
    returned 0    reads that pipe to its end
    finish 0      says that no more will be sent

The answer is `done`, or `frame LEN` and the bytes, or the kind of an error and its text. At the end of its input it exits.
"""

import os
import signal
import socket
import struct
import sys

PROLOGUES = {"Bare": b"", "Plain": b"VOXL\x01\x00", "Fd": b"VOXL\x01\x01", "Next": b"VOXL\x02\x00", "Flagged": b"VOXL\x01\x80"}


class Refused(Exception):
    """What came is not what this end speaks."""


class Link:
    def __init__(self, sock, profile, longest):
        self.sock, self.profile, self.longest = sock, profile, longest
        self.fed, self.received, self.descriptors = b"", b"", []
        self.prologue = PROLOGUES[profile]  # what is still expected
        sock.sendall(self.prologue)

    def encode(self, frame, descriptors=0):
        count = struct.pack("<I", descriptors) if self.profile == "Fd" else b""
        return struct.pack("<I", len(frame)) + count + frame

    def take(self, count, may_end=False):
        """The next `count` bytes; nothing if the stream ends before the first and may."""
        while len(self.received) < count:
            if self.profile == "Fd":
                more, new, flags, _ = socket.recv_fds(self.sock, 1 << 16, 253, socket.MSG_CMSG_CLOEXEC)
                self.descriptors += new
                if flags & socket.MSG_CTRUNC:
                    raise Refused("Other descriptors were lost")
            else:
                more = self.sock.recv(1 << 16)
            if not more and may_end and not self.received:
                return None
            if not more:
                raise Refused(f"Other the end after {len(self.received)} of {count} bytes")
            self.received += more
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def check_prologue(self):
        if self.prologue:
            theirs = self.take(6)
            if theirs[:4] != self.prologue[:4]:
                raise Refused(f"BadMagic the stream begins with {theirs[:4]}")
            if theirs[4] != self.prologue[4]:
                raise Refused(f"BadVersion version {theirs[4]}, not {self.prologue[4]}")
            if theirs[5] != self.prologue[5]:
                raise Refused(f"WrongProfile flags {theirs[5]}, not {self.prologue[5]}")
            self.prologue = b""

    def recv(self):
        self.check_prologue()
        header = self.take(8 if self.profile == "Fd" else 4, may_end=True)
        if header is None:
            return None
        length, count = struct.unpack("<II", header.ljust(8, b"\0"))
        if length > self.longest:
            kind = "Prologue" if header[:4] == b"VOXL" else "Other"
            raise Refused(f"{kind} {length} bytes are more than {self.longest}")
        frame = self.take(length)
        if count > len(self.descriptors):
            raise Refused(f"Other {len(self.descriptors)} descriptors instead of {count}")
        for descriptor in self.descriptors[:count]:
            with os.fdopen(descriptor, "wb") as pipe:
                pipe.write(frame)
        del self.descriptors[:count]
        return frame

    def feed(self, frame):
        self.fed += self.encode(frame)

    def flush(self):
        fed, self.fed = self.fed, b""
        self.sock.sendall(fed)

    def lend(self, frame):
        self.pipe, end = os.pipe()
        encoded = self.encode(frame, descriptors=1)
        sent = socket.send_fds(self.sock, [encoded], [end])
        os.close(end)
        self.sock.sendall(encoded[sent:])

    def returned(self):
        with os.fdopen(self.pipe, "rb") as pipe:
            return pipe.read()

    def finish(self):
        self.sock.shutdown(socket.SHUT_WR)


def opened(role, transport, address, limit):
    if transport == "tcp":
        host, port = address.split(":")
        sock, address = socket.socket(socket.AF_INET), (host, int(port))
    else:
        sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(limit)
    if role == "serve":
        sock.bind(address)
        sock.listen(1)
        at = sock.getsockname()
        answer(f"{at[0]}:{at[1]}" if transport == "tcp" else at)
        sock, _ = sock.accept()
        sock.settimeout(limit)
    else:
        sock.connect(address)
    return sock


def answer(line, frame=b""):
    sys.stdout.buffer.write(line.encode() + b"\n" + frame)
    sys.stdout.buffer.flush()


def main(role, transport, address, profile, longest, limit):
    signal.alarm(6 * int(limit))
    link = Link(opened(role, transport, address, int(limit)), profile, int(longest))
    for line in sys.stdin.buffer:
        command, length = line.decode().split()
        frame = sys.stdin.buffer.read(int(length))
        try:
            got = getattr(link, command)(*([frame] if command in ("feed", "lend") else []))
            answer("done") if got is None else answer(f"frame {len(got)}", got)
        except Refused as error:
            answer(str(error))
        except OSError as error:
            answer(f"Other {error}")


main(*sys.argv[1:])
