"""The step that asks the client: during the call, or in rounds where the era has no such requests.

In the stateless era all that is known travels in a signed `requestState` (patterns/mrtr, Server
Requirements), so that any process with the key can go on.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

import orjson

from mcp_proof_contracts import schema
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS, MISSING_CAPABILITY
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.schema_problem import shown
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import as_integer, as_object, encode
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.run import InputRequiredError, Run, UnableError
from mcp_proof_mocks.script.stage import Stage
from mcp_proof_mocks.script.template import template, text_of

TTL: Final = 600.0
"""Seconds for which a `requestState` is taken."""
STATE: Final = "state:"
"""Tells a `requestState` from all else that is signed."""
FOR_EVER: Final = 3600.0
"""Seconds that a server with a fault waits for the answer that was a refusal."""
PAGES: Final = {"sampling": "sampling", "roots": "roots", "elicitation": "elicit"}
"""How the rules of a capability begin."""
TEXTS: Final = ("message", "url")
"""Params that the protocol has as text."""


async def ask(run: Run, requests: JsonObject, index: int) -> None:
    """Get the client's answers to `requests`, the step with this index.

    Raises:
        InputRequiredError: the client must come back with them.
        UnableError: the client has not declared what it takes, or has refused.
        RefusalError: likewise in the stateless era, or an answer is ill-formed.
    """
    allowed = _allowed(run, requests)
    if run.call.ask is None:
        _in_rounds(run, allowed, index)
    else:
        asked = {n: _request(r, run.scope) for n, r in allowed.items()}
        answering = run.call.ask(asked)
        try:
            answers = await run.call.waiting.within(_patience(requests), answering)
        except TimeoutError:
            raise UnableError("The client did not answer in time") from None
        for name, answer in answers.items():
            if problem := _unfit(run.server, asked[name], answer):
                raise UnableError(f"{name} does not fit the form: {problem}")
        run.inputs |= answers
    for name in allowed:
        refused = as_object(run.inputs[name]).get("action") in ("decline", "cancel")
        if refused and not run.server.keeps("elicit-server-handles-refusal"):
            await run.call.waiting.sleep(FOR_EVER)


def _patience(requests: JsonObject) -> float | None:
    """How many seconds to wait for the answers; `None` for ever."""
    limits = [as_object(request).get("timeout_ms") for request in requests.values()]
    return min((as_integer(limit) / 1000 for limit in limits if limit is not None), default=None)


def resume(run: Run) -> None:
    """Take up what an earlier round left off, from the state that the client has carried.

    Raises:
        RefusalError: the state is not ours, not for this call, or out of date.
    """
    method = run.call.method
    if method == "tools/call" and not run.server.keeps("mrtr-works-on-tools"):
        raise RefusalError(INVALID_PARAMS, "Unknown parameter: requestState")
    if method != "tools/call" and not run.server.keeps("mrtr-works-on-prompts-resources"):
        raise RefusalError(INTERNAL_ERROR, "Internal error")
    try:
        state = _state(run.server, run.call.params["requestState"])
        if not (_is_for(run, state) and _is_fresh(run.server, state)):
            raise RefusalError(INVALID_PARAMS, "`requestState` is not valid for this request")
        run.inputs = dict(as_object(state["inputs"]))
        run.number, run.case, run.reached = (
            int(str(state[name])) for name in ("number", "case", "reached")
        )
    except (ValueError, LookupError) as broken:  # only a server that does not verify gets here
        raise RefusalError(INVALID_PARAMS, "`requestState` cannot be read") from broken


def _in_rounds(run: Run, requests: JsonObject, index: int) -> None:
    responses = run.call.params.get("inputResponses", {})
    if not isinstance(responses, Mapping):
        raise RefusalError(INVALID_PARAMS, "`inputResponses` is no object")
    unasked = [name for name in responses if name not in requests]
    if unasked and run.reached == index and not run.server.keeps("mrtr-extra-responses-ignored"):
        raise RefusalError(INVALID_PARAMS, f"inputResponses.{unasked[0]} was not asked for")
    missing: dict[str, Json] = {}
    for name, request in requests.items():
        if name in run.inputs:
            continue
        if name in responses:
            run.inputs[name] = _given(run, name, as_object(request), responses[name])
        else:
            missing[name] = _input_request(request, run.scope)
    asked_before = run.call.is_resumed and run.reached == index
    if missing and asked_before and not run.server.keeps("mrtr-missing-response-asked-again"):
        raise RefusalError(INVALID_PARAMS, f"inputResponses.{next(iter(missing))} is missing")
    if missing:
        raise InputRequiredError(
            {
                "resultType": "input_required",
                "inputRequests": missing,
                "requestState": _signed_state(run, index),
            }
        )


def _given(run: Run, name: str, request: JsonObject, response: Json) -> Json:
    if not isinstance(response, Mapping) and not run.server.keeps("mrtr-bad-responses-error"):
        return response
    answer = checked(name, request, response)
    if problem := _unfit(run.server, _request(request, run.scope), answer):
        raise RefusalError(INVALID_PARAMS, f"inputResponses.{name}: {problem}")
    return answer


def checked(name: str, request: JsonObject, response: Json) -> Json:
    """Return the client's response to a request.

    Raises:
        RefusalError: it is no result of such a request.
    """
    asked = schema.request(Revision.R2026_07_28, str(request["method"]))
    assert asked is not None, "a contract file names no other requests"
    assert asked.result is not None, "only notifications have none"
    if found := schema.problems(Revision.R2026_07_28, asked.result, response):
        raise RefusalError(INVALID_PARAMS, f"inputResponses.{name}: {found[0]}")
    return response


def _request(request: Json, scope: JsonObject) -> JsonObject:
    asked = as_object(request)
    params = as_object(template(asked.get("params", {}))(scope))
    # A slot may have brought a number, or nothing.
    params = {**params, **{name: text_of(params[name]) for name in TEXTS if name in params}}
    return {"method": asked["method"], **({"params": params} if params else {})}


def _input_request(request: Json, scope: JsonObject) -> JsonObject:
    """Return a question of the stateless era: no request of its own, so without metadata."""
    asked = _request(request, scope)
    params = as_object(asked.get("params"))
    return {**asked, "params": {name: p for name, p in params.items() if name != "_meta"}}


def _unfit(server: Stage, request: JsonObject, response: Json) -> str:
    """Why what the user submitted does not fit the form, or "" (client/elicitation, Form Mode)."""
    form = as_object(request.get("params")).get("requestedSchema")
    answer = as_object(response)
    if not isinstance(form, Mapping) or answer.get("action") != "accept":
        return ""
    if not server.keeps("elicit-server-validates-content") or schema_problem(form) is not None:
        return ""
    return "; ".join(map(str, instance_problems(form, answer.get("content", {}))[:1]))


def _allowed(run: Run, requests: JsonObject) -> JsonObject:
    """What may be asked of this client; a server asks only for what was declared."""
    needed = {n: _waived(run, _needed(as_object(r))) for n, r in requests.items()}
    allowed = {n: r for n, r in requests.items() if not _missing(run.call, needed[n])}
    if not allowed:
        wanted = [_needed(as_object(request)) for request in requests.values()]
        require(run.server, run.call, {name: v for each in wanted for name, v in each.items()})
    return allowed


def _waived(run: Run, needed: JsonObject) -> JsonObject:
    """What is needed, without that which a fault asks for whether it was declared or not."""
    [(name, parts)] = needed.items()
    forms = run.call.stateless and name == "elicitation"
    if forms and not run.server.keeps("mrtr-respects-capabilities"):
        return {}
    if not run.server.keeps(f"{PAGES[name]}-server-only-if-declared"):
        if name not in run.call.client:
            return {}
    elif name == "elicitation" and not run.server.keeps("elicit-server-mode-declared"):
        return {name: {}} if name in run.call.client else needed
    elif name == "sampling" and not run.server.keeps("sampling-tools-only-if-declared"):
        return {name: {}}
    return {name: parts}


def require(server: Stage, call: Call, capabilities: JsonObject) -> None:
    """Refuse a client that has not declared what the answer takes.

    Raises:
        RefusalError: in the stateless era, as basic (Error Codes) demands.
        UnableError: in the stateful era.
    """
    missing = _missing(call, capabilities)
    if not missing:
        return
    text = f"This needs a client that declares {shown(missing)}"
    if not call.stateless or not server.keeps("capability-missing-error"):
        raise UnableError(text)
    required: Json = missing if server.keeps("capability-missing-data") else list(missing)
    status = 400 if server.keeps("capability-missing-http-400") else 200
    data: JsonObject = {"requiredCapabilities": required}
    raise RefusalError(MISSING_CAPABILITY, text, data=data, status=status)


def declared(call: Call, request: JsonObject) -> bool:
    """Whether the client has declared what it takes to answer a request."""
    return not _missing(call, _needed(request))


def _missing(call: Call, capabilities: JsonObject) -> JsonObject:
    """The part of `capabilities` that the client has not declared."""
    declared = dict(call.client)
    elicitation = as_object(declared.get("elicitation"))
    if "elicitation" in declared and "url" not in elicitation:
        # An empty object stands for form mode alone (client/elicitation, Capabilities).
        declared["elicitation"] = {"form": {}, **elicitation}
    return {name: v for name, v in capabilities.items() if not _covers(declared, {name: v})}


def _covers(declared: Json, needed: JsonObject) -> bool:
    given = as_object(declared)
    return all(name in given and _covers(given[name], as_object(v)) for name, v in needed.items())


def _needed(request: JsonObject) -> JsonObject:
    name, params = str(request["method"]).partition("/")[0], as_object(request.get("params"))
    if name == "elicitation":
        return {name: {"url" if params.get("mode") == "url" else "form": {}}}
    # Requests with tools take a capability of their own (client/sampling, Capabilities).
    return {name: {"tools": {}} if "tools" in params or "toolChoice" in params else {}}


def _signed_state(run: Run, index: int) -> str:
    state: JsonObject = {
        "for": _salient(run),
        "by": run.call.principal,
        "inputs": run.inputs if run.server.keeps("mrtr-multi-round") else {},
        "number": run.number,
        "case": run.case,
        "reached": index,
        "until": run.server.clock() + TTL,
    }
    return run.server.signer.sign(STATE + base64.urlsafe_b64encode(encode(state)).decode())


def _state(server: Stage, given: Json) -> JsonObject:
    text = server.signer.verified(given) if isinstance(given, str) else None
    if isinstance(given, str) and not server.keeps("mrtr-tampered-state-rejected"):
        text = given.partition(".")[2]
    if text is None or not text.startswith(STATE):
        raise RefusalError(INVALID_PARAMS, "`requestState` was not issued here")
    return as_object(orjson.loads(base64.urlsafe_b64decode(text.removeprefix(STATE))))


def _is_for(run: Run, state: JsonObject) -> bool:
    """Whether a state was given for this request, to this caller."""
    keeps = run.server.keeps
    other_request = state["for"] != _salient(run) and keeps("mrtr-state-bound-to-request")
    other_caller = state["by"] != run.call.principal and keeps("mrtr-state-bound-to-principal")
    return not (other_request or other_caller)


def _is_fresh(server: Stage, state: JsonObject) -> bool:
    return float(str(state["until"])) > server.clock()


def _salient(run: Run) -> str:
    """What tells the originating request: its method, its subject, its arguments."""
    params = run.call.params
    subject = [run.call.method, params.get("name", params.get("uri")), run.arguments]
    return hashlib.sha256(orjson.dumps(subject, option=orjson.OPT_SORT_KEYS)).hexdigest()
