"""Results that may be kept for a while, or not at all."""

from collections.abc import Mapping
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

SINCE: Final = Revision.R2026_07_28
LONG: Final = 3_600_000
"""Milliseconds for which nothing goes stale."""
SHORT: Final = 50
"""Milliseconds after which something does."""


def _fresh_for(stage: Stage, ttl_ms: int) -> None:
    stage.document["caching"] = {"ttl_ms": ttl_ms, "scope": "private"}


def _memos(stage: Stage, *names: str) -> list[str]:
    """Offer a resource for each name, each with a text of its own; return their URIs."""
    uris = [f"memo://{name}" for name in names]
    resources: list[Json] = [
        {"uri": uri, "name": name, "text": f"What is written in the memo of {name}."}
        for uri, name in zip(uris, names, strict=True)
    ]
    stage.document["resources"] = resources
    return uris


@scenario("cache-two-resources", "cache-client-key", since=SINCE)
def two_resources(stage: Stage) -> None:
    """Two resources are read while the first one is fresh."""
    _fresh_for(stage, LONG)
    for uri in _memos(stage, "monday", "tuesday"):
        stage.wish("read", uri=uri)


@scenario("cache-two-users", "cache-client-private-not-shared", since=SINCE, transports=("http",))
def two_users(stage: Stage) -> None:
    """A private resource is read for one user and, while it is fresh, for another one."""
    _fresh_for(stage, LONG)
    [uri] = _memos(stage, "diary")
    for user in ("ada", "grace"):
        stage.wish("become", token=f"token-of-{user}")
        stage.wish("read", uri=uri)


@scenario("cache-answered-question", "cache-client-no-mrtr-cache", since=SINCE)
def answered_question(stage: Stage) -> None:
    """A resource that asks the user for a name is read twice while it is said to be fresh."""
    _fresh_for(stage, LONG)
    question: JsonObject = {
        "method": "elicitation/create",
        "params": {
            "message": "What is your name?",
            "requestedSchema": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            },
        },
    }
    stage.document["resources"] = [
        {
            "uri": "memo://personal",
            "name": "personal",
            "steps": [{"ask": {"name": question}}],
            "text": "Dear {{ $inputs.name.content.name }}",
        }
    ]
    stage.wish("read", uri="memo://personal")
    stage.wish("read", uri="memo://personal")


@scenario("cache-stale", "cache-client-stale-refetch", since=SINCE)
def stale(stage: Stage) -> None:
    """Three resources are read twice: one is never fresh, one less than that, one for a while."""
    uris = _memos(stage, "zero", "negative", "short")
    ttls: Mapping[str, int] = dict(zip(uris, (0, -1, SHORT), strict=True))

    def hinted(request: JsonObject, reply: JsonObject) -> Json:
        ttl = ttls.get(str(as_object(request.get("params")).get("uri")))
        if ttl is None or "result" not in reply:
            return reply
        return {**reply, "result": {**as_object(reply["result"]), "ttlMs": ttl}}

    stage.reply(hinted)
    for uri in uris:
        stage.wish("read", uri=uri)
        if uri == uris[-1]:
            stage.wish("wait", seconds=2 * SHORT / 1000)
        stage.wish("read", uri=uri)


@scenario("cache-changed", "cache-client-notification-invalidates", since=SINCE)
def changed(stage: Stage) -> None:
    """The tools change while their list is fresh, and the client hears of it."""
    _fresh_for(stage, LONG)
    stage.tools({**ECHO, "name": "change", "steps": [{"announce": "tools"}]})
    stage.document["announces"] = ["tools"]
    stage.wish("listen", name="tools", notifications={"toolsListChanged": True})
    stage.wish("list", what="tools")
    stage.wish("call", tool="change", arguments={"message": "now"})
    stage.wish("wait", seconds=0.15)
    stage.wish("list", what="tools")


@scenario("cache-idle", "cache-client-no-polling", since=SINCE)
def idle(stage: Stage) -> None:
    """A list goes stale several times while nobody needs it."""
    _fresh_for(stage, SHORT)
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    stage.wish("wait", seconds=4 * SHORT / 1000)
    stage.wish("call", tool="echo", arguments={"message": "hello"})
