"""A file as it is at a revision of its git repository, with the files that it takes in.

Git is run without a shell, with a bound on its time, and only to look up objects: no filter, hook
or pager of the repository is run, and nothing is fetched.
"""

import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.yaml_text import YamlText, YamlTextError

PATIENCE: Final = 30.0
LARGEST: Final = 32 * 1024 * 1024
MOST_BESIDE: Final = 500
"""Files that a contract takes in."""
SEALED: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


@contextmanager
def file_at(ref: str, file: Path) -> Generator[Path | None]:
    """Have a file as it is at a revision, for a while; `None` where there is none of that name.

    Raises:
        UsageError: there is no git, no repository, or no such revision; or it takes too long.
    """
    repository = _Repository(file.parent)
    commit = repository.commit(ref)
    with TemporaryDirectory(prefix="mcp-proof-") as folder:
        copy = Path(folder) / file.name
        blob = repository.blob(commit, file.name)
        if blob is None:
            yield None
            return
        copy.write_bytes(blob)
        for name in repository.beside(commit, _texts(blob)):
            beside = Path(folder) / name
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(repository.blob(commit, name) or b"")
        yield copy


class _Repository:
    """The repository of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def commit(self, ref: str) -> str:
        """Return the name of the commit that a revision is."""
        where = f"--against {ref!r}"
        if not ref or ref.startswith("-") or any(c in ref for c in "\0\r\n\t :"):
            raise UsageError(f"{where}: expected a revision of git, such as origin/main or HEAD~1")
        if self._git("rev-parse", "--git-dir").returncode:
            raise UsageError(f"{where}: {self._folder} is in no git repository that can be read")
        found = self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
        if found.returncode:
            raise UsageError(
                f"{where}: the repository has no such revision. In CI, fetch it first: "
                "`git fetch origin main`, or `fetch-depth: 0` of actions/checkout."
            )
        return found.stdout.decode().strip()

    def blob(self, commit: str, name: str) -> bytes | None:
        """Return what a file in the folder holds at a commit; `None` where it is not there."""
        # `cat-file` gives the bytes as they are stored: no filter and no textconv is run.
        place = f"{commit}:./{name}"
        size = self._git("cat-file", "-s", place)
        if size.returncode:
            return None
        if int(size.stdout) > LARGEST:
            raise UsageError(f"{name} at {commit}: it has more than {LARGEST} bytes")
        return self._git("cat-file", "blob", place).stdout

    def beside(self, commit: str, names: frozenset[str]) -> list[str]:
        """Return which of these are names of files in the folder at a commit."""
        listed = self._git("ls-tree", "-r", "-z", "--name-only", commit, "--", ".").stdout
        files = listed.decode(errors="surrogateescape").split("\0")
        return sorted(names.intersection(filter(None, files)))[:MOST_BESIDE]

    def _git(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603  # no shell; the one foreign word was looked at
                ["git", "-C", str(self._folder), *words],  # noqa: S607  # the git of the user
                env={**_environment(os.environ), **SEALED},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
        except FileNotFoundError as error:
            raise UsageError("--against: there is no program `git` here") from error
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"--against: git did not answer within {PATIENCE:.0f} s") from error
        except (OSError, ValueError) as error:
            raise UsageError(f"--against: git cannot be run: {excerpt(str(error))}") from error


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would lead git to another repository, as hooks have it."""
    elsewhere = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_TRACE")
    return {name: value for name, value in given.items() if not name.startswith(elsewhere)}


def _texts(blob: bytes) -> frozenset[str]:
    """All texts of a document: among them are the names of the files that it takes in."""
    try:
        waiting: list[Json] = [YamlText(blob.decode()).value]
    except (YamlTextError, UnicodeDecodeError):
        return frozenset()
    texts: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            texts.add(value)
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
    return frozenset(texts)
