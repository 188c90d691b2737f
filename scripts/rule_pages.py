"""Write the page of each rule, with an exchange that keeps it and one that breaks it.

    python scripts/rule_pages.py [--again] [PREFIX...]

The mock is verified with the rule's fault, and without, as the tests do it. A page that is there
keeps its exchanges, unless `--again` says otherwise; pages of rules that are gone are removed.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs/reference/rules"
for _folder in ("tests/meta", "tests/peers"):
    sys.path.insert(0, str(ROOT / _folder))

from catalogue import FAULTS, TOOLS, by_likelihood, conforming, contracts_for, shows_at
from client_catalogue import shown_at
from judged import play, that_show, verdicts_on
from mocked import verified
from redis_server import running_redis
from rule_page import Exchanges, broken_exchange, exchanges_in, kept_exchange, rule_page

from mcp_proof.runner import VerifyOptions
from mcp_proof_contracts.contract_file import load_contract
from mcp_proof_contracts.dialect import Spoken, dialect_of
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Outcome, Rule, Verdict, registry
from mcp_proof_contracts.transcript import Event, Header, Sender, Transcript
from mcp_proof_mocks.contract_source import find_contract


def main(arguments: list[str]) -> int:
    """Write what is missing or out of date."""
    again = "--again" in arguments
    prefixes = tuple(each for each in arguments if not each.startswith("--"))
    PAGES.mkdir(parents=True, exist_ok=True)
    for path in PAGES.glob("*.md"):
        if registry.get(path.stem) is None:
            path.unlink()
    with running_redis() as redis:
        for rule in registry:
            if not prefixes or rule.id.startswith(prefixes):
                write(rule, redis, again=again)
    return 0


def write(rule: Rule, redis: str, *, again: bool) -> None:
    """Write the page of a rule."""
    path = PAGES / f"{rule.id}.md"
    if path.exists() and not again:
        shown = exchanges_in(path.read_text(encoding="utf-8"))
    else:
        of_clients = rule.side == "client"
        shown = (
            by_clients(rule)
            if of_clients
            else Exchanges(keeping(rule, redis), breaking(rule, redis))
        )
        print(rule.id)
    path.write_text(rule_page(rule, shown), encoding="utf-8")


def by_clients(rule: Rule) -> Exchanges:
    """Return how the mock client keeps a rule for clients, and how it breaks it."""
    revision, transport = shown_at(rule)
    kept = broken = ""
    for scenario in that_show(rule, revision, transport):
        played = play(scenario, revision, transport, [rule.id])
        verdict = verdicts_on(played, revision, transport)[rule.id]
        if verdict.findings:
            broken = broken or broken_exchange(verdict.findings[0])
        played = play(scenario, revision, transport)
        header = Header(peer="client", side=Sender.CLIENT, transport=transport, started="")
        read = Reading(Transcript(header, played.events), revision)
        if any(isinstance(seen, Kept) for seen in rule.check(read)):
            kept = kept or kept_exchange(first_kept(rule, read))
    assert kept, f"no scenario shows that {rule.id} is kept"
    assert broken, f"no scenario shows that {rule.id} is broken"
    return Exchanges(kept, broken)


def breaking(rule: Rule, redis: str) -> str:
    """Return how the mock breaks a rule."""
    fault = FAULTS[rule.id]
    spoken, transport = shows_at(rule, fault)
    for contract in contracts_for(spoken, fault):
        verdict, _ = judged(rule, contract, spoken, redis if transport == "redis" else transport)
        if verdict.outcome is Outcome.VIOLATED:
            return broken_exchange(verdict.findings[0])
    raise AssertionError(f"no fault breaks {rule.id}")


def keeping(rule: Rule, redis: str) -> str:
    """Return how the mock keeps a rule."""
    for contract, spoken, transport in by_likelihood(conforming()):
        if rule.applies(spoken, Sender.SERVER, transport):
            over = redis if transport == "redis" else transport
            verdict, said = judged(rule, contract, spoken, over, fault=None)
            if verdict.outcome is Outcome.PASSED:
                return kept_exchange(first_kept(rule, Reading(said, spoken)))
    raise AssertionError(f"no conforming peer keeps {rule.id}")


def judged(
    rule: Rule, contract: str, spoken: Spoken, transport: str, fault: str | None = ""
) -> tuple[Verdict, Transcript]:
    """Verify the mock; `fault` is the rule's own where it is not given."""
    known = spoken if isinstance(spoken, Revision) else None
    options = VerifyOptions(
        revision=known,
        dialect=None if known else dialect_of(spoken),
        only=(rule.id,),
        tools=TOOLS.get(spoken, ()),
        timeout=5.0,
        hints=load_contract(find_contract(contract)).verify,
    )
    chosen = rule.id if fault == "" else fault
    verdicts, said = verified(contract, transport, chosen, options)
    return verdicts[rule.id], said


def first_kept(rule: Rule, read: Reading) -> Iterable[Event]:
    """Return the exchange where a rule was first seen kept."""
    [event] = [seen.event for seen in rule.check(read) if isinstance(seen, Kept)][:1]
    exchange = read.exchange_of(event)
    if exchange is not None:
        return exchange.evidence
    sides = (read, read.counterpart) if rule.side == "client" else (read,)
    for each in (exchange for side in sides for exchange in side.exchanges()):
        if each.sent.event is event:
            return each.evidence
    http = read.http_of(event)
    return http.evidence if http is not None else (event,)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
