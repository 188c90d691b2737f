"""Follow a page from its first block to its last, as a reader would who tries everything.

Python runs by itself, or under pytest when it holds tests. A block with a title is a file of a
project in one folder, which the commands of the page use. Data is read by what reads it for users.
"""

import re
from collections.abc import Callable
from pathlib import Path

from markdown_page import Block, blocks
from shown_data import read_json, read_toml, read_yaml
from terminal_session import TerminalSession, commands

from mcp_proof.errors import McpProofError

REASONS = {
    "it sets up a checkout": "whoever gets here has done it",
    "it needs a container engine": "tests/containers does the same, where there is one",
    "it needs client libraries": "tests/real judges clients by the drivers, where there are any",
    "it needs other machines": "tests/load starts master and workers on this one",
}
"""Why a block may stay unrun."""


def follow(page: Path, session: TerminalSession) -> None:
    """Follow a page.

    Raises:
        AssertionError: something does not do what the page says; the line is named.
    """
    unused: list[str] = []
    for block in blocks(page):
        where = f"{page.name}:{block.line}"
        try:
            _follow(block, session)
        except (AssertionError, ValueError, McpProofError) as error:
            raise AssertionError(f"{where}: {error}") from error
        if block.title.endswith(".py"):
            unused.append(f"{where} {block.title}")
        elif block.language in {"python", "console", "sh"}:
            unused.clear()
    assert not unused, f"no command uses {', '.join(unused)}"


def _follow(block: Block, session: TerminalSession) -> None:
    if block.reason:
        assert block.reason in REASONS, f"{block.reason!r} is no reason to leave a block unrun"
        return
    if block.title:
        file = session.folder / block.title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(session.actual(block.text), encoding="utf-8")
    kind = KINDS.get(block.language)
    assert kind is not None, f"nothing runs a block of {block.language!r}"
    kind(block, session)


def _python(block: Block, session: TerminalSession) -> None:
    if block.title:
        return
    script = session.folder / f"test_line_{block.line}.py"
    script.write_text(session.actual(block.text), encoding="utf-8")
    tests = re.search(r"^(async )?def test_", block.text, re.MULTILINE)
    session.run(f"python -W error {'-m pytest -q ' if tests else ''}{script.name}")
    script.unlink()


def _console(block: Block, session: TerminalSession) -> None:
    shown = commands(block.text)
    assert shown, "a block of `console` begins with a command after `$ `"
    for command, output in shown:
        session.run(command, output)


def _shell(block: Block, session: TerminalSession) -> None:
    for command in block.text.replace("\\\n", " ").splitlines():
        session.run(command)


KINDS: dict[str, Callable[[Block, TerminalSession], None]] = {
    "python": _python,
    "console": _console,
    "sh": _shell,
    "yaml": lambda block, session: read_yaml(block, session.folder),
    "toml": lambda block, session: read_toml(block, session.folder),
    "json": lambda block, session: read_json(block, session.folder),
}
