"""Stimuli about requests that ask the client: retries that are right but for one thing."""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final, TypeAlias

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.session import Answer
from mcp_proof.sessions.stateless import MAX_ROUNDS, StatelessSession
from mcp_proof.transports.connection import Headers
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object, encode

ASKING: Final = ("elicitation", "sampling", "roots")
MAX_ROUNDS_OF: Final = 2
"""Requests that ask in several rounds: the state of one is brought back with the other."""
UNASKED: Final = "mcp-proof-unasked"
NO_ANSWER: Final = 42
NOTHING_DECLARED: Final[JsonObject] = {META_CAPABILITIES: {}}
PARTS: Final = (1, 4, 7)
OF_PARTS: Final = 8
"""At which eighths of a state it is changed."""
EDGE: Final = 4
"""Characters at the end of a part of a state of which not every bit may count (Base64)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A request that the server has answered by asking, and the right params for its retry."""

    occasion: Occasion
    retry: JsonObject
    keys: tuple[str, ...]
    """What was asked in the round to answer."""

    @property
    def state(self) -> str | None:
        """The state to bring back; `None` where there is none."""
        state = self.retry.get("requestState")
        return state if isinstance(state, str) else None


@dataclass(frozen=True, slots=True)
class Asker:
    """A request that is completed by right answers after so many rounds."""

    occasion: Occasion
    rounds: int


Change: TypeAlias = Callable[[Pending], JsonObject | None]
"""Makes the params of a retry that is not right; `None` where there is nothing to change."""


@probe("input-rounds", since=Revision.R2026_07_28)
async def input_rounds(driver: Driver) -> None:
    """Requests that ask: without capabilities, answered rightly, and answered oddly."""
    session = await _session(driver)
    askers: list[Asker] = []
    for occasion in _asking(driver):
        params: JsonObject = {**occasion.params, "_meta": NOTHING_DECLARED}
        await session.request(occasion.method, params, case="undeclared")
        asker = await _completed(session, occasion, "home")
        askers += [asker] if asker is not None else []
    for asker in askers[:1]:
        for case, change in ODD.items():
            await _retry(session, asker, case, change)
    # What was said in earlier rounds is in the state alone: where there were most, it is needed.
    by_rounds = sorted(askers, key=lambda each: -each.rounds)
    for asker in by_rounds[:1]:
        await _retry(session, asker, "no-state", _without_state)
        for part in PARTS:
            await _retry(session, asker, "tampered", partial(_with_changed_state, part=part))
        if driver.transport == "http":
            await _elsewhere(driver, session, asker)
    for asker, other in pairwise(by_rounds[:2]):
        await _with_foreign_state(session, asker, other)


@probe("mrtr-other-user", since=Revision.R2026_07_28, transport="http")
async def mrtr_other_user(driver: Driver) -> None:
    """The retry of one user, with the credentials of another."""
    theirs = driver.credentials("other_user")
    if theirs is None:
        return
    session = await _session(driver)
    for occasion in [*driver.occasions("rounds"), *_asking(driver)][:1]:
        asker = await _completed(session, occasion, "own-state", theirs)
        ours = await _begun(session, asker) if asker is not None else None
        if ours is not None and ours.state is not None:
            await session.request(occasion.method, ours.retry, case="foreign-state", headers=theirs)


async def _session(driver: Driver) -> StatelessSession:
    session = await driver.session()
    assert isinstance(session, StatelessSession)
    return session


def _asking(driver: Driver) -> list[Occasion]:
    """Requests that ask: one of each kind, and those that ask in several rounds."""
    kinds = [driver.occasions(name)[:1] for name in ASKING]
    found = [each for kind in kinds for each in kind] + driver.occasions("rounds")[:MAX_ROUNDS_OF]
    return list({encode([each.method, each.params]): each for each in found}.values())


async def _begun(session: StatelessSession, asker: Asker) -> Pending | None:
    """Send a request and answer all rounds but the last; `None` where fewer come."""
    params: JsonObject = asker.occasion.params
    pending: Pending | None = None
    for _ in range(asker.rounds):
        answer = await session.request(asker.occasion.method, params, case="begin")
        pending = await _pending(session, asker.occasion, answer)
        if pending is None:
            return None
        params = pending.retry
    return pending


