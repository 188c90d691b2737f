"""A recorded transcript in the place of a server."""

import shlex
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from mcp_proof.errors import UsageError
from mcp_proof.recorder import Recorder
from mcp_proof.transports.connection import Connection
from mcp_proof.transports.memory import MemoryConnection
from mcp_proof_contracts.redaction import kept_header, kept_line
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import GivenSecrets
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Sender, Transcript
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.channel import ReplayChannel
from mcp_proof_mocks.replay.playback import Playback

CASSETTES: Final = (".ndjson", ".har")
"""How the names of recordings end; other tools have theirs in files that end like any JSON."""
JSON: Final = ".json"


def names_recording(text: str) -> bool:
    """Whether a text names the file of a recording, a damaged one too."""
    if not text.endswith(JSON):
        return text.endswith(CASSETTES)
    from mcp_proof.record.foreign import may_be_recording  # noqa: PLC0415  # for such files only

    return may_be_recording(Path(text))


@dataclass(frozen=True)
class CassetteTarget:
    """A recording on disk, whoever made it, whose answers are given again.

    What it recorded of a server can be judged; its answers can be asked for, without any I/O.
    """

    file: Path
    any_side: bool = field(default=False, kw_only=True)
    """Whether it may be of a client: nothing then is asked of it."""
    cassette: Cassette = field(init=False, repr=False, compare=False)

    transport: TransportName = "memory"

    def __post_init__(self) -> None:
        """Read the file."""
        cassette = opened(self.file, messages=True)
        if cassette.header.side is not Sender.SERVER and not self.any_side:
            raise UsageError(
                f"{self.file}: this is the transcript of a client, not of a server: it can be "
                "replayed, compared (mcp-proof drift) and taken over (mcp-proof record -o FILE)"
            )
        object.__setattr__(self, "cassette", cassette)

    @cached_property
    def transcript(self) -> Transcript:
        """All that was recorded, for whoever judges it."""
        from mcp_proof.record.foreign import read_recording  # noqa: PLC0415  # for recordings only

        return read_recording(self.file)

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

        def begun(write: Callable[[bytes], None]) -> ReplayChannel:
            return ReplayChannel(Playback(self.cassette), write)

        return MemoryConnection(begun, name, recorder)


def opened(file: Path, *, messages: bool = False) -> Cassette:
    """Return the cassette of a file, whoever made it.

    `messages` leaves HTTP aside, whatever was spoken.

    Raises:
        UsageError: there is none, or a damaged one.
    """
    from mcp_proof.record.foreign import imported, is_ours  # noqa: PLC0415  # likewise

    try:
        if is_ours(file):
            return Cassette(file, messages=messages)
        with TemporaryDirectory() as folder:  # it is open for as long as it is needed
            beside = Path(folder) / file.name
            transcript, mask = imported(file), Mask()
            lines = (kept_line(event, mask) for event in transcript.events)
            beside.write_bytes(b"".join([kept_header(transcript.header, mask), *lines]))
            return Cassette(beside, messages=messages)
    except UsageError:  # it names the file
        raise
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from error
