"""Stimuli about what servers ask of clients: of those that cannot answer, and of those that refuse.

All are requests that are known to ask something, sent by clients of different abilities.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.sessions.client import Answering, ClientProfile, answer_at_once
from mcp_proof.sessions.session import Answer, Session
from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Message, as_object

KINDS: Final = ("sampling", "roots", "elicitation", "elicitation_url", "capability")
MAX_OF_A_KIND: Final = 2
MAX_FORMS: Final = 1
"""How many forms are answered in every way: each takes several calls."""
NOTHING: Final[JsonObject] = {}
FORM_ONLY: Final[JsonObject] = {
    "sampling": {"tools": {}, "context": {}},
    "roots": {},
    "elicitation": {},
}
URL_ONLY: Final[JsonObject] = {"elicitation": {"url": {}}}
WRONG_TEXT: Final = "mcp-proof-wrong-"
WRONG_NUMBER: Final = 471100


@probe("undeclared")
async def undeclared(driver: Driver) -> None:
    """What asks the client, from one that declares nothing.

    In the stateless era each request is sent again with all capabilities, and then without once
    more, when all have been sent by a client that had never declared any.
    """
    asking = [(kind, each) for kind in KINDS for each in _few(driver, kind)]
    if not asking:
        return
    everything = driver.profile.declared(driver.revision)
    async with driver.fresh(ClientProfile(capabilities=NOTHING, answer=_unable)) as session:
        trials = [(f"{kind}/{n}", occasion) for n, (kind, occasion) in enumerate(asking)]
        for trial, occasion in trials:
            answer = await _send(session, occasion, f"none-{trial}")
            if answer.message is None:
                return
        for trial, occasion in trials if driver.stateless else ():
            await _send(session, occasion, f"declared-{trial}", everything)
            await _send(session, occasion, f"later-{trial}")


@probe("form-only", since=Revision.R2025_11_25)
async def form_only(driver: Driver) -> None:
    """What sends users to a URL, from a client that has forms alone; and sampling with tools."""
    urls, sampling = _few(driver, "elicitation_url"), _few(driver, "sampling")
    calls = [("other-mode", each) for each in urls] + [("sampling", each) for each in sampling]
    await _as_client(driver, FORM_ONLY, calls)


@probe("url-only", since=Revision.R2025_11_25)
async def url_only(driver: Driver) -> None:
    """What asks by a form, from a client that can only open URLs."""
    calls = [("other-mode", each) for each in _few(driver, "elicitation")]
    await _as_client(driver, URL_ONLY, calls)


@probe("user-answers", since=Revision.R2025_06_18)
async def user_answers(driver: Driver) -> None:
    """What asks by a form: submitted, declined, cancelled, failed, and submitted with nonsense.

    A failure has no place in the rounds of the stateless era. It ends where a call hangs.
    """
    for number, occasion in enumerate(driver.occasions("elicitation")[:MAX_FORMS]):
        for case, user in _users(driver):
            session = await driver.session()
            usual = session.profile
            said = f"user-answers/said-{case}/{number}"
            session.profile = replace(usual, answer=user, probe=said)
            try:
                call = session.call(occasion.method, occasion.params, case=f"{case}/{number}")
                answer = await call
            finally:
                session.profile = usual
            if answer.message is None:
                return


async def _as_client(
    driver: Driver, capabilities: JsonObject, calls: list[tuple[str, Occasion]]
) -> None:
    if not calls:
        return
    profile = ClientProfile(capabilities=capabilities, answer=_in_modes_of(capabilities))
    if not driver.stateless:
        async with driver.fresh(profile) as session:
            await _call_each(session, calls)
        return
    session = await driver.elsewhere()  # each request says anew what the client can do
    usual, session.profile = session.profile, profile
    try:
        await _call_each(session, calls)
    finally:
        session.profile = usual


async def _call_each(session: Session, calls: list[tuple[str, Occasion]]) -> None:
    for case, occasion in calls:
        await session.call(occasion.method, occasion.params, case=case)


async def _send(
    session: Session, occasion: Occasion, case: str, declared: JsonObject | None = None
) -> Answer:
    meta: JsonObject = {} if declared is None else {"_meta": {META_CAPABILITIES: declared}}
    return await session.request(occasion.method, {**occasion.params, **meta}, case=case)


def _few(driver: Driver, kind: str) -> list[Occasion]:
    return driver.occasions(kind)[:MAX_OF_A_KIND]


def _unable(message: Message) -> JsonObject:
    """Answer as a client that can do nothing but live."""
    if message.method == "ping":
        return {"result": {}}
    return {"error": {"code": METHOD_NOT_FOUND, "message": "Method not found"}}


def _in_modes_of(capabilities: JsonObject) -> Answering:
    """Answer what was declared, and refuse a mode that was not (Elicitation, Error Handling)."""

    def answer(message: Message) -> JsonObject:
        if message.method.partition("/")[0] not in (*capabilities, "ping"):
            return _unable(message)
        has_url = "url" in as_object(capabilities["elicitation"])
        wants_url = message.params.get("mode") == "url"
        if message.method == "elicitation/create" and wants_url != has_url:
            return {"error": {"code": INVALID_PARAMS, "message": "This mode was not declared"}}
        return answer_at_once(message)

    return answer


def _users(driver: Driver) -> Iterator[tuple[str, Answering]]:
    yield "good", answer_at_once
    yield "decline", _user({"result": {"action": "decline"}})
    yield "cancel", _user({"result": {"action": "cancel"}})
    if not driver.stateless:
        yield "error", _user({"error": {"code": -1, "message": "The user rejected the request"}})
    yield "bad", _nonsense


def _user(said: JsonObject) -> Answering:
    return lambda asked: said if asked.method == "elicitation/create" else answer_at_once(asked)


def _nonsense(asked: Message) -> JsonObject:
    """Submit a form in which every value is of a wrong type, each another one."""
    form = as_object(asked.params.get("requestedSchema"))
    fields = as_object(form.get("properties"))
    if asked.method != "elicitation/create" or not fields:
        return answer_at_once(asked)
    content = {name: _wrong(number, as_object(fields[name])) for number, name in enumerate(fields)}
    return {"result": {"action": "accept", "content": content}}


def _wrong(number: int, field: Mapping[str, Json]) -> Json:
    is_text = field.get("type") == "string"
    return WRONG_NUMBER + number if is_text else f"{WRONG_TEXT}{number}"
