"""The terminal that commands print to."""

from typing import NoReturn

from rich.console import Console


class Terminal(Console):
    """A console that leaves wrapping to the terminal and a closed pipe to the command line."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)

    def on_broken_pipe(self) -> NoReturn:
        """Raise instead of exiting with a code that reads as a verdict."""
        raise BrokenPipeError
