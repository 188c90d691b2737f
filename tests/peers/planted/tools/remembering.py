"""Tools whose outcome depends on what was called before."""

import hashlib

from offering import ToolError, die, failed, planted, takes, tool

DRAFT = {"draft": {"type": "string"}}
OK = takes({"done": {"type": "boolean"}})
PAGES = 3
ORDERS = takes(
    {"orders": {"type": "array", "items": {"type": "integer"}}, "next_cursor": {"type": "string"}},
    "next_cursor",
)
PREVIEWS = ["search", "dark mode", "labs"]


@tool("Open a draft that lasts as long as the session.", takes({}), takes(DRAFT))
def open_draft(_given, session):
    name = opaque("draft", len(session.drafts))
    session.drafts[name] = "open"
    return {"draft": name}


@tool("Pin a draft, so that it is listed first.", takes(DRAFT), OK)
def pin_draft(given, session):
    of_open_draft(given, session)
    session.drafts[given["draft"]] = "pinned"
    return {"done": True}


@tool("Close a draft.", takes(DRAFT), OK)
def close_draft(given, session):
    of_open_draft(given, session)
    session.drafts[given["draft"]] = "closed"
    return {"done": True}


@planted("close_draft")
def dies_of_a_pinned_draft(given, session):
    if session.drafts.get(given["draft"]) == "pinned":
        die()


@tool(
    "List orders, a page at a time.",
    takes({"cursor": {"type": "string", "description": "From a page before."}}, "cursor"),
    ORDERS,
)
def list_orders(given, session):
    page = session.cursors.get(given["cursor"]) if "cursor" in given else 0
    if page is None:
        raise ToolError("no page was given out with this cursor")
    answer = {"orders": [page * 2 + 1, page * 2 + 2]}
    if page + 1 < PAGES:
        answer["next_cursor"] = opaque("page", page + 1)
        session.cursors[answer["next_cursor"]] = page + 1
    return answer


@planted("list_orders")
def dies_of_the_last_page(given, session):
    if session.cursors.get(given.get("cursor")) == PAGES - 1:
        die()


@tool(
    "Preview a feature before it is released.",
    takes({"feature": {"type": "string", "enum": PREVIEWS}}),
)
def preview_feature(given, _):
    return f"{given['feature']} looks good"


@planted("preview_feature")
def changes_the_list_of_tools(given, session):
    if given["feature"] == "labs":
        session.hidden ^= {"count_words"}


@tool(
    "Quote what it costs to ship a parcel.",
    takes({"kilograms": {"type": "integer", "minimum": 1, "maximum": 30}}),
    idempotentHint=True,
)
def quote_shipping(given, _):
    return f"{int(given['kilograms']) * 2 + 3} EUR"


@planted("quote_shipping")
def refuses_every_repetition(given, session):
    repeated = session.quoted == given["kilograms"]
    session.quoted = None if repeated else given["kilograms"]
    return failed("this quote was already given") if repeated else None


def of_open_draft(given, session):
    """Refuse a draft that is not open."""
    if session.drafts.get(given["draft"], "closed") == "closed":
        raise ToolError("no such draft is open")


def opaque(kind, number):
    """Return a name that cannot be guessed, and is the same in every run."""
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()[:12]
