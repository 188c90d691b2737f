"""Rules: what MCP requires, each as a function that reads a transcript and says what it saw.

A rule yields one observation per place where the requirement could have been broken: `Kept` where
it was kept, a `Finding` where it was not, `Untested` with a reason where it could not be seen. The
verdict follows: any finding violates, otherwise any `Kept` passes, otherwise it is untested. So a
pass is always earned by an observation that could have failed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mcp_proof_contracts.collector import collector_paused
from mcp_proof_contracts.dialect import MCP_ONLY, Dialect, Spoken, dialect_of
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.specification import page_url
from mcp_proof_contracts.transcript import Event, Sender

if TYPE_CHECKING:
    from mcp_proof_contracts.exchange import Exchange, HttpExchange
    from mcp_proof_contracts.reading import Reading


class Level(StrEnum):
    """How much a finding weighs: MUST fails, SHOULD warns, ADVICE only tells."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    ADVICE = "ADVICE"


class Outcome(StrEnum):
    """The three verdicts."""

    PASSED = "passed"
    VIOLATED = "violated"
    UNTESTED = "untested"


Keyword: TypeAlias = Literal["MUST", "MUST NOT", "SHOULD", "SHOULD NOT", "schema", "implied"]
"""The RFC 2119 word, or where the requirement stands otherwise: in the revision's schema (binding
like MUST), or only implied by descriptive prose or a cited RFC (advice)."""

MAX_FINDINGS: Final = 100
"""Findings of one rule that are kept; a flood is told by its beginning and its number."""
PAGES: Final = "mcp_proof_contracts.rules"
"""The package whose import registers every rule."""

LEVELS: Final[dict[Keyword, Level]] = {
    "MUST": Level.MUST,
    "MUST NOT": Level.MUST,
    "schema": Level.MUST,
    "SHOULD": Level.SHOULD,
    "SHOULD NOT": Level.SHOULD,
    "implied": Level.ADVICE,
}

Side: TypeAlias = Literal["server", "client", "both"]
TransportName: TypeAlias = Literal["stdio", "http", "http+sse", "memory", "websocket", "redis"]
"""`http` is Streamable HTTP, or that of another dialect; `http+sse` what 2024-11-05 had before."""


