"""When a load process is told to end: by a line on its input, or by the end of it."""

import sys
from collections.abc import Callable

import gevent
from gevent.fileobject import FileObject


def when_told(end: Callable[[], None]) -> None:
    """Call `end` when the input says something more, or ends with the process that wrote it."""

    def listen() -> None:
        FileObject(sys.stdin.fileno(), "rb", bufsize=0, closefd=False).read(1)
        end()

    gevent.spawn(listen)
