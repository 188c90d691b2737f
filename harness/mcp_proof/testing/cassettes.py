"""Cassettes of tests: each test has a file of its own, and a server that plays it."""

import re
import shlex
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from mcp_proof.configured_redaction import configured_redaction
from mcp_proof.errors import UsageError
from mcp_proof.fixtures import PASSED
from mcp_proof.replay import Mode, NotWantedError, Replay, running_replay
from mcp_proof.targets import Target, target_of
from mcp_proof.testing.blame import told_plainly
from mcp_proof.testing.configured import NOWHERE, configured
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.replay.tape import Order
from mcp_proof_mocks.server import MockServer

MARKER: Final = "mcp_cassette"
OPTIONS: Final[tuple[str, ...]] = ("file", "mode", "target", "order")
FOLDER: Final = "cassettes"
HARMLESS: Final = re.compile(r"[^\w.\[\]-]+")
LONGEST: Final = 100
"""Characters of a file's name, which file systems and archives take."""


@dataclass(frozen=True, slots=True)
class TestCassette:
    """What a test that is marked with `mcp_cassette` talks to."""

    __test__ = False

    file: Path
    """The recording."""
    url: str
    """Where clients reach the server that plays it."""
    server: MockServer
    """That server: its journal has what the test asked."""


@contextmanager
def cassette_of(request: pytest.FixtureRequest) -> Generator[TestCassette]:
    """Play, or record, the cassette of a test while the block runs.

    Raises:
        pytest.fail.Exception: there is none, it cannot be recorded, or the test asked for what is
            not in it.
    """
    with told_plainly():
        replay = _replay(request)
        anew = replay.file if replay.records_anew else None
        running = running_replay(replay)
        url, server = running.__enter__()
    try:
        yield TestCassette(replay.file, url, server)
    finally:
        if request.node.stash.get(PASSED, False):
            with told_plainly():
                running.__exit__(None, None, None)
        else:
            _drop(running, request.node, anew)
    try:
        server.verify()
    except AssertionError as missed:
        name = shlex.quote(request.node.nodeid)
        hint = f"{missed}\nrecord it: pytest --mcp-record new {name}"
        raise pytest.fail.Exception(hint, pytrace=False) from None


def _drop(running: AbstractContextManager[object], node: pytest.Item, file: Path | None) -> None:
    """Keep nothing of what a test recorded that has not passed."""
    unwanted = NotWantedError()
    with suppress(NotWantedError):
        running.__exit__(NotWantedError, unwanted, None)
    if file is not None:
        still = "is as it was" if file.exists() else "was not written"
        text = f"{file} {still}: a recording is kept when its test passes\n"
        node.add_report_section("teardown", MARKER, text)


def file_of(node: pytest.Item) -> Path:
    """Return where the cassette of a test stands by default: beside the test's own file."""
    scopes = [part.name for part in node.listchain() if isinstance(part, pytest.Class)]
    name = ".".join([*scopes, node.name])
    harmless = HARMLESS.sub("-", name)[:LONGEST]
    if harmless != name:  # another name may become the same
        harmless += f"-{sha256(name.encode()).hexdigest()[:8]}"
    return node.path.parent / FOLDER / node.path.stem / f"{harmless}.ndjson"


def _replay(request: pytest.FixtureRequest) -> Replay:
    node: pytest.Item = request.node
    marker = node.get_closest_marker(MARKER)
    given = _given(marker)
    file = file_of(node) if given["file"] is None else _inside(node, str(given["file"]))
    marked = _mode(given["mode"])  # a mistake is told though an option takes its place
    option = request.config.getoption("--mcp-record")
    mode = Mode(option) if option else marked
    if mode is Mode.NONE and not file.exists():
        raise UsageError(
            f"there is no cassette {file}. Record one: pytest --mcp-record once --mcp-target "
            f"TARGET {shlex.quote(node.nodeid)}"
        )
    return Replay(
        file=file,
        mode=mode,
        target=None if mode is Mode.NONE else _target(request, given["target"]),
        order=_order(given["order"]),
        strict=True,
        redaction=configured_redaction(configured(request.config, "replay"), Mask()),
        may_be_silent=True,
    )


def _inside(node: pytest.Item, name: str) -> Path:
    """Return the file that a marker names.

    Raises:
        UsageError: it is outside of what is tested.
    """
    file, root = node.path.parent / name, node.config.rootpath
    if not file.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"mcp_cassette: the file {name!r} is outside of {root}; cassettes stand with the tests"
        )
    return file


def _given(marker: pytest.Mark | None) -> dict[str, object]:
    """Return what a marker says, by name.

    Raises:
        UsageError: it says what it cannot.
    """
    given: dict[str, object] = {name: None for name in OPTIONS}  # noqa: C420  # typed so
    if marker is None:
        return given
    takes = f"it takes a file, and {', '.join(OPTIONS[1:])} by name"
    for name in marker.kwargs:
        if name not in OPTIONS:
            hint = did_you_mean(name, OPTIONS)
            raise UsageError(f"mcp_cassette has no argument {name!r}: {takes}.{hint}")
    if len(marker.args) > 1:
        raise UsageError(f"mcp_cassette has {len(marker.args)} arguments without a name: {takes}")
    if marker.args and "file" in marker.kwargs:
        raise UsageError("mcp_cassette names two files: one without a name, and `file`")
    return {**given, **marker.kwargs, **({"file": marker.args[0]} if marker.args else {})}


def _mode(given: object) -> Mode:
    try:
        return Mode.NONE if given is None else Mode(str(given))
    except ValueError:
        raise _unknown("mode", given, Mode) from None


def _order(given: object) -> Order:
    try:
        return Order.FREE if given is None else Order(str(given))
    except ValueError:
        raise _unknown("order", given, Order) from None


def _unknown(name: str, given: object, known: Iterable[str]) -> UsageError:
    expected, hint = ", ".join(map(str, known)), did_you_mean(str(given), map(str, known))
    return UsageError(f"mcp_cassette: there is no {name} {given!r}; known are {expected}.{hint}")


def _target(request: pytest.FixtureRequest, given: object) -> Target:
    """Return the server that is recorded: the option's, the marker's or the fixture's."""
    named = request.config.getoption("--mcp-target")
    value = named or given or request.getfixturevalue("mcp_target")
    if value is None:
        raise UsageError(NOWHERE)
    return target_of(value)
