"""Nothing out of the way: a server with a little of everything, and a client that uses it."""

from typing import Final

from mcp_proof.judge.scenario import ORDINARY, scenario
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import JsonObject

ECHO: Final[JsonObject] = {
    "name": "echo",
    "description": "Returns the message it was given.",
    "inputSchema": {
        "type": "object",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
    },
    "annotations": {"readOnlyHint": True},
    "answer": {"text": "{{ message }}"},
}
"""A tool for scenarios that need one."""


@scenario(ORDINARY)
def ordinary(stage: Stage) -> None:
    """The client lists what there is, and uses one thing of each kind."""
    stage.document |= {
        "tools": [ECHO],
        "resources": [{"uri": "memo://welcome", "name": "welcome", "text": "Welcome."}],
        "prompts": [
            {
                "name": "greet",
                "arguments": [{"name": "name", "required": True}],
                "messages": [
                    {"role": "user", "content": {"type": "text", "text": "Greet {{ name }}."}}
                ],
            }
        ],
    }
    stage.wish("list", what="tools")
    stage.wish("call", tool="echo", arguments={"message": "hello"})
    stage.wish("list", what="resources")
    stage.wish("read", uri="memo://welcome")
    stage.wish("list", what="prompts")
    stage.wish("get-prompt", prompt="greet", arguments={"name": "Ada"})
