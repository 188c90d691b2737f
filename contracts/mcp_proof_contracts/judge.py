"""Judge a transcript: every rule that applies reads it and gives its verdict."""

from collections.abc import Iterable, Iterator
from traceback import format_exception
from typing import Final

from mcp_proof_contracts.collector import collector_paused
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Outcome, Rule, Verdict, judge_rule, registry
from mcp_proof_contracts.transcript import Transcript

OF_ENVELOPES: Final = ("jsonrpc-", "stdio-")
"""How rules about the form of messages begin: nothing that the other side says can spoil it."""


def applicable(transcript: Transcript, spoken: Spoken) -> Iterator[Rule]:
    """Yield the rules that exist for the transcript's side and transport where this is spoken."""
    header = transcript.header
    return (rule for rule in registry if rule.applies(spoken, header.side, header.transport))


def judge(
    transcript: Transcript, spoken: Spoken, rules: Iterable[Rule] | None = None
) -> Iterator[Verdict]:
    """Yield one verdict per rule; all applicable rules when none are given."""
    with collector_paused():  # what rules derive lives as long as the reading
        verdicts = list(_judge(transcript, spoken, rules))
    yield from verdicts  # whoever takes them has the collector back


def _judge(
    transcript: Transcript, spoken: Spoken, rules: Iterable[Rule] | None
) -> Iterator[Verdict]:
    reading = Reading(transcript, spoken)
    for rule in applicable(transcript, spoken) if rules is None else rules:
        try:
            yield judge_rule(rule, reading)
        except Exception as error:  # noqa: BLE001  # one broken rule must not lose the others' verdicts
            yield Verdict(
                rule=rule,
                level=rule.level(spoken),
                outcome=Outcome.UNTESTED,
                reason="the rule itself failed: a fault of mcp-proof",
                fault="".join(format_exception(error)),
            )