@dataclass(slots=True, unsafe_hash=True)
class Kept:
    """The requirement was kept where it could have been broken.

    Nobody changes one. It is not frozen because rules make a dozen for each message.
    """

    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The requirement was broken."""

    message: str
    """What is wrong, in one sentence about this occurrence."""
    expected: str
    actual: str
    events: tuple[Event, ...]
    """The evidence: what was sent and what came back."""

    @classmethod
    def about(
        cls, exchange: "Exchange | HttpExchange", *, message: str, expected: str
    ) -> "Finding":
        """Return a finding about what came back for a message; the exchange is the evidence."""
        return cls(
            message=message, expected=expected, actual=exchange.outcome, events=exchange.evidence
        )


@dataclass(frozen=True, slots=True)
class Untested:
    """The requirement could not be observed, and why."""

    reason: str


Observation: TypeAlias = Kept | Finding | Untested
Observations: TypeAlias = Iterator[Observation]
Check: TypeAlias = "Callable[[Reading], Observations]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One requirement of the specification."""

    id: str
    keyword: Keyword
    page: str
    """Where it stands: page and anchor relative to a revision's specification, or to
    docs/dialects."""
    check: Check
    side: Side
    since: Revision
    until: Revision
    must_since: Revision | None
    """Where the keyword was SHOULD first: the revision from which it is MUST."""
    transport: TransportName | None
    """The only transport it is about; `None` for any."""
    probes: tuple[str, ...]
    """The active probes whose stimuli it reads; none for a rule that judges any traffic."""
    otherwise: str
    """Why it is untested when it observed nothing."""
    dialects: tuple[Dialect, ...] = MCP_ONLY
    """What must be spoken for it to hold; revisions count for MCP alone."""
    client_until: Revision | None = None
    """The last revision in which it means anything for clients, where that is not `until`."""

    @property
    def area(self) -> str:
        """The page of the catalogue that it stands on, by its file: "tools", "streamable_http"."""
        inside = self.check.__module__.rpartition(".rules.")[2]
        return inside.removeprefix("client.").partition(".")[0]

    @property
    def requirement(self) -> str:
        """The requirement in one sentence: the first line of the rule's page."""
        return self.documentation.partition("\n")[0]

    @property
    def documentation(self) -> str:
        """The rule's page: requirement, then why it matters and what is looked at."""
        lines = (self.check.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines)

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """All that it holds for: revisions of MCP, the newest last, then other dialects."""
        others = tuple(each for each in self.dialects if each is not Dialect.MCP)
        if len(others) == len(self.dialects):
            return others
        return (*(each for each in REVISIONS if self.since <= each <= self.until), *others)

    @property
    def latest(self) -> Spoken:
        """Its newest revision, or else the first dialect that it holds for."""
        return self.until if Dialect.MCP in self.dialects else self.dialects[0]

    @property
    def validity(self) -> str:
        """What it holds for, in words: "2025-03-26 to 2026-07-28, websocket"."""
        others = [str(each) for each in self.spoken if isinstance(each, Dialect)]
        if Dialect.MCP not in self.dialects:
            return ", ".join(others)
        since, until = self.since, self.until
        return ", ".join([str(since) if since == until else f"{since} to {until}", *others])

    def level(self, spoken: Spoken) -> Level:
        """The weight of a finding where this is spoken."""
        if self.must_since is not None and isinstance(spoken, Revision):
            return LEVELS[self.keyword] if spoken >= self.must_since else Level.SHOULD
        return LEVELS[self.keyword]

    def source(self, spoken: Spoken) -> str:
        """The clause's address in the specification of what is spoken."""
        return page_url(self.page, spoken)

    def holds_for(self, spoken: Spoken) -> bool:
        """Whether the rule exists where this is spoken."""
        within = self.since <= spoken <= self.until if isinstance(spoken, Revision) else True
        return within and dialect_of(spoken) in self.dialects

    def applies(self, spoken: Spoken, side: Sender, transport: str) -> bool:
        """Whether the rule exists for what is spoken, this side and this transport."""
        return (
            self.holds_for(spoken)
            and self.side in (side.value, "both")
            and self.transport in (None, transport)
            and not (side is Sender.CLIENT and self._over_for_clients(spoken))
        )

    def _over_for_clients(self, spoken: Spoken) -> bool:
        last = self.client_until
        return last is not None and isinstance(spoken, Revision) and spoken > last


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule says of one transcript."""

    rule: Rule
    level: Level
    outcome: Outcome
    reason: str = ""
    """Why it is untested; empty otherwise."""
    findings: tuple[Finding, ...] = ()
    further: int = 0
    """How many findings of the kind there are besides."""
    observed: int = 0
    """In how many places the requirement was seen kept."""
    fault: str = ""
    """What went wrong in the rule itself; then it is untested, and the run our own failure."""


class Registry:
    """Rules by id, in the order in which their pages define them; read on first use."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def add(self, rule: Rule) -> None:
        """Register a rule.

        Raises:
            TypeError: the id is taken, or the page has no first sentence.
        """
        if rule.id in self._rules:
            taken, new = self._rules[rule.id].check.__module__, rule.check.__module__
            raise TypeError(f"rule {rule.id} is defined in {taken} and again in {new}")
        if not rule.requirement:
            raise TypeError(f"rule {rule.id} states no requirement: give it a docstring")
        self._rules[rule.id] = rule

    def __iter__(self) -> Iterator[Rule]:
        import_module(PAGES)
        return iter(self._rules.values())

    def __len__(self) -> int:
        import_module(PAGES)
        return len(self._rules)

    def get(self, rule_id: str) -> Rule | None:
        """Return the rule with this id."""
        import_module(PAGES)
        return self._rules.get(rule_id)


registry: Final = Registry()


def rule(  # noqa: PLR0913  # one argument per fact of a rule, all by keyword but the first three
    rule_id: str,
    keyword: Keyword,
    page: str,
    *,
    otherwise: str,
    side: Side = "server",
    since: Revision = REVISIONS[0],
    until: Revision = REVISIONS[-1],
    must_since: Revision | None = None,
    transport: TransportName | None = None,
    probes: tuple[str, ...] = (),
    dialects: tuple[Dialect, ...] = MCP_ONLY,
    client_until: Revision | None = None,
) -> Callable[[Check], Check]:
    """Register the decorated check as the rule `rule_id`; its docstring is the rule's page."""

    def register(check: Check) -> Check:
        registry.add(
            Rule(
                id=rule_id,
                keyword=keyword,
                page=page,
                check=check,
                side=side,
                since=since,
                until=until,
                must_since=must_since,
                transport=transport,
                probes=probes,
                otherwise=otherwise,
                dialects=dialects,
                client_until=client_until,
            )
        )
        return check

    return register


def judge_rule(rule: Rule, reading: "Reading") -> Verdict:
    """Let one rule read the transcript."""
    level = rule.level(reading.spoken)
    findings: list[Finding] = []
    kept = further = 0
    reason = ""
    with collector_paused():
        for observation in rule.check(reading):
            if isinstance(observation, Kept):
                kept += 1
            elif isinstance(observation, Finding) and len(findings) == MAX_FINDINGS:
                further += 1
            elif isinstance(observation, Finding):
                findings.append(observation)
            else:
                reason = reason or observation.reason
    if findings:
        return Verdict(
            rule=rule,
            level=level,
            outcome=Outcome.VIOLATED,
            findings=tuple(findings),
            further=further,
            observed=kept,
        )
    if kept:
        return Verdict(rule=rule, level=level, outcome=Outcome.PASSED, observed=kept)
    return Verdict(
        rule=rule, level=level, outcome=Outcome.UNTESTED, reason=reason or rule.otherwise
    )
