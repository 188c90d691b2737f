"""What a client over stdio starts in place of its server: it passes all on to the judge.

    python stand_in.py PORT TOKEN

It is run by the client, so that it has to start quickly: nothing but the standard library. Each
frame is a letter, four bytes of length, and so many bytes. To the judge: `h` the token, `i` what
came on standard input, `z` its end, `t` that SIGTERM came (with `open` where standard input had
surely not ended), `p` that it is there. From the judge: `o` for standard output, `e` for standard
error, `c` to close standard output, `p` to ask whether it is there, `x` to exit with a code.
"""

import os
import select
import signal
import socket
import struct
import sys

TYPE_CHECKING = False  # to import `typing` takes longer than all else
if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1 << 16
HEAD = 5  # bytes before the data of a frame


def main(port: int, token: str) -> None:
    """Pass on until the judge says that it is over, or is gone."""
    judge = socket.create_connection(("127.0.0.1", port))
    judge.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def tell(letter: bytes, data: bytes = b"") -> None:
        judge.sendall(letter + struct.pack(">I", len(data)) + data)

    def terminated(_number: int, _frame: object) -> None:
        # An end that was not read yet is readable, too, as is anything else.
        unended = 0 in inputs and not select.select([0], [], [], 0)[0]
        tell(b"t", b"open" if unended else b"")

    inputs = [judge.fileno(), 0]
    signal.signal(signal.SIGTERM, terminated)
    tell(b"h", token.encode())
    unread = b""
    while True:
        ready, _, _ = select.select(inputs, [], [])
        if 0 in ready:
            data = os.read(0, CHUNK)
            tell(b"i" if data else b"z", data)
            if not data:
                inputs.remove(0)
        if judge.fileno() in ready:
            data = judge.recv(CHUNK)
            if not data:
                os._exit(1)
            unread = _obey(unread + data, tell)


def _obey(frames: bytes, tell: "Callable[[bytes], None]") -> bytes:
    """Do what complete frames say; return what is left."""
    while len(frames) >= HEAD:
        (length,) = struct.unpack(">I", frames[1:HEAD])
        if len(frames) < HEAD + length:
            break
        letter, data, frames = frames[:1], frames[HEAD : HEAD + length], frames[5 + length :]
        if letter == b"x":
            os._exit(int(data))
        elif letter == b"c":
            os.close(1)
        elif letter == b"p":
            tell(b"p")
        else:
            _write(1 if letter == b"o" else 2, data)
    return frames


def _write(file: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(file, data) :]
    except OSError:
        pass  # the client reads no more; that it goes away is seen by its end of input


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), sys.argv[2])
    except OSError:
        sys.exit(1)
