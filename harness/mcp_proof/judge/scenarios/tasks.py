"""Calls that run as tasks: at the client's wish in 2025-11-25, later at the server's."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision

EXPERIMENTAL: Final = Revision.R2025_11_25
EXTENSION: Final = Revision.R2026_07_28
POLL_MS: Final = 80
ASK_NAME: Final[JsonObject] = {
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


def _declare(stage: Stage) -> None:
    """Let the client declare that it knows of tasks, and poll often."""
    experimental = stage.revision is EXPERIMENTAL
    stage.declares.append("tasks" if experimental else f"extensions.{TASKS}")
    stage.document["tasks"] = {"poll_ms": POLL_MS}


def _job(milliseconds: int) -> JsonObject:
    """Return a tool that takes so long, and runs only as a task."""
    return {
        "name": "job",
        "description": "Works for a while.",
        "task": "required",
        "steps": [{"task": "Working."}, {"delay": milliseconds}],
        "answer": {"text": "done"},
    }


@scenario(
    "tasks-working",
    "task11-client-honours-tasksupport",
    "task11-client-poll-interval",
    "task11-capability-shape",
    "task11-related-task-not-on-get",
    "task26-client-handles-both",
    "task26-client-name-header",
    "task26-client-poll-interval",
    since=EXPERIMENTAL,
)
def working(stage: Stage) -> None:
    """One tool takes a while and runs only as a task, and another one answers at once."""
    _declare(stage)
    stage.tools(_job(200), ECHO)
    stage.wish("list", what="tools")
    stage.wish("call", tool="job")
    stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario(
    "tasks-asking",
    "task11-related-task-meta",
    "task26-client-answers-input",
    since=EXPERIMENTAL,
)
def asking(stage: Stage) -> None:
    """A task asks the user for a name, and goes on with it."""
    _declare(stage)
    asking: JsonObject = {
        **_job(0),
        "steps": [{"task": "Working."}, {"ask": {"name": ASK_NAME}}],
        "answer": {"text": "Hello, {{ $inputs.name.content.name }}!"},
    }
    stage.tools(asking)
    stage.wish("list", what="tools")
    stage.wish("call", tool="job")


@scenario(
    "tasks-cancelled",
    "task11-client-cancel-method",
    "task26-client-cancel-method",
    since=EXPERIMENTAL,
)
def cancelled(stage: Stage) -> None:
    """The user no longer wants what a task is working at."""
    _declare(stage)
    stage.tools(_job(60_000))
    stage.wish("list", what="tools")
    stage.wish("call", tool="job", cancel_after=0.2)
    stage.wish("list", what="tools")


@scenario("tasks-elsewhere", "task26-client-rejects-elsewhere", since=EXTENSION)
def elsewhere(stage: Stage) -> None:
    """A prompt is answered by a task, which only calls of tools may be."""
    _declare(stage)
    text: JsonObject = {"role": "user", "content": {"type": "text", "text": "Greet me."}}
    stage.document["prompts"] = [{"name": "greet", "messages": [text]}]

    def as_task(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != "prompts/get":
            return reply
        task: JsonObject = {
            "resultType": "task",
            "taskId": "no-such-task",
            "status": "working",
            "createdAt": "2026-07-28T12:00:00Z",
            "lastUpdatedAt": "2026-07-28T12:00:00Z",
            "ttlMs": 60_000,
            "pollIntervalMs": POLL_MS,
        }
        return {**reply, "result": task}

    stage.reply(as_task)
    stage.wish("get-prompt", prompt="greet")


@scenario(
    "tasks-unknown-to-the-client",
    "task11-undeclared-ignored",
    since=EXPERIMENTAL,
    until=EXPERIMENTAL,
)
def unknown_to_the_client(stage: Stage) -> None:
    """The user is asked for a name, and once more as a task, of which the client knows nothing."""
    params = ASK_NAME["params"]
    assert isinstance(params, dict)
    as_task: JsonObject = {**ASK_NAME, "params": {**params, "task": {"ttl": 60_000}}}
    stage.tools(
        {
            "name": "greet",
            "description": "Asks twice.",
            "steps": [{"ask": {"name": ASK_NAME}}, {"ask": {"again": as_task}}],
            "answer": {"text": "Hello, {{ $inputs.again.content.name }}!"},
        }
    )
    stage.wish("list", what="tools")
    stage.wish("call", tool="greet")
