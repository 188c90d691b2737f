"""Cases that failed before, on disk: they are tried first, and forgotten once they pass."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from hypothesis.database import DirectoryBasedExampleDatabase

from mcp_proof.errors import UsageError

T = TypeVar("T")


class Corpus:
    """The cases of one server, by operation, in a database of Hypothesis: each as its text.

    Args:
        folder: where it is; `None` keeps nothing.
        server: the server's name.
    """

    def __init__(self, folder: Path | None, server: str) -> None:
        self._folder = folder
        self._server = server
        self.unkept = ""
        """Why a case could not be kept; empty where all were."""
        self._database = DirectoryBasedExampleDatabase(folder) if folder is not None else None

    def cases(self, label: str, read: Callable[[str], T]) -> Iterator[T]:
        """Yield what failed of an operation, in the same order each time.

        Args:
            label: the operation's.
            read: reads a case; one that it refuses with a `UsageError` is forgotten.
        """
        if self._database is None or self._folder is None or not self._folder.is_dir():
            return
        for text in sorted(self._database.fetch(self._key(label))):
            try:
                yield read(text.decode())
            except (UsageError, UnicodeDecodeError):
                self._database.delete(self._key(label), text)

    def keep(self, label: str, text: str) -> None:
        """Keep a case that failed."""
        if self._database is not None and self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / ".gitignore").write_text("*\n")
            except OSError as error:
                self.unkept = f"{self._folder} cannot be written: {error.strerror}"
                return
            self._database.save(self._key(label), text.encode())

    def forget(self, label: str, text: str) -> None:
        """Forget a case that fails no longer."""
        if self._database is not None:
            self._database.delete(self._key(label), text.encode())

    def _key(self, label: str) -> bytes:
        return hashlib.sha256(f"{self._server}\n{label}".encode()).digest()
