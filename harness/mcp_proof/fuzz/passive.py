"""All that was recorded, judged by the rules: whatever crosses the wire keeps the protocol."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from mcp_proof.fuzz.failure import Complaint
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.judge import OF_ENVELOPES, applicable, judge
from mcp_proof_contracts.rule import Rule
from mcp_proof_contracts.transcript import Transcript

BY_ORACLES: Final = frozenset(
    {
        "jsonrpc-request-answered",  # crash, hang
        "completion-max-100",  # wire_schema
        "completion-result-shape",  # wire_schema
        "errors-no-internals",  # leak
        "tools-invalid-args-execution-error",  # protocol_error
        "tools-output-sanitized",  # leak
        "tools-structured-present",  # output_schema
    }
)
"""Rules about what an oracle judges with more knowledge: which input it was, and why it failed."""
OF_CODES: Final = "jsonrpc-error-code-"
"""How those about codes begin: a server may pass on the code of an error of ours."""


class Judged(NamedTuple):
    """What a rule objects to, and the first event that shows it, which is mostly a request."""

    seq: int
    complaint: Complaint


def rules_for(transcript: Transcript, spoken: Spoken) -> list[Rule]:
    """Return the rules that judge the server's traffic."""
    return [rule for rule in applicable(transcript, spoken) if rule.id not in BY_ORACLES]


def is_passed_on(complaint: Complaint) -> bool:
    """Whether what a rule objects to may be what our client said, which the server passes on."""
    rule = complaint.oracle
    return not rule.startswith(OF_ENVELOPES) or rule.startswith(OF_CODES)


def judged(
    transcript: Transcript, spoken: Spoken, rules: Sequence[Rule], faults: list[str]
) -> Iterator[Judged]:
    """Yield what the rules object to.

    Args:
        transcript: what was recorded.
        spoken: what is spoken in it.
        rules: those that judge.
        faults: where a rule's own failure is noted.
    """
    for verdict in judge(transcript, spoken, rules):
        if verdict.fault:
            faults.append(verdict.fault)
        for finding in verdict.findings:
            yield Judged(
                min((event.seq for event in finding.events), default=-1),
                Complaint(
                    oracle=verdict.rule.id,
                    by_rule=True,
                    level=verdict.level,
                    message=finding.message,
                    expected=finding.expected,
                    actual=finding.actual,
                ),
            )
