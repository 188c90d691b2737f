"""Tools whose answer is wrong for some input: in its content, or on the wire."""

import json

from offering import ProtocolError, planted, takes, tool

PRIORITIES = ["low", "normal", "high", "urgent"]
CURRENCIES = ["EUR", "GBP", "USD"]


@tool(
    "Say how severe a ticket of a priority is.",
    takes({"priority": {"type": "string", "enum": PRIORITIES}}),
    takes({"severity": {"type": "integer", "minimum": 1, "maximum": 4}}),
    idempotentHint=True,
)
def classify_ticket(given, _):
    return {"severity": PRIORITIES.index(given["priority"]) + 1}


@planted("classify_ticket")
def is_more_severe_than_can_be(given, _):
    return structured({"severity": 5}) if given["priority"] == "urgent" else None


@tool(
    "Average the scores of a class.",
    takes(
        {
            "scores": {
                "type": "array",
                "items": {"type": "number", "minimum": 0, "maximum": 100},
                "maxItems": 500,
            }
        },
        additionalProperties=False,
    ),
    takes({"mean": {"type": "number"}, "count": {"type": "integer"}}),
)
def average_scores(given, _):
    scores = given["scores"]
    return {"mean": sum(scores) / max(len(scores), 1), "count": len(scores)}


@planted("average_scores")
def has_no_mean_of_nothing(given, _):
    return None if given["scores"] else structured({"mean": None, "count": 0})


@tool(
    "Say how many pieces are in stock.",
    takes({"detailed": {"type": "boolean"}, "warehouse": {"enum": ["A", "B", None]}}, "warehouse"),
    takes({"pieces": {"type": "integer"}}),
)
def check_stock(_given, _):
    return {"pieces": 12}


@planted("check_stock")
def gives_no_structure(given, _):
    if given["detailed"]:
        return {"content": [{"type": "text", "text": "12 pieces: 5 on A1, 7 on A2"}]}
    return None


@tool(
    "Name the parent of a category.",
    takes({"parent": {"type": ["string", "null"], "maxLength": 40}}),
)
def name_parent(given, _):
    return "the root" if given["parent"] is None else "a branch"


@planted("name_parent")
def fails_inside_the_server(given, _):
    if given["parent"] is None:
        raise ProtocolError(-32603, "Internal error")


@tool(
    "List the holidays of a year.",
    takes({"year": {"type": "integer", "minimum": 1970, "maximum": 2100}}),
    takes({"holidays": {"type": "array", "items": {"type": "string", "format": "date"}}}),
)
def list_holidays(given, _):
    return {"holidays": [f"{int(given['year'])}-01-01"]}


@planted("list_holidays")
def prints_a_warning(given, session):
    if given["year"] == 1970:
        session.write("warning: no holidays are known before 1971")


@tool(
    "Give the rate between two currencies.",
    takes({side: {"type": "string", "enum": CURRENCIES} for side in ("base", "counter")}),
)
def exchange_rate(given, _):
    return "1.00" if given["base"] == given["counter"] else "1.25"


@planted("exchange_rate")
def answers_twice(given, session):
    if given["base"] == given["counter"]:
        session.answer({"content": [{"type": "text", "text": "1.00"}]})


@tool(
    "Describe the preview of a document.",
    takes({"kind": {"type": "string", "enum": ["page", "slide", "video"]}}),
)
def describe_preview(given, _):
    return f"a {given['kind']}"


@planted("describe_preview")
def gives_a_block_that_mcp_does_not_have(given, _):
    if given["kind"] == "video":
        return {"content": [{"type": "video", "url": "https://example.com/preview"}]}
    return None


def structured(value):
    """Return the result that holds this value, and its text."""
    return {"content": [{"type": "text", "text": json.dumps(value)}], "structuredContent": value}
