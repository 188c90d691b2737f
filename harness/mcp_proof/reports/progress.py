"""How far a run is, for somebody who waits; nothing for what is over soon."""

import os
import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

PATIENCE: Final = 2.0
"""Seconds in which nobody needs to be told that a run goes on."""
INTERVAL: Final = 10.0
"""Seconds between two lines, where a line that stands there cannot be written again."""
FRAMES: Final = 12.5
"""Pictures of the spinner in a second."""

Later: TypeAlias = Callable[[float, Callable[[], None]], Callable[[], None]]
"""Has something called once, after some seconds; returns what calls it off and waits for that."""


def in_real_time(seconds: float, call: Callable[[], None]) -> Callable[[], None]:
    """Call from a thread: the one that runs may be held by a probe or by a long check."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()

    def call_off() -> None:
        timer.cancel()
        timer.join()

    return call_off


def animated(console: Console) -> bool:
    """Whether lines can be written again.

    CI systems whose log is a terminal, or who ask for colour, show every frame of a picture.
    """
    return console.is_interactive and not os.environ.get("CI")


class Progress:
    """Says where a run is: in one line of a terminal, or in a few lines of a log."""

    def __init__(self, console: Console, text: str, later: Later = in_real_time) -> None:
        self._console = console
        self._text = text
        self._later = later
        self._animated = animated(console)
        self._spinner = Spinner("dots", Text(text))
        self._line = Live(self._spinner, console=console, refresh_per_second=FRAMES, transient=True)
        self._shown = ""
        self._running = False
        self._lock = threading.Lock()
        self._call_off: Callable[[], None] = _nothing

    def start(self) -> None:
        """Begin to wait, if that has not begun."""
        with self._lock:
            if self._running:
                return
            self._running, self._shown = True, ""
            self._call_off = self._later(PATIENCE, self._show)

    def say(self, text: str) -> None:
        """Tell where the run is now."""
        with self._lock:
            self._text = text
            self._spinner.update(text=Text(text))

    def stop(self) -> None:
        """Say nothing any more; a terminal's line is wiped."""
        with self._lock:
            self._running = False
            call_off, self._call_off = self._call_off, _nothing
            self._line.stop()
        call_off()

    def _show(self) -> None:
        with self._lock:
            if not self._running:
                return
            if self._animated:
                self._line.start(refresh=True)
                return
            if self._text != self._shown:
                self._console.print(self._text, markup=False)
                self._shown = self._text
            self._call_off = self._later(INTERVAL, self._show)


def _nothing() -> None:
    """There is nothing to call off."""
