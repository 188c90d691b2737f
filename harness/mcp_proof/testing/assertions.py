"""What tests ask of values and of traffic."""

from mcp_proof.errors import InternalError
from mcp_proof.prefixes import chosen, prefix_problem
from mcp_proof.testing.failures import ContractViolationError, SchemaViolationError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.reading import spoken
from mcp_proof_contracts.rule import Level, Outcome, Verdict, registry
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_contracts.wire import quote

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test


def assert_conforms(value: Json, schema: JsonObject) -> None:
    """Ask that a value satisfies a JSON Schema, of the dialect that its `$schema` names.

    Raises:
        SchemaViolationError: it does not; each mistake is named with its place.
        ValueError: the schema itself cannot be used.
    """
    if (problem := schema_problem(schema)) is not None:
        raise ValueError(f"the schema cannot be used: {problem}")
    problems = instance_problems(schema, value)
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        text = f"the value does not satisfy the schema:{listed}\n  value: {excerpt(quote(value))}"
        raise SchemaViolationError(text, problems)


def assert_kept(transcript: Transcript, *prefixes: str) -> None:
    """Ask that traffic violates no MUST of the rules with these prefixes (all when none is given).

    Only what crossed the wire is judged: a rule that needs a probe is untested here.

    Raises:
        ContractViolationError: one was violated, or none with a prefix was seen kept.
        InternalError: a rule itself failed.
        ValueError: no rule begins so, or the traffic does not tell which revision was spoken.
    """
    said = spoken(transcript)
    if said is None:
        raise ValueError("nothing in this traffic tells which revision was spoken")
    for prefix in prefixes:
        if (problem := prefix_problem(prefix)) is not None:
            raise ValueError(problem)
    header = transcript.header
    rules = [
        rule
        for rule in registry
        if rule.applies(said, header.side, header.transport) and chosen(rule.id, prefixes)
    ]
    verdicts = list(judge(transcript, said, rules))
    for verdict in verdicts:
        if verdict.fault:
            raise InternalError(transcript.mask(f"{verdict.rule.id}: {verdict.fault}"))
    violated = [v for v in verdicts if v.outcome is Outcome.VIOLATED and v.level is Level.MUST]
    if violated:
        text = "\n".join(violation_text(verdict) for verdict in violated)
        raise ContractViolationError(transcript.mask(text), violated)
    for prefix in prefixes or ("",):
        asked = [verdict for verdict in verdicts if verdict.rule.id.startswith(prefix)]
        if not any(verdict.outcome is Outcome.PASSED for verdict in asked):
            why = "".join(f"\n  {_shortfall(verdict)}" for verdict in asked)
            what = f"none of the rules with {prefix}" if prefix else "no rule"
            raise ContractViolationError(transcript.mask(f"{what} was seen kept:{why}"), asked)


def _shortfall(verdict: Verdict) -> str:
    """Say why a rule that violates no MUST was not seen kept either."""
    if verdict.outcome is Outcome.VIOLATED:
        return violation_text(verdict)
    return f"{verdict.rule.id}: {verdict.reason}"


def violation_text(verdict: Verdict) -> str:
    """Say what a violated rule requires and what was seen instead."""
    lines = [f"{verdict.level} {verdict.rule.id}: {verdict.rule.requirement}"]
    for finding in verdict.findings[:3]:
        lines.append(f"  {finding.message}")
        lines.append(f"    expected  {excerpt(finding.expected)}")
        lines.append(f"    actual    {excerpt(finding.actual)}")
    return "\n".join(lines)
