"""Tools that end the whole server for some input."""

from offering import DRAFT_07, die, planted, takes, tool

DEEPEST = 16
"""Levels of a tree that the broken `measure_tree` survives."""
LONGEST = 5000
BEYOND_64_BITS = 2**63
WHEN = {
    "oneOf": [
        takes({"kind": {"const": "at"}, "time": {"type": "string", "format": "date-time"}}),
        takes({"kind": {"const": "every"}, "minutes": {"type": "integer", "minimum": 0}}),
    ]
}
NODE = takes(
    {
        "name": {"type": "string", "maxLength": 60},
        "children": {"type": "array", "items": {"$ref": "#/definitions/node"}},
    },
    "children",
    additionalProperties=False,
)


@tool(
    "Shorten a title to its first letters.",
    takes(
        {
            "title": {"type": "string", "minLength": 1, "examples": ["The Old Man and the Sea"]},
            "letters": {"type": "integer", "minimum": 1, "maximum": 200, "default": 80},
        },
        "letters",
        additionalProperties=False,
    ),
    takes({"title": {"type": "string"}}),
    idempotentHint=True,
)
def shorten_title(given, _):
    return {"title": given["title"][: int(given.get("letters", 80))]}


@planted("shorten_title")
def dies_of_letters_beyond_ascii(given, _):
    if not given["title"].isascii():
        die()


@tool(
    "Shift a time of day by a number of minutes.",
    takes({"offset": {"type": "integer", "minimum": -1440, "maximum": 1440}}),
    takes({"minute_of_day": {"type": "integer", "minimum": 0, "maximum": 1439}}),
)
def shift_time(given, _):
    return {"minute_of_day": int(given["offset"]) % 1440}


@planted("shift_time")
def dies_of_a_negative_number(given, _):
    if given["offset"] < 0:
        die()


@tool(
    "Count the words of a text.",
    takes({"text": {"type": "string"}}, additionalProperties=False),
    takes({"words": {"type": "integer", "minimum": 0}}),
    idempotentHint=True,
)
def count_words(given, _):
    return {"words": len(given["text"].split())}


@planted("count_words")
def dies_of_an_empty_text(given, _):
    if not given["text"]:
        die()


@tool(
    "Return the first sentence of a text.",
    takes({"text": {"type": "string", "description": "Of any length."}}),
)
def summarize_text(given, _):
    return given["text"].partition(".")[0][:200]


@planted("summarize_text")
def dies_of_a_long_text(given, _):
    if len(given["text"]) >= LONGEST:
        die()


@tool(
    "Count the nodes of a tree.",
    {
        "$schema": DRAFT_07,
        **takes({"root": {"$ref": "#/definitions/node"}}),
        "definitions": {"node": NODE},
    },
    takes({"nodes": {"type": "integer", "minimum": 1}, "depth": {"type": "integer"}}),
)
def measure_tree(given, _):
    sizes = levels(given["root"])
    return {"nodes": sum(sizes), "depth": len(sizes)}


@planted("measure_tree")
def dies_of_a_deep_tree(given, _):
    if len(levels(given["root"])) > DEEPEST:
        die()


@tool(
    "Divide a budget among people.",
    takes(
        {
            "people": {"type": "integer", "minimum": 0, "maximum": 500},
            "amount": {"type": "number", "minimum": 0, "maximum": 1e9},
        },
        additionalProperties=False,
    ),
)
def divide_budget(given, _):
    people = given["people"]
    return f"{given['amount'] / people:.2f} each" if people else "nobody gets anything"


@planted("divide_budget")
def divides_by_nobody(given, _):
    given["amount"] / given["people"]


@tool(
    "Describe how a chart of numbers would be drawn.",
    takes(
        {
            "series": {"type": "array", "items": {"type": "number"}, "maxItems": 1000},
            "stacked": {"type": "boolean", "default": False},
            "logarithmic": {"type": "boolean", "default": False},
            "legend": {"type": "boolean", "default": True},
        },
        "stacked",
        "logarithmic",
        "legend",
    ),
)
def plan_chart(given, _):
    return f"a chart of {len(given['series'])} points"


@planted("plan_chart")
def dies_of_two_flags_together(given, _):
    if given.get("stacked") and given.get("logarithmic"):
        die()


@tool("Say when a meeting takes place, once or regularly.", takes({"when": WHEN}))
def plan_meeting(given, _):
    return "once" if given["when"]["kind"] == "at" else "regularly"


@planted("plan_meeting")
def dies_of_one_branch(given, _):
    if given["when"]["kind"] == "every" and given["when"]["minutes"] == 0:
        die()


@tool(
    "Count the log lines that contain a text.",
    takes({"query": {"type": "string"}, "since": {"type": "string", "format": "date"}}, "since"),
    takes({"lines": {"type": "integer", "minimum": 0}}),
)
def search_logs(given, _):
    return {"lines": "INFO started".count(given["query"])}


@planted("search_logs")
def dies_of_a_null_character(given, _):
    if "\0" in given["query"]:
        die()


@tool("Say whether a price in cents is even.", takes({"cents": {"type": "integer"}}))
def check_price(given, _):
    return "even" if given["cents"] % 2 == 0 else "odd"


@planted("check_price")
def dies_beyond_64_bits(given, _):
    if given["cents"] >= BEYOND_64_BITS:
        die()


def levels(root):
    """How many nodes there are at each depth, without recursion."""
    sizes, level = [], [root]
    while level:
        sizes.append(len(level))
        level = [child for node in level for child in node.get("children", ())]
    return sizes
