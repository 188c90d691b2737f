"""Which bugs are planted, which oracle should name each, and the smallest input that shows it.

Nothing is imported from the server: this is what tests expect of it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

Steps = list[dict[str, Any]]


class Bug(NamedTuple):
    """One planted bug."""

    operation: str
    """As a report names it."""
    wrong: str
    oracle: str
    """The oracle that should name it, or the rule."""
    steps: Steps
    """A smallest case, as `--case` takes it."""
    like: Callable[[Steps], bool] | None = None
    """What every smallest case is like, where there are several."""
    detail: str = ""
    """What the broken server says where nobody should read it."""

    @property
    def name(self) -> str:
        """A name for tests."""
        return f"{self.operation}: {self.wrong}"

    def is_minimal(self, steps: Steps) -> bool:
        """Whether a case is a smallest one."""
        return steps == self.steps if self.like is None else self.like(steps)


def arguments(steps: Steps) -> dict[str, Any]:
    """Return the arguments of the only step; empty where there are more."""
    return steps[0]["arguments"] if len(steps) == 1 else {}


def names(steps: Steps) -> list[str]:
    """Return the tools that are called."""
    return [step["tool"] for step in steps]


def alone(name: str, wrong: str, oracle: str, /, *, detail: str = "", **given: Any) -> Bug:
    """Return a bug of a tool that one call shows, and only one input that is smallest."""
    steps = [{"tool": name, "arguments": given}]
    return Bug(f"tool {name}", wrong, oracle, steps, detail=detail)


def some(
    name: str, wrong: str, oracle: str, given: dict[str, Any], like: Callable[[Any], bool]
) -> Bug:
    """Return a bug of a tool that one call shows, whose smallest inputs are alike."""

    def alike(steps: Steps) -> bool:
        got = arguments(steps)
        return got.keys() == given.keys() and like(got)

    return Bug(f"tool {name}", wrong, oracle, [{"tool": name, "arguments": given}], alike)


def is_smallest_extra(steps: Steps) -> bool:
    """Whether there is one property too many, and nothing in it."""
    got = dict(arguments(steps))
    if got.pop("amount", None) != 0 or len(got) != 1:
        return False
    [(name, value)] = got.items()
    return len(name) <= 1 and not value


def nested(depth: int) -> dict[str, Any]:
    """Return the smallest tree of this depth."""
    tree: dict[str, Any] = {"name": ""}
    for _ in range(depth - 1):
        tree = {"name": "", "children": [tree]}
    return tree


def drawn(step: int, pointer: str) -> dict[str, Any]:
    """Return what stands for a part of an earlier answer."""
    return {"$from": [step, pointer]}


BROKEN_OUTPUT = "tools-structured-matches-schema"
CRASHING = (
    some(
        "shorten_title",
        "dies of letters beyond ASCII",
        "crash",
        {"title": "\u00e9"},
        lambda got: len(got["title"]) == 1 and not got["title"].isascii(),
    ),
    alone("shift_time", "dies of a negative number", "crash", offset=-1),
    alone("count_words", "dies of an empty text", "crash", text=""),
    some(
        "summarize_text",
        "dies of a long text",
        "crash",
        {"text": "0" * 5000},
        lambda got: len(got["text"]) == 5000 and len(set(got["text"])) == 1,
    ),
    alone("measure_tree", "dies of a deep tree", "crash", root=nested(17)),
    alone("divide_budget", "divides by nobody", "crash", people=0, amount=0),
    alone(
        "plan_chart",
        "dies of two flags together",
        "crash",
        series=[],
        stacked=True,
        logarithmic=True,
    ),
    alone("plan_meeting", "dies of a branch", "crash", when={"kind": "every", "minutes": 0}),
    alone("search_logs", "dies of a null character", "crash", query="\0"),
    alone("check_price", "dies beyond 64 bits", "crash", cents=2**63),
)
ACCEPTING = (
    alone("find_customer", "misses no region", "invalid-accepted", customer=""),
    Bug(
        "tool convert_currency",
        "accepts a property that it does not have",
        "invalid-accepted",
        [{"tool": "convert_currency", "arguments": {"amount": 0, "x": None}}],
        is_smallest_extra,
    ),
    alone("forecast_weather", "accepts a text as number", "invalid-accepted", days=""),
    alone("list_articles", "accepts one too many", "invalid-accepted", limit=101),
    alone("list_shelf", "accepts an unknown order", "invalid-accepted", order=""),
    alone("look_up_product", "looks at no pattern", "invalid-accepted", sku=""),
    some(
        "name_colour",
        "accepts four channels",
        "invalid-accepted",
        {"rgb": [0, 0, 0, None]},
        lambda got: got["rgb"][:3] == [0, 0, 0] and len(got["rgb"]) == 4 and not got["rgb"][3],
    ),
    some(
        "count_tagged",
        "accepts a tag twice",
        "invalid-accepted",
        {"tags": ["0", "0"]},
        lambda got: len(got["tags"]) == 2 and len(got["tags"][0]) == 1,
    ),
)
ANSWERING = (
    alone("classify_ticket", "is out of range for a value", BROKEN_OUTPUT, priority="urgent"),
    alone("average_scores", "has no mean of nothing", BROKEN_OUTPUT, scores=[]),
    alone("check_stock", "gives no structure", "output-schema", detailed=True),
    alone("name_parent", "fails inside the server", "protocol-error", parent=None),
    alone("list_holidays", "prints a warning", "stdio-stdout-clean", year=1970),
    some(
        "exchange_rate",
        "answers twice",
        "jsonrpc-response-id-echo",
        {"base": "EUR", "counter": "EUR"},
        lambda got: got["base"] == got["counter"],
    ),
    alone("describe_preview", "gives an unknown block", "tools-content-type-known", kind="video"),
)
LEAKING = (
    alone("format_number", "shows a traceback", "leak", value=0, decimals=20, detail="Traceback"),
    alone(
        "read_setting",
        "shows where it failed",
        "leak",
        key="legacy.colours",
        detail="/planted/tools/leaking.py:41",
    ),
    alone("fetch_price", "shows a key", "leak", symbol="ACME", detail="API_KEY=sk-"),
)
SILENT = (
    alone("preview_volume", "hangs at the maximum", "hang", percent=100),
    alone("estimate_journey", "forgets to answer", "hang", mode="ferry", detail="goes on"),
)
REMEMBERING = (
    Bug(
        "tool close_draft",
        "dies of a pinned draft",
        "crash",
        [
            {"tool": "open_draft", "arguments": {}},
            {"tool": "pin_draft", "arguments": {"draft": drawn(0, "/draft")}},
            {"tool": "close_draft", "arguments": {"draft": drawn(0, "/draft")}},
        ],
        lambda steps: names(steps) == ["open_draft", "pin_draft", "close_draft"],
    ),
    Bug(
        "tool list_orders",
        "dies of the last page",
        "crash",
        [
            {"tool": "list_orders", "arguments": {}},
            {"tool": "list_orders", "arguments": {"cursor": drawn(0, "/next_cursor")}},
            {"tool": "list_orders", "arguments": {"cursor": drawn(1, "/next_cursor")}},
        ],
        lambda steps: names(steps) == ["list_orders"] * 3,
    ),
    alone("preview_feature", "changes the list of tools", "read-only", feature="labs"),
    Bug(
        "tool quote_shipping",
        "refuses every repetition",
        "idempotent",
        [{"tool": "quote_shipping", "arguments": {"kilograms": 1}}] * 2,
        lambda steps: (
            len(steps) <= 2
            and all(
                step == {"tool": "quote_shipping", "arguments": {"kilograms": 1}} for step in steps
            )
        ),
    ),
)
ELSEWHERE = (
    Bug(
        "template notes:///{title}",
        "dies of a quote",
        "crash",
        [{"template": "notes:///{title}", "arguments": {"title": "'"}}],
    ),
    Bug(
        "prompt review_code",
        "dies of an empty argument",
        "crash",
        [{"prompt": "review_code", "arguments": {"language": "", "focus": ""}}],
    ),
    Bug(
        "completion prompt review_code#language",
        "gives more than a hundred values",
        "wire-schema",
        [{"completion": "prompt review_code#language", "arguments": {"value": ""}}],
    ),
    Bug(
        "completion template archive:///{year}#year",
        "gives no values",
        "wire-schema",
        [{"completion": "template archive:///{year}#year", "arguments": {"value": "0" * 21}}],
        lambda steps: len(arguments(steps)["value"]) == 21,
    ),
)
BUGS = (*CRASHING, *ACCEPTING, *ANSWERING, *LEAKING, *SILENT, *REMEMBERING, *ELSEWHERE)
