"""`@pytest.mark.mcp_fuzz`: a test that Hypothesis calls with arguments for a tool.

They are drawn by Hypothesis' own `@given`: its profile, its database, its shrinking and what it
prints are those of any other test of it.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

import pytest

from mcp_proof.errors import UsageError
from mcp_proof.fuzz.extra import check_extra
from mcp_proof.marked_fuzz import GIVEN, MARKER
from mcp_proof.testing.failures import McpAssertionError
from mcp_proof_contracts.suggestion import did_you_mean

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from mcp_proof.testing.client import Client
    from mcp_proof_contracts.json_value import JsonObject

ARGUMENTS: Final = "arguments"
"""The parameter of the test that gets them."""
TAKEN: Final = ("tool", "mode", "max_examples", "seed")
"""What the marker takes."""
MODES: Final = ("valid", "invalid", "any")
WHERE: Final = f"@pytest.mark.{MARKER}"
WrongMarker = pytest.Collector.CollectError
"""What pytest tells without a traceback."""


@dataclass(slots=True)
class Given:
    """What a marked function is given."""

    tool: str
    mode: str
    function: FunctionType
    """The function that was marked."""
    owner: object
    """The module or the class that it is collected of."""
    strategy: "SearchStrategy[JsonObject] | None" = None
    """What the arguments are drawn from; the server is asked when the test begins."""


def given_arguments(
    function: FunctionType, marker: pytest.Mark, owner: object
) -> Callable[..., object]:
    """Return the test that Hypothesis makes of a marked function.

    Raises:
        CollectError: the marker or the function is wrong, or the extra is not installed.
    """
    given = _given(function, marker, owner)
    from hypothesis import HealthCheck, note, seed, settings  # noqa: PLC0415  # an extra
    from hypothesis import given as hypothesis_given  # noqa: PLC0415  # an extra
    from hypothesis import strategies as st  # noqa: PLC0415  # an extra

    @st.composite
    def arguments(draw: "DrawFn") -> "JsonObject":
        assert given.strategy is not None, f"the fixture mcp_{ARGUMENTS} comes first"
        value = draw(given.strategy)
        # Schemathesis takes the values out of what Hypothesis says of a failing test case.
        note(f"{ARGUMENTS}={value!r}")
        return value

    # What the decorator `@settings` leaves on a function; Hypothesis has no other way to ask.
    own: settings | None = getattr(function, "_hypothesis_internal_use_settings", None)
    made: Any = hypothesis_given(arguments=arguments())(function)
    base, chosen = own or settings.default, dict[str, Any]()
    assert base is not None
    if own is None:
        chosen["deadline"] = None  # a server is not as quick as a function
    if "max_examples" in marker.kwargs:
        chosen["max_examples"] = marker.kwargs["max_examples"]
    # One client serves all the examples of a test: that is meant.
    kept = {*base.suppress_health_check, HealthCheck.function_scoped_fixture}
    made._hypothesis_internal_use_settings = settings(  # noqa: SLF001  # as its own plugin does
        base, suppress_health_check=kept, **chosen
    )
    if "seed" in marker.kwargs:
        made = seed(marker.kwargs["seed"])(made)
    setattr(made, GIVEN, given)
    fixture: Any = pytest.mark.usefixtures(f"mcp_{ARGUMENTS}")
    return fixture(made)  # type: ignore[no-any-return]  # pytest's own


def prepare(request: pytest.FixtureRequest, client: "Client") -> None:
    """Ask the server for the tool's schema, and make what draws from it.

    Raises:
        pytest.fail.Exception: there is no such tool, or nothing can be made of its schema.
    """
    __tracebackhide__ = True
    given = getattr(request.function, GIVEN, None)
    if not isinstance(given, Given):
        pytest.fail(
            f"`mcp_{ARGUMENTS}` is for tests that are marked with `{MARKER}`", pytrace=False
        )
    from mcp_proof.fuzz.generation import Generator  # noqa: PLC0415  # Schemathesis is slow to load

    try:
        generator = Generator(f"tool {given.tool}", client.input_schema(given.tool))
    except McpAssertionError as error:
        pytest.fail(f"{WHERE}: {error}", pytrace=False)
    good, bad = generator.positive(), generator.negative()
    given.strategy = {"valid": good, "invalid": bad, "any": good | bad}[given.mode]
    if given.strategy.is_empty:
        why = generator.problem or "its input schema allows none"
        pytest.fail(f"{WHERE}: {given.tool} has no {given.mode} arguments: {why}", pytrace=False)


def _given(function: FunctionType, marker: pytest.Mark, owner: object) -> Given:
    kwargs, names = marker.kwargs, ", ".join(TAKEN)
    if marker.args:
        raise WrongMarker(f"{WHERE} takes {names} by name")
    for name in kwargs:
        if name not in TAKEN:
            raise WrongMarker(f"{WHERE} takes {names}, not {name}.{did_you_mean(name, TAKEN)}")
    tool, mode = kwargs.get("tool"), kwargs.get("mode", MODES[0])
    if not isinstance(tool, str):
        raise WrongMarker(f'{WHERE} needs the name of a tool: {MARKER}(tool="NAME")')
    if mode not in MODES:
        hint = did_you_mean(str(mode), MODES)
        raise WrongMarker(f"{WHERE}: mode {mode!r} is none of {', '.join(MODES)}.{hint}")
    if ARGUMENTS not in inspect.signature(function).parameters:
        raise WrongMarker(f"{WHERE}: {function.__name__} has no parameter `{ARGUMENTS}`")
    try:
        check_extra()
    except UsageError as error:
        raise WrongMarker(str(error)) from None
    return Given(tool, mode, function, owner)
