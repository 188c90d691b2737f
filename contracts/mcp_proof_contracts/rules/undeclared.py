"""What several pages share: a server asks nothing that the client has not declared."""

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import quote


def only_if_declared(read: Reading, method: str, *kinds: str) -> Observations:
    """Judge that `method` is asked only of clients that declared its capability.

    It is kept where a request that is known to ask this (an occasion of one of `kinds`) was
    answered in a session whose client declares nothing, and did not ask.
    """
    guilty: set[str] = set()
    for question in questions(read, method):
        if not question.undeclared or is_later(question.exchange):
            continue
        guilty.add(question.said.event.session)
        yield not_declared(question, question.capability)
    for exchange in read.stimuli("undeclared"):
        declared, _, kind = exchange.case.rpartition("/")[0].partition("-")
        innocent = exchange.sent.event.session not in guilty
        if declared == "none" and kind in kinds and innocent and exchange.answer is not None:
            yield Kept(exchange.answer.event)


def not_declared(question: Question, missing: str) -> Finding:
    """Return the finding about a question for which the client lacks a capability."""
    return Finding(
        message=f"{question.label} was asked although the client did not declare `{missing}`",
        expected=f"no {question.method} that takes `{missing}`",
        actual=quote(question.asked),
        events=question.evidence,
    )


def is_later(exchange: Exchange | None) -> bool:
    """Whether this request differs from the one before it by what it no longer declares.

    What is wrong with its answer is for `stateless-capabilities-not-remembered`.
    """
    return exchange is not None and exchange.probe == "undeclared" and exchange.case[:5] == "later"


def ill_formed(question: Question, problem: object, expected: str) -> Finding:
    """Return the finding about a question that is not made as it must be."""
    return Finding(
        message=f"{question.label} is ill-formed: {problem}",
        expected=expected,
        actual=str(problem),
        events=question.evidence,
    )
