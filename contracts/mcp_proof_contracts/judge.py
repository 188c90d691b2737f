"""Judge a transcript: every rule that applies reads it and gives its verdict."""

from collections.abc import Iterable, Iterator

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Rule, Verdict, judge_rule, registry
from mcp_proof_contracts.transcript import Transcript


def applicable(transcript: Transcript, revision: Revision) -> Iterator[Rule]:
    """Yield the rules that exist for the transcript's side and transport at `revision`."""
    header = transcript.header
    return (rule for rule in registry if rule.applies(revision, header.side, header.transport))


def judge(
    transcript: Transcript, revision: Revision, rules: Iterable[Rule] | None = None
) -> Iterator[Verdict]:
    """Yield one verdict per rule; all applicable rules when none are given."""
    reading = Reading(transcript, revision)
    for rule in applicable(transcript, revision) if rules is None else rules:
        yield judge_rule(rule, reading)