async def _pending(session: StatelessSession, occasion: Occasion, answer: Answer) -> Pending | None:
    result = answer.result
    if result is None or result.get("resultType") != "input_required":
        return None
    responses = await session.input_responses(result)
    state = {"requestState": result["requestState"]} if "requestState" in result else {}
    retry: JsonObject = {**occasion.params, "inputResponses": responses, **state}
    return Pending(occasion, retry, tuple(as_object(result.get("inputRequests"))))


async def _completed(
    session: StatelessSession, occasion: Occasion, case: str, headers: Headers | None = None
) -> Asker | None:
    """Answer a request rightly in all rounds; `None` where that does not complete it."""
    params: JsonObject = occasion.params
    label = "begin"
    for rounds in range(MAX_ROUNDS):
        answer = await session.request(occasion.method, params, case=label, headers=headers)
        pending = await _pending(session, occasion, answer)
        if pending is None:
            return Asker(occasion, rounds) if rounds and answer.result is not None else None
        if not pending.keys:
            return None
        params, label = pending.retry, case
    return None


async def _retry(session: StatelessSession, asker: Asker, case: str, change: Change) -> None:
    """Begin anew, and retry with params that are changed, where there is anything to change."""
    pending = await _begun(session, asker)
    changed = change(pending) if pending is not None else None
    if changed is not None:
        await session.request(asker.occasion.method, changed, case=case)


async def _elsewhere(driver: Driver, session: StatelessSession, asker: Asker) -> None:
    pending = await _begun(session, asker)
    if pending is not None:
        other = await driver.elsewhere()
        await other.barrier()  # so that the retry is not the next request that the server sees
        await other.request(asker.occasion.method, pending.retry, case="elsewhere")


async def _with_foreign_state(session: StatelessSession, asker: Asker, other: Asker) -> None:
    theirs = await _begun(session, other)
    if theirs is not None and theirs.state is not None:
        state: JsonObject = {"requestState": theirs.state}
        await _retry(session, asker, "foreign-state", lambda p: {**p.retry, **state})


# What is changed


def _without_state(pending: Pending) -> JsonObject | None:
    if pending.state is None:
        return None
    return {name: v for name, v in pending.retry.items() if name != "requestState"}


def _without_an_answer(pending: Pending) -> JsonObject:
    right = as_object(pending.retry.get("inputResponses"))
    kept = {key: right[key] for key in right if key != pending.keys[0]}
    return {**pending.retry, "inputResponses": kept}


def _with_an_answer_more(pending: Pending) -> JsonObject:
    right = as_object(pending.retry.get("inputResponses"))
    unasked: JsonObject = {"action": "accept", "content": {"answer": "unasked"}}
    return {**pending.retry, "inputResponses": {**right, UNASKED: unasked}}


def _with_a_list(pending: Pending) -> JsonObject:
    return {**pending.retry, "inputResponses": ["no object"]}


def _with_a_number(pending: Pending) -> JsonObject:
    right = as_object(pending.retry.get("inputResponses"))
    return {**pending.retry, "inputResponses": {**right, pending.keys[0]: NO_ANSWER}}


ODD: Final[Mapping[str, Change]] = {
    "missing": _without_an_answer,
    "extra": _with_an_answer_more,
    "bad-whole": _with_a_list,
    "bad-value": _with_a_number,
}


def _with_changed_state(pending: Pending, part: int) -> JsonObject | None:
    """Replace one character of the state, at a place that counts.

    The new character is of the same kind and differs in more than its case, and the last ones of
    each part of the state are left alone: so that it means something else in Base64, in
    hexadecimal and as it is.
    """
    state = pending.state
    if state is None:
        return None
    anywhere = [at for at, character in enumerate(state) if _is_plain(character)]
    places = [at for at in anywhere if _counts(state, at)] or anywhere
    if not places:
        return None
    at = places[len(places) * part // OF_PARTS]
    return {**pending.retry, "requestState": state[:at] + _another(state[at]) + state[at + 1 :]}


def _counts(state: str, at: int) -> bool:
    following = state[at : at + EDGE + 1]
    return len(following) > EDGE and all(map(_is_plain, following))


def _is_plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _another(character: str) -> str:
    if character in string.digits:
        return str((int(character) + 1) % 10)
    letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    hexadecimal = letters[:6]
    within = hexadecimal if character in hexadecimal else letters[6:]
    return within[(within.find(character) + 1) % len(within)]
