"""A call in flight with others is answered otherwise than alone, or as one of the others is.

A response belongs to the request whose id it has (JSON-RPC 2.0, section 5). What a call comes to
when it is made alone, before and after, tells what may be expected of it: only where that was the
same each time, something else is wrong.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Ending, Observation
from mcp_proof.fuzz.oracles.outcome_kind import outcome_kind
from mcp_proof.fuzz.oracles.texts import strings_in
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.wire import encode, quote

MARKER: Final = 8
"""Characters from which on a text is not in an answer by chance."""


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about the first answer that is wrong in the company of other calls."""
    company = _company(seen)
    if any(each.ending is not Ending.ANSWERED for each in company):
        return
    if not all(each.operation.read_only for each in company):
        return  # one may have changed what another tells
    for each in company:
        others = [other for other in company if other is not each]
        if any(_is_of(each, other) for other in others):
            yield Complaint(
                oracle="crossed",
                level=Level.MUST,
                message="a call gets the answer to another that is in flight with it",
                expected=quote(_answer(each.alone[0])),
                actual=quote(_answer(each)),
            )
            return
    if len({each.session for each in company}) == 1:
        yield from _others_than_alone(company)


def _others_than_alone(company: Sequence[Observation]) -> Iterator[Complaint]:
    for each in company:
        if _is_other(each):
            yield Complaint(
                oracle="crossed",
                level=Level.SHOULD,
                detail="changed",
                message="a call comes to something else while other calls are in flight",
                expected=f"as it is alone, before and after: {quote(_answer(each.alone[0]))}",
                actual=quote(_answer(each)),
            )
            return


def _company(seen: Sequence[Observation]) -> list[Observation]:
    """Return what was in flight together at last."""
    last: list[Observation] = []
    for each in reversed(seen):
        if not each.alone:
            break
        last.insert(0, each)
    return last


def _is_of(seen: Observation, other: Observation) -> bool:
    """Whether an answer is that to another call: it never is that alone, and the other always."""
    if not seen.alone or _is_known(seen):
        return False
    theirs = {_text(each) for each in other.alone}
    if theirs == {_text(seen)}:
        return True
    mine = set(strings_in(seen.arguments))
    markers = [m for m in strings_in(other.arguments) if len(m) >= MARKER and m not in mine]
    return any(
        marker in _text(seen)
        and all(marker in text for text in theirs)
        and not any(marker in _text(each) for each in seen.alone)
        for marker in markers
    )


def _is_other(seen: Observation) -> bool:
    """Whether an answer is another than it always is alone, in kind or in value."""
    kinds = [outcome_kind(each) for each in seen.alone]
    if all(kind == kinds[0] for kind in kinds) and outcome_kind(seen) != kinds[0]:
        return True
    return len({_text(each) for each in seen.alone}) == 1 and not _is_known(seen)


def _is_known(seen: Observation) -> bool:
    return _text(seen) in {_text(each) for each in seen.alone}


def _text(seen: Observation) -> str:
    return encode(_answer(seen)).decode(errors="replace")


def _answer(seen: Observation) -> Json:
    failure = seen.outcome.failure
    return seen.outcome.value if failure is None else {"failure": failure.text}
