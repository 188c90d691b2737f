"""What scenarios share in which the mock asks the client: tools that ask when they are called."""

from typing import Final

from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject

NAME_FORM: Final[JsonObject] = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
}
ROOTS: Final[JsonObject] = {"method": "roots/list"}


def asker(name: str, *steps: JsonObject) -> JsonObject:
    """Return a tool that does these steps when it is called."""
    return {
        "name": name,
        "description": "Asks the client, and thanks for the answer.",
        "inputSchema": {"type": "object"},
        "steps": list(steps),
        "answer": {"text": "Thank you."},
    }


def asks(stage: Stage, *questions: JsonObject) -> None:
    """Have the client call a tool for each question, one after the other."""
    names = [f"ask-{number}" for number in range(1, len(questions) + 1)]
    steps: list[JsonObject] = [{"ask": {"question": question}} for question in questions]
    stage.tools(*(asker(name, step) for name, step in zip(names, steps, strict=True)))
    for name in names:
        stage.wish("call", tool=name, arguments={})


def form(schema: JsonObject = NAME_FORM, **params: Json) -> JsonObject:
    """Return the question of a form."""
    given: JsonObject = {"message": "Please fill this in.", "requestedSchema": schema, **params}
    return {"method": "elicitation/create", "params": given}


def sampling(*messages: JsonObject, text: str = "Say something.", **params: Json) -> JsonObject:
    """Return a question for the model."""
    said: JsonObject = {"role": "user", "content": {"type": "text", "text": text}}
    given: JsonObject = {"messages": [said, *messages], "maxTokens": 100, **params}
    return {"method": "sampling/createMessage", "params": given}
