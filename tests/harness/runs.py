"""Runs written by hand: what a test says a verification came to."""

from collections.abc import Mapping
from typing import Any

from mcp_proof.baseline import Excuse
from mcp_proof.events import PeerFound, RunFinished, RunStarted, VerdictReached
from mcp_proof.gate import Gate
from mcp_proof.tally import Tally
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Level, Outcome, Rule, Verdict, registry
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import parse

MUST = "jsonrpc-result-xor-error"
SHOULD = "tools-name-charset"
REVISION = Revision.R2025_11_25
HOSTILE = (
    "</pre></details><script>alert(1)</script> [here](http://evil.example) ![x](http://evil.example)"
    " `code` **bold** | cell | @somebody #1 ]]> --> &amp; \x1b[2J\x07\u202e \udc80\n"
    "::error::obeyed\r\n##[error]obeyed\n\n# heading\n<details>"
)
"""What a server might say to whoever reads a report."""
NO_BASELINE: Mapping[str, str] = {}
HEADER = Header(peer="python server.py", side=Sender.SERVER, transport="stdio", started="")


def said(text: str | bytes, *, sender: Sender = Sender.SERVER, seq: int = 1) -> Event:
    """A message as evidence."""
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    return Event(
        seq=seq,
        at=0.5,
        session="main",
        channel="stdio",
        sender=sender,
        kind=EventKind.MESSAGE,
        message=parse(raw),
    )


def finding(message: str = "both members are there", **members: Any) -> Finding:
    """A finding with a question and an answer as evidence."""
    evidence = (
        said('{"jsonrpc":"2.0","id":1,"method":"ping"}', sender=Sender.CLIENT),
        said('{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', seq=2),
    )
    defaults: dict[str, Any] = {"expected": "one of them", "actual": "both", "events": evidence}
    return Finding(message=message, **{**defaults, **members})


def violated(rule_id: str = MUST, *findings: Finding, further: int = 0) -> VerdictReached:
    """A violated rule, with one finding unless others are given."""
    members = {"findings": findings or (finding(),), "further": further}
    return _reached(rule_id, Outcome.VIOLATED, **members)


def passed(rule_id: str) -> VerdictReached:
    """A rule that was seen to be kept."""
    return _reached(rule_id, Outcome.PASSED, observed=3)


def untested(rule_id: str, reason: str = "the server has no tools") -> VerdictReached:
    """A rule that could not be observed."""
    return _reached(rule_id, Outcome.UNTESTED, reason=reason)


def run(
    *verdicts: VerdictReached,
    peer: str = "python server.py",
    name: str = "everything",
    revision: Revision | None = REVISION,
    interrupted: bool = False,
    faults: tuple[str, ...] = (),
    fail_on: Level = Level.MUST,
    baseline: Mapping[str, str] = NO_BASELINE,
    **members: Any,
) -> Tally:
    """A run that came to these verdicts; with `revision=None` no server answered."""
    excuses = {rule_id: Excuse(reason) for rule_id, reason in baseline.items()}
    tally = Tally(**{"gate": Gate(fail_on=fail_on, baseline=excuses), **members})
    tally.take(RunStarted(peer=peer, transport="stdio", started="2026-01-02T03:04:05+00:00"))
    if revision is not None:
        found = PeerFound(
            spoken=revision, transport="stdio", name=name, version="1.0", rules=len(verdicts)
        )
        tally.take(found)
    for verdict in verdicts:
        tally.take(verdict)
    if not tally.lost:
        transcript = Transcript(HEADER)
        tally.take(
            RunFinished(transcript=transcript, faults=faults, seconds=1.25, interrupted=interrupted)
        )
    return tally


def level(rule_id: str) -> Level:
    """What a finding of a rule weighs."""
    return _rule(rule_id).level(REVISION)


def _reached(rule_id: str, outcome: Outcome, **members: Any) -> VerdictReached:
    verdict = Verdict(rule=_rule(rule_id), level=level(rule_id), outcome=outcome, **members)
    return VerdictReached(verdict=verdict, reproduce=f"mcp-proof verify --only {rule_id} -- server")


def _rule(rule_id: str) -> Rule:
    rule = registry.get(rule_id)
    assert rule is not None, rule_id
    return rule
