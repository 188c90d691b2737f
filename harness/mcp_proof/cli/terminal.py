"""The terminal that commands print to."""

import os

from rich.console import Console


class Terminal(Console):
    """A console that leaves wrapping to the terminal, and goes on when nobody reads any more."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        """Print into nothing from now on: the run, its reports and its exit code still count."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
