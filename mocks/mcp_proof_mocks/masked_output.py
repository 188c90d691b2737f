"""What this process prints, without secrets: every report, error, traceback and warning."""

import os
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any, TextIO, cast

from mcp_proof_contracts.secrets.given import secrets_in_command, secrets_in_variables
from mcp_proof_contracts.secrets.mask import Mask


@contextmanager
def masked_output(arguments: Sequence[str], *, for_good: bool = False) -> Generator[Mask]:
    """Hide on standard output and standard error what our command line and environment hold.

    Both streams are replaced, because much of what is printed when something fails is printed by
    others: argparse, asyncio, threading, warnings, the interpreter. What is written to their
    file descriptors, as the messages of a protocol are, is not touched.

    Args:
        arguments: the command line.
        for_good: whether to leave it so after the block, for what is told at the process's end.

    Yields:
        The mask, which can be told of more.
    """
    mask = Mask(secrets_in_command(arguments).values)
    mask.hide(secrets_in_variables(os.environ).values)
    before = sys.stdout, sys.stderr
    output, errors = (cast("TextIO", MaskedStream(stream, mask)) for stream in before)
    sys.stdout, sys.stderr = output, errors
    if for_good:
        for name, stream in (("__stdout__", output), ("__stderr__", errors)):
            setattr(sys, name, stream)  # the interpreter goes back to these when it ends
    try:
        yield mask
    finally:
        if not for_good:
            output.flush()
            errors.flush()
            sys.stdout, sys.stderr = before


class MaskedStream:
    """A text stream that passes on whole lines, with secrets hidden."""

    def __init__(self, stream: TextIO, mask: Mask) -> None:
        self._stream = stream
        self._mask = mask
        self._rest = ""
        self._lock = RLock()

    def write(self, text: str) -> int:
        """Write the lines that are complete; the rest waits, for a secret may go on in it."""
        with self._lock:
            waiting = self._rest + text
            end = max(waiting.rfind("\n"), waiting.rfind("\r")) + 1
            self._rest = waiting[end:]
            if end:
                self._pass_on(waiting[:end])
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Write what waits, too."""
        with self._lock:
            rest, self._rest = self._rest, ""
            if rest:
                self._pass_on(rest)
            self._stream.flush()

    def _pass_on(self, text: str) -> None:
        """Write without secrets, and write out what the stream's encoding does not have."""
        encoding = self._stream.encoding or "utf-8"  # a text in memory has none
        shown = self._mask(text).encode(encoding, errors="backslashreplace")
        self._stream.write(shown.decode(encoding))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # the rest of the stream, as it is
        return getattr(self._stream, name)
