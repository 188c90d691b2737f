"""A recorded transcript in the place of a server."""

import shlex
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.memory import MemoryConnection
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets
from mcp_proof_contracts.transcript import Sender, Transcript
from mcp_proof_mocks.replay import ReplayChannel

CASSETTES: Final = (".ndjson", ".har")
"""How the names of recordings end; other tools have theirs in files that end like any JSON."""
JSON: Final = ".json"


def names_recording(text: str) -> bool:
    """Whether a text names the file of a recording."""
    if not text.endswith(JSON):
        return text.endswith(CASSETTES)
    from mcp_proof.record.foreign import is_foreign  # noqa: PLC0415  # for such files only

    return is_foreign(Path(text))


@dataclass(frozen=True, slots=True)
class CassetteTarget:
    """A recording on disk, whoever made it, whose answers are given again.

    What it recorded of a server can be judged; its answers can be asked for, without any I/O.
    """

    file: Path
    transcript: Transcript = field(init=False, repr=False, compare=False)

    transport: TransportName = "memory"

    def __post_init__(self) -> None:
        """Read the file."""
        from mcp_proof.record.foreign import read_recording  # noqa: PLC0415  # for recordings only

        transcript = read_recording(self.file)
        if transcript.header.side is not Sender.SERVER:
            raise UsageError(f"{self.file}: this is the transcript of a client, not of a server")
        object.__setattr__(self, "transcript", transcript)

    @property
    def label(self) -> str:
        """The file."""
        return str(self.file)

    @property
    def arguments(self) -> str:
        """The file as an argument."""
        return shlex.quote(self.label)

    @property
    def secrets(self) -> GivenSecrets:
        """None: what was secret was hidden when it was recorded."""
        return GivenSecrets()

    def started(self) -> AbstractAsyncContextManager[Self]:
        """There is nothing to start."""
        return nullcontext(self)

    def connect(self, name: str, recorder: Recorder, _timeout: float, /) -> Connection:
        """Return a conversation with the recording, from its beginning."""
        return MemoryConnection(lambda write: ReplayChannel(self.transcript, write), name, recorder)
