"""Stimuli about completions: for what is listed, for what is not, and wrong ones."""

from collections.abc import Iterator
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.resources.reading import variables_of
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object

METHOD: Final = "completion/complete"
DECLARED_SINCE: Final = Revision.R2025_03_26
CONTEXT_SINCE: Final = Revision.R2025_06_18
MOST: Final = 10
"""How many arguments are completed."""
UNKNOWN: Final[JsonObject] = {"type": "ref/prompt", "name": "mcp-proof.no-such-prompt"}
ARGUMENT: Final[JsonObject] = {"name": "mcp-proof", "value": ""}


@probe("completions")
async def completions(driver: Driver) -> None:
    """Completions for listed prompts and templates; then one with a context."""
    session = await driver.session()
    if driver.revision >= DECLARED_SINCE and "completions" not in session.capabilities:
        return
    suggested: dict[str, dict[str, Json]] = {}
    for ref, name in list(_arguments(driver))[:MOST]:
        params: JsonObject = {"ref": ref, "argument": {"name": name, "value": ""}}
        answer = await session.request(METHOD, params, case="plain")
        values = as_list(as_object((answer.result or {}).get("completion")).get("values"))
        known = suggested.setdefault(str(ref), {})
        if driver.revision >= CONTEXT_SINCE and answer.result is not None:
            context: JsonObject = {"arguments": dict(known)}
            await session.request(METHOD, {**params, "context": context}, case="context")
        if values and isinstance(values[0], str):
            known[name] = values[0]


@probe("undeclared-completions", since=DECLARED_SINCE)
async def undeclared_completions(driver: Driver) -> None:
    """A completion where the server does not declare any."""
    session = await driver.session()
    if "completions" not in session.capabilities:
        ref, name = next(_arguments(driver), (UNKNOWN, "mcp-proof"))
        params: JsonObject = {"ref": ref, "argument": {"name": name, "value": ""}}
        await session.request(METHOD, params)


@probe("invalid-completions", since=DECLARED_SINCE)
async def invalid_completions(driver: Driver) -> None:
    """Completions for a prompt that is not there, without an argument, of an unknown type."""
    session = await driver.session()
    if "completions" not in session.capabilities:
        return
    await _ask(session, "unknown prompt", {"ref": UNKNOWN, "argument": ARGUMENT})
    for ref, _ in list(_arguments(driver))[:1]:
        await _ask(session, "no argument", {"ref": ref})
    unknown: JsonObject = {"type": "ref/mcp-proof", "name": "x"}
    await _ask(session, "unknown type", {"ref": unknown, "argument": ARGUMENT})


@probe("completion-failure", since=DECLARED_SINCE)
async def completion_failure(driver: Driver) -> None:
    """The completion that fails in the server."""
    session = await driver.session()
    if (occasion := driver.occasion("completion_failure")) is not None:
        await session.request(occasion.method, occasion.params)


async def _ask(session: Session, case: str, params: JsonObject) -> None:
    await session.request(METHOD, params, case=case)


def _arguments(driver: Driver) -> Iterator[tuple[JsonObject, str]]:
    """The arguments of prompts and the variables of templates, each with what it belongs to."""
    for prompt in driver.items.get("prompts", ()):
        for argument in map(as_object, as_list(prompt.get("arguments"))):
            if isinstance(argument.get("name"), str):
                ref: JsonObject = {"type": "ref/prompt", "name": prompt.get("name")}
                yield ref, str(argument["name"])
    for template in driver.items.get("resourceTemplates", ()):
        uri = str(template.get("uriTemplate"))
        for name in variables_of(uri):
            yield {"type": "ref/resource", "uri": uri}, name
