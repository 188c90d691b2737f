"""Correct requests that are safe to send again and again, to vary one header at a time."""

from dataclasses import dataclass

from mcp_proof.driver import Driver
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object


@dataclass(frozen=True, slots=True)
class GoodRequest:
    """A method with parameters that the server serves."""

    method: str
    params: JsonObject | None = None

    def headers(self, session: Session) -> dict[str, str]:
        """Return the headers that mirror it."""
        return session.headers(session.envelope(self.method, self.params, None))


def plain_request(session: Session) -> GoodRequest:
    """Return a request that needs no `Mcp-Name`: a list the server has, otherwise a discovery."""
    return GoodRequest((session.lists or [session.revision.control_method])[0])


async def named_requests(driver: Driver, session: Session) -> list[GoodRequest]:
    """Return one request of each kind that needs an `Mcp-Name`, as far as the server has them."""
    requests = [
        GoodRequest("tools/call", {"name": name, "arguments": arguments})
        for name, arguments in driver.callable_tools()[:1]
    ]
    resources = await _listed(session, "resources")
    requests += [GoodRequest("resources/read", {"uri": r.get("uri")}) for r in resources[:1]]
    for prompt in (await _listed(session, "prompts"))[:1]:
        needed = [as_object(a) for a in as_list(prompt.get("arguments"))]
        arguments = {str(a.get("name")): "example" for a in needed if a.get("required") is True}
        params: JsonObject = {"name": prompt.get("name"), "arguments": arguments}
        requests.append(GoodRequest("prompts/get", params))
    return requests


async def _listed(session: Session, kind: str) -> list[JsonObject]:
    if kind not in session.capabilities:
        return []
    answer = await session.request(f"{kind}/list")
    return [as_object(item) for item in as_list((answer.result or {}).get(kind))]
