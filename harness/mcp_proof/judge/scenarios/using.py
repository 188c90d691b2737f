"""Resources, completions and log messages, as clients use them."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.error_codes import RESOURCE_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.wire import as_object

WELCOME: JsonObject = {"uri": "memo://welcome", "name": "welcome", "text": "Welcome."}
MISSING = "memo://missing"


@scenario("resource-missing", "resources-client-accepts-both-codes", since=Revision.R2026_07_28)
def missing(stage: Stage) -> None:
    """A resource that is not there is refused with the code of earlier revisions."""
    stage.document["resources"] = [WELCOME]

    def as_before(request: JsonObject, reply: JsonObject) -> Json:
        if as_object(request.get("params")).get("uri") != MISSING or "error" not in reply:
            return reply
        error: JsonObject = {**as_object(reply["error"]), "code": RESOURCE_NOT_FOUND}
        return {**reply, "error": error}

    stage.reply(as_before)
    stage.wish("read", uri=MISSING)
    stage.wish("read", uri="memo://welcome")


@scenario("subscription-undeclared", "resources-subscribe-needs-capability", until=LATEST_STATEFUL)
def subscription(stage: Stage) -> None:
    """The client is to subscribe to a resource of a server that takes no subscriptions."""
    stage.document["resources"] = [WELCOME]
    stage.wish("list", what="resources")
    stage.wish("subscribe", uri="memo://welcome")


@scenario("completion", "completion-client-shape")
def completion(stage: Stage) -> None:
    """The client asks for completions of a prompt's argument and of a template's variable."""
    greet: JsonObject = {"type": "text", "text": "Greet {{ name }}."}
    stage.document |= {
        "prompts": [
            {
                "name": "greet",
                "arguments": [{"name": "name", "required": True}],
                "completions": {"name": ["Ada", "Alan"]},
                "messages": [{"role": "user", "content": greet}],
            }
        ],
        "resource_templates": [
            {
                "uriTemplate": "memo://{topic}",
                "name": "memos",
                "text": "A memo on {{ topic }}.",
                "completions": {"topic": ["tea", "time"]},
            }
        ],
    }
    stage.wish(
        "complete",
        ref={"type": "ref/prompt", "name": "greet"},
        argument={"name": "name", "value": "A"},
    )
    stage.wish(
        "complete",
        ref={"type": "ref/resource", "uri": "memo://{topic}"},
        argument={"name": "topic", "value": ""},
    )


@scenario("logging", "logging-client-level-valid", "logging-client-setlevel-only-declared")
def logging(stage: Stage) -> None:
    """The client is to ask for warnings, and to call a tool."""
    stage.document["logging"] = True
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    stage.wish("set-level", level="warning")
    stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario("logging-undeclared", "logging-client-setlevel-only-declared", until=LATEST_STATEFUL)
def logging_undeclared(stage: Stage) -> None:
    """The client is to ask a server for warnings that has none to give."""
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    stage.wish("set-level", level="warning")
