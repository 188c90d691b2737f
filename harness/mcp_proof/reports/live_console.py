"""What every report on a terminal has: progress while a run goes on, and text without secrets."""

from typing import Self

from rich.console import Console
from rich.markup import escape

from mcp_proof.events import PeerFound
from mcp_proof.reports.progress import Later, Progress, in_real_time
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Sender


class LiveConsole:
    """Shows that something goes on, as long as it is entered."""

    def __init__(
        self,
        console: Console,
        mask: Mask,
        *,
        quiet: bool,
        side: Sender = Sender.SERVER,
        later: Later = in_real_time,
    ) -> None:
        self._console = console
        self._mask = mask
        self._quiet = quiet
        self._starting = f"starting the {side}"
        self._stimulus = "scenario" if side is Sender.CLIENT else "probe"
        self._unnamed = f"an unnamed {side}"
        self._progress = Progress(console, self._starting, later)

    def __enter__(self) -> Self:
        if not self._quiet:
            self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def _begin(self) -> None:
        """Show the start of a run."""
        self._progress.say(self._starting)
        self._progress.start()

    def _meet(self, peer: PeerFound) -> None:
        """Show who answered."""
        name = f"{peer.name} {peer.version}".strip() or self._unnamed
        self._print(f"[bold]{self._text(name)}[/] speaks {peer.spoken} over {peer.transport}")

    def _text(self, text: str) -> str:
        """Foreign text for rich's markup, without secrets and what a terminal would obey.

        Masked by itself, for a secret may be spelled as the markup around it is.
        """
        return escape(printable_lines(self._mask(text)))

    def _print(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, highlight=False)
