"""Whether a server keeps its contract file: what it shows is compared with what the file says."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final

from mcp_proof_contracts.agreements.agreement import Agreement, agreement
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Check, Finding, Kept, Keyword, Observations, Untested
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.surface_of_contract import surface_of_contract
from mcp_proof_contracts.surface_of_transcript import evidence, surface_of_transcript
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import quote

HOME: Final = "lock"
PARTS: Final = {
    "tools": ("tools",),
    "prompts": ("prompts",),
    "resources": ("resources", "resource_templates"),
    "capabilities": ("capabilities", "dialect", "revisions"),
}
"""The parts of a surface that each agreement is about."""
LISTS: Final = ("tools", "prompts", "resources", "resource_templates", "capabilities")
"""Those of them that hold things by name."""
METHODS: Final = {
    "tools": ("tools/list",),
    "prompts": ("prompts/list",),
    "resources": ("resources/list", "resources/templates/list"),
    "capabilities": ("initialize", "server/discover"),
}
PAGES: Final = {
    "tools": """\
Every tool of the contract is offered, and takes and returns what the contract says.

A client that was written for the contract must not notice that the server went on: its calls are
taken as before, and what it reads in the answers is there. An input schema may allow more than the
contract's, an output schema promise more, and tools may be added. What `tools/list` gives is
compared with the file by variance, as `mcp-proof diff` does it.""",
    "prompts": """\
Every prompt of the contract is offered, and needs no argument that the contract does not need.

What `prompts/list` gives is compared with the file. Prompts, and arguments that nobody needs to
give, may be added.""",
    "resources": """\
Every resource and every resource template of the contract is offered.

What `resources/list` and `resources/templates/list` give is compared with the file. More may be
offered.""",
    "capabilities": """\
Every capability that the contract declares is declared, in the dialect that it names.

A client that waits to be told of changes, or completes arguments, goes by what is declared. What
`initialize` or `server/discover` says is compared with the file. More may be declared.""",
}
UNPROVED: Final = """\
What changed since the contract was written can be proved to be compatible.

Some changes cannot: a pattern that became another one, a schema that goes beyond what can be
compared. Somebody has to look at them, and lock the contract again."""
UP_TO_DATE: Final = """\
The contract says all that the server shows.

Whatever came since breaks nobody, but clients cannot rely on what no contract names, and a mock of
the contract does not have it. `mcp-proof lock` writes it down."""
UNPROVED_ID: Final = "contract-changes-proved"
UP_TO_DATE_ID: Final = "contract-up-to-date"


def contract_agreements(contract: Contract | None = None, option: str = "") -> list[Agreement]:
    """Return the agreements on a contract; without one they are only to be explained.

    Args:
        contract: what the server shall keep.
        option: what of a command line names its file.
    """
    compared = _Compared(contract) if contract is not None else None

    def agreed(rule_id: str, text: str, look: "_Look", keyword: Keyword = "MUST") -> Agreement:
        check: Check | None = None if compared is None else partial(look, compared)
        return agreement(rule_id, text, check, home=HOME, keyword=keyword, option=option)

    return [
        *(agreed(f"contract-{part}", PAGES[part], _part(part)) for part in PARTS),
        agreed(UNPROVED_ID, UNPROVED, _overall(Effect.UNKNOWN), "SHOULD"),
        agreed(UP_TO_DATE_ID, UP_TO_DATE, _overall(Effect.COMPATIBLE), "implied"),
    ]


class _Compared:
    """A contract, and what each reading shows in comparison."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.of = lru_cache(maxsize=1)(self._of)  # asked once by each agreement

    def _of(self, reading: Reading) -> tuple[Surface, Surface, Sequence[Change]]:
        spoken = reading.spoken
        at = spoken if isinstance(spoken, Revision) else None
        old = surface_of_contract(self.contract, at)
        new = surface_of_transcript(reading.transcript, spoken)
        return old, new, compare(old, new)


_Look = Callable[[_Compared, Reading], Observations]


def _part(part: str) -> _Look:
    def look(compared: _Compared, reading: Reading) -> Observations:
        old, new, changes = compared.of(reading)
        unread = {**old.unread, **new.unread}
        # A list that is not declared was not asked for: the introduction shows that.
        seen = evidence(reading, METHODS[part]) or evidence(reading, METHODS["capabilities"])
        unknown = [unread[name] for name in PARTS[part] if name in unread]
        broken = [c for c in changes if c.effect is Effect.BREAKING and _is_about(c, PARTS[part])]
        yield from map(Untested, unknown)
        yield from (_finding(change, seen) for change in broken)
        if not unknown and not broken:
            yield from _kept(part, old, new, seen)

    return look


def _kept(part: str, old: Surface, new: Surface, seen: Sequence[Event]) -> Observations:
    """Yield that a part of the contract is kept, once for each thing that it demands."""
    lists = [(getattr(old, name), getattr(new, name)) for name in PARTS[part] if name in LISTS]
    demanded = sum(len(before) for before, _ in lists)
    if demanded and seen:
        yield from (Kept(seen[-1]) for _ in range(demanded))
    elif not demanded:
        shown = sum(len(after) for _, after in lists)
        yield Untested(f"the contract demands no {part}; the server shows {shown or 'none'}")


def _overall(effect: Effect) -> _Look:
    def look(compared: _Compared, reading: Reading) -> Observations:
        old, new, changes = compared.of(reading)
        unread = {**old.unread, **new.unread}
        seen = evidence(reading, [each for methods in METHODS.values() for each in methods])
        unknown = {*unread, *(() if new.info else ("info",))}
        doubtful = [c for c in changes if c.effect is effect and not _is_about(c, [*unknown])]
        yield from (_finding(change, seen) for change in doubtful)
        yield from map(Untested, dict.fromkeys(unread.values()))
        if not doubtful and not unread and seen:
            yield Kept(seen[-1])

    return look


def _is_about(change: Change, parts: Sequence[str]) -> bool:
    return change.path.strip("/").partition("/")[0] in parts


def _finding(change: Change, seen: Sequence[Event]) -> Finding:
    return Finding(
        message=f"{change.path}: {change.why}",
        expected=f"the contract: {_shown(change.old)}",
        actual=f"the server: {_shown(change.new)}",
        events=tuple(seen),
    )


def _shown(value: Json) -> str:
    return "nothing" if value is None else quote(value)
