"""Which target a value stands for: the text of an option, or an object that a test has."""

import inspect
import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

from mcp_proof.errors import UsageError
from mcp_proof.targets.any_url import URLS, url_target
from mcp_proof.targets.asgi import AsgiTarget
from mcp_proof.targets.cassette import CassetteTarget, names_recording
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.desktop_config import desktop_target
from mcp_proof.targets.image import image_target
from mcp_proof.targets.memory import MemoryTarget
from mcp_proof.targets.redis import REDIS, RedisTarget
from mcp_proof.targets.served_mock import ServedMockTarget
from mcp_proof.targets.server_object import ServerObjectTarget, is_server_object
from mcp_proof.targets.target import Target
from mcp_proof.targets.url import harmless_url
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.secrets.given import secrets_in_command, shown_command
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.asgi_types import AsgiApp
from mcp_proof_mocks.server import MockServer

IMAGE: Final = "image:"
FORMS: Final = (
    "a URL (http, https, ws, wss, redis or rediss), a command (one text, or a list of words), "
    "`image:NAME`, a recording (FILE.ndjson, FILE.har), an entry of a desktop configuration "
    "(FILE.json#NAME), an ASGI application, a server object of the official SDK or of "
    "fastmcp, a MockServer or a Target"
)


def target_of(value: object) -> Target:
    """Return the target that a value stands for.

    Raises:
        UsageError: it stands for none, or the file that it names is wrong.
    """
    if isinstance(value, str | os.PathLike):
        return _named(os.fspath(cast("str | os.PathLike[str]", value)))
    if isinstance(value, Sequence):
        return _command(cast("Sequence[object]", value))
    return _object(value)


def shown_value(value: object) -> str:
    """Return a value without what is secret in it; it need not stand for a target."""
    if isinstance(value, str | os.PathLike):
        text = str(cast("str | os.PathLike[str]", value))
        mask = Mask(secrets_in_command([text]).values)
        return mask(harmless_url(text) if "://" in text else text)
    if isinstance(value, Sequence):
        return shown_command([str(word) for word in cast("Sequence[object]", value)])
    return f"a {type(value).__name__}"


def _object(value: object) -> Target:
    if isinstance(value, Target):
        return value
    if isinstance(value, MockServer):
        return mock_target(value)
    if is_server_object(value):
        return ServerObjectTarget(value)
    if _is_application(value):
        return AsgiTarget(cast("AsgiApp", value))
    raise UsageError(f"{shown_value(value)} is no target; expected {FORMS}")


def mock_target(server: MockServer) -> Target:
    """Return a mock in this process: over HTTP or a socket where its dialect has no other way.

    Who holds the mock may ask it, whatever it demands of others.
    """
    if server.contract.dialect is Dialect.MCP:
        return MemoryTarget(server)
    if server.contract.dialect is Dialect.WEBSOCKET:
        return ServedMockTarget(server)
    if server.contract.dialect is Dialect.QUEUE:
        raise UsageError(
            "a mock of a queue is reached through a Redis: let `running(server, redis=URL)` serve "
            "it, and give that URL"
        )
    name = f"mock {server.contract.info['name']}"
    headers = server.authorization.headers() if server.authorization is not None else {}
    return AsgiTarget(asgi_app(server), path="", headers=headers, name=name)


def _named(text: str) -> Target:
    if text.startswith(URLS):
        return url_target(text)
    if text.startswith(REDIS):
        return RedisTarget(text)
    if text.startswith(IMAGE):
        return image_target(text.removeprefix(IMAGE))
    if names_recording(text):
        return CassetteTarget(Path(text))
    file, _, name = text.partition("#")
    if file.endswith(".json") and (name or Path(file).is_file()):
        if not name:
            raise UsageError(f"{text}: which of its servers? Write {text}#NAME")
        return desktop_target(Path(file), name, os.environ)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"target {shown_value(text)!r}: {error}") from error
    if not words:
        raise UsageError(f"an empty text is no target; expected {FORMS}")
    return CommandTarget(words)


def _command(words: Sequence[object]) -> Target:
    for word in words:
        if not isinstance(word, str | os.PathLike):
            raise UsageError(f"a command is a list of texts; {word!r} is none")
    return CommandTarget([os.fspath(cast("str | os.PathLike[str]", word)) for word in words])


def _is_application(value: object) -> bool:
    """Whether this looks like an ASGI 3 application: a coroutine function of three parameters."""
    if not callable(value):
        return False
    call: Callable[..., object] = value if inspect.isroutine(value) else type(value).__call__
    return inspect.iscoroutinefunction(call)
