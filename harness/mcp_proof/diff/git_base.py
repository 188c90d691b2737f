"""A file as it is at a revision of its git repository, with the files that it takes in.

Git is run without a shell, with a bound on its time, and only to look up objects: no filter, hook
or pager of the repository is run, and nothing is fetched.
"""

import os
import posixpath
import re
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
    "GIT_ALLOW_PROTOCOL": "none",  # as much to those before 2.44
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
COMMIT: Final = re.compile(r"[0-9a-f]{40,64}")
LINK: Final = "120000"


@contextmanager
def file_at(ref: str, file: Path) -> Generator[Path | None]:
    """Have a file as it is at a revision, for a while; `None` where there is none of that name.

    Raises:
        UsageError: there is no git, no repository, or no such revision; the file is there, but
            cannot be had; or it takes too long.
    """
    revision = _Revision(file.parent, ref)
    with TemporaryDirectory(prefix="mcp-proof-") as folder:
        blob = revision.blob(file.name)
        if blob is None:
            yield None
            return
        copy = Path(folder) / file.name
        copy.write_bytes(blob)
        for name in revision.beside(_texts(blob)):
            beside = Path(folder) / name
            held = revision.blob(name)
            if held is not None:
                beside.parent.mkdir(parents=True, exist_ok=True)
                beside.write_bytes(held)
        yield copy


class _Revision:
    """A folder at a revision of its repository."""

    def __init__(self, folder: Path, ref: str) -> None:
        self._folder = folder
        self._ref = ref
        self._commit = self._named()

    def _named(self) -> str:
        """Return the name of the commit that the revision is."""
        ref = self._ref
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
        name = found.stdout.decode(errors="replace").strip()
        if not COMMIT.fullmatch(name):
            raise UsageError(f"{where}: expected one revision of git, such as origin/main")
        return name

    def blob(self, name: str) -> bytes | None:
        """Return what a file in the folder holds; `None` where there is none of that name."""
        entry = self._listed("--", f"./{name}").removesuffix("\0")
        if not entry:
            return None
        where = f"{name} at {self._ref}"
        mode, kind, stored = entry.partition("\t")[0].split(" ")
        if mode == LINK:
            raise UsageError(f"{where}: it is a link at {self._ref}: name the file it leads to")
        if kind != "blob":
            raise UsageError(f"{where}: it is no file at {self._ref}")
        # `cat-file` gives the bytes as they are stored: no filter and no textconv is run.
        size = self._git("cat-file", "-s", stored)
        if not size.returncode and int(size.stdout) > LARGEST:
            raise UsageError(f"{where}: it has more than {LARGEST} bytes")
        held = self._git("cat-file", "blob", stored)
        if size.returncode or held.returncode:
            raise UsageError(
                f"{where}: it is listed at {self._ref}, but its content is not here, or damaged; "
                f"fetch it, for example by `git fetch --refetch --no-filter`. {_said(held)}"
            )
        return held.stdout

    def beside(self, texts: frozenset[str]) -> list[str]:
        """Return the files in the folder that these are names of."""
        listed = self._listed("-r", "--name-only", "--", ".").split("\0")
        names = {posixpath.normpath(text) for text in texts if text}
        return sorted(names.intersection(filter(None, listed)))[:MOST_BESIDE]

    def _listed(self, *words: str) -> str:
        *options, mark, place = words
        found = self._git("ls-tree", "-z", *options, self._commit, mark, place)
        if found.returncode:
            raise UsageError(
                f"--against {self._ref!r}: git cannot list the files of that revision; "
                f"fetch it. {_said(found)}"
            )
        return found.stdout.decode(errors="surrogateescape")

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


def _said(failed: subprocess.CompletedProcess[bytes]) -> str:
    """What git said of a failure."""
    return f"git says: {excerpt(failed.stderr.decode(errors='replace').strip() or 'nothing')}"


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
