"""Strategies of the user's own, in a Python file: what registers them, and what loads the file.

Hypothesis is imported with the file, and not before.
"""

import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from mcp_proof.errors import UsageError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

_registered: Final[ContextVar[list["CustomStrategy"] | None]] = ContextVar(
    "registered", default=None
)
"""What the file that is being loaded has registered so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomStrategy:
    """A strategy, and what it makes values for."""

    makes: "SearchStrategy[Json]"
    tool: str | None = None
    """`None`: of every tool."""
    property: str | None = None
    """A JSON pointer into the arguments, or a name; `None` with no format: all arguments."""
    format: str | None = None


def strategy(
    *,
    tool: str | None = None,
    property: str | None = None,  # noqa: A002  # as in a schema
    format: str | None = None,  # noqa: A002  # likewise
) -> Callable[[T], T]:
    """Register what comes behind it: a strategy of Hypothesis, or a function that returns one.

    What it makes is tried wherever the server's own schema allows it.

    Args:
        tool: only for this tool; with nothing else, the strategy makes all its arguments.
        property: for the argument at this JSON pointer (`/user/name`), or for all of a name.
        format: for texts of this format.

    Raises:
        TypeError: neither a tool nor a property nor a format is named, or both of the latter.
        RuntimeError: no file of `--hooks` is being loaded.
    """
    if property is not None and format is not None:
        raise TypeError("strategy(): give a property or a format, not both")
    if tool is None and property is None and format is None:
        raise TypeError("strategy(): give a tool, a property or a format")
    registered = _registered.get()
    if registered is None:
        raise RuntimeError(
            "strategy() registers nothing here: put it into a file for `mcp-proof fuzz --hooks`"
        )

    def register(given: T) -> T:
        makes = _strategy_of(given)
        registered.append(CustomStrategy(makes=makes, tool=tool, property=property, format=format))
        return given

    return register


def load_hooks(path: Path) -> tuple[CustomStrategy, ...]:
    """Run a file and return what it registers.

    Raises:
        UsageError: it cannot be run, or registers nothing.
    """
    spec = spec_from_file_location("mcp_proof_hooks", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError(f"{path}: expected a Python file (.py)")
    with _registering() as registered:
        try:
            spec.loader.exec_module(module_from_spec(spec))
        except SyntaxError as error:
            raise UsageError(f"{error.filename}:{error.lineno}: {error.msg}") from error
        except Exception as error:
            raise UsageError(f"{_place(path, error)}: {_told(error)}") from error
    if not registered:
        raise UsageError(
            f"{path}: it registers no strategy; decorate one with "
            '@strategy(format="…") from mcp_proof.fuzz'
        )
    return tuple(registered)


@contextmanager
def _registering() -> Generator[list[CustomStrategy]]:
    registered: list[CustomStrategy] = []
    token = _registered.set(registered)
    try:
        yield registered
    finally:
        _registered.reset(token)


def _strategy_of(given: Any) -> "SearchStrategy[Json]":  # noqa: ANN401  # whatever users write
    """Return the strategy that is meant, made so that its failure is told as the user's."""
    from hypothesis.strategies import SearchStrategy  # noqa: PLC0415  # slow to load

    name: str = getattr(given, "__name__", "")
    made: object = given() if name else given  # functions have names, strategies have none
    if not isinstance(made, SearchStrategy):
        what = f"{name}() returns" if name else "strategy() decorates"
        raise TypeError(
            f"{what} {type(made).__name__}, no strategy of Hypothesis "
            "(such as hypothesis.strategies.integers())"
        )
    makes = cast("SearchStrategy[Json]", made)
    return _told_as_the_users(makes, name or repr(makes))


def _told_as_the_users(makes: "SearchStrategy[Json]", name: str) -> "SearchStrategy[Json]":
    from hypothesis import strategies as st  # noqa: PLC0415  # slow to load
    from hypothesis.errors import HypothesisException  # noqa: PLC0415  # likewise

    @st.composite
    def draw_one(draw: st.DrawFn) -> Json:
        try:
            return draw(makes)
        except HypothesisException:
            raise
        except Exception as error:
            raise UsageError(f"--hooks: the strategy {name} fails: {_told(error)}") from error

    return draw_one()


def _place(path: Path, error: Exception) -> str:
    """The file, with the line of it that was running."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return f"{path}:{lines[-1]}" if lines else str(path)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {excerpt(str(error))}"
