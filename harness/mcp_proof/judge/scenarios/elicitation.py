"""The mock asks the client's user: by forms, and by URLs."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.asking import asker, asks, form
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision

SINCE: Final = Revision.R2025_06_18
MODES_SINCE: Final = Revision.R2025_11_25
BY_URL: Final = ("elicitation", "elicitation.form", "elicitation.url")
HERE: Final = "https://canary.invalid"
"""Stands for our own URL until it is known."""
ACCOUNT: Final = "elicitation-url"
"""The canary behind the URL that the user is to open."""
DECLINES: Final[JsonObject] = {"action": "decline"}
DEFAULTS: Final[JsonObject] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "Ada Lovelace"},
        "guests": {"type": "integer", "default": 3},
        "share": {"type": "number", "default": 0.5},
        "colour": {"type": "string", "enum": ["red", "green", "blue"], "default": "green"},
        "vegetarian": {"type": "boolean", "default": True},
    },
}


def _url(stage: Stage, url: str) -> JsonObject:
    """Return the question that sends the user to a URL."""
    stateful = stage.revision <= LATEST_STATEFUL
    named: dict[str, Json] = {"elicitationId": "account-1"} if stateful else {}
    params: JsonObject = {"mode": "url", "message": "Please open an account.", "url": url, **named}
    return {"method": "elicitation/create", "params": params}


@scenario(
    "elicitation",
    "elicit-client-declares",
    "elicit-result-members",
    "elicit-client-content-matches",
    since=SINCE,
)
def asked(stage: Stage) -> None:
    """A tool asks the client's user for a name."""
    asks(stage, form())


@scenario("elicitation-undeclared", "elicit-client-declares", since=SINCE)
def undeclared(stage: Stage) -> None:
    """A tool asks the user of a client that has not declared that it has one."""
    stage.declares = ["roots"]
    stage.suspend("elicit-server-only-if-declared")
    asks(stage, form())


@scenario("elicitation-mistyped", "elicit-client-content-matches", since=SINCE)
def mistyped(stage: Stage) -> None:
    """The client's user fills in a form with what does not fit it."""
    stage.user["elicitation"] = {"action": "accept", "content": {"name": 7}}
    stage.suspend("elicit-server-validates-content")
    asks(stage, form())


@scenario("elicitation-declined", "elicit-client-content-only-form-accept", since=SINCE)
def declined(stage: Stage) -> None:
    """The client's user declines to fill in a form."""
    stage.user["elicitation"] = DECLINES
    asks(stage, form())


@scenario("elicitation-without-mode", "elicit-client-absent-mode-is-form", since=MODES_SINCE)
def without_mode(stage: Stage) -> None:
    """A tool asks by a form that says so, and another by the same form that does not."""
    asks(stage, form(mode="form"), form())


@scenario(
    "elicitation-undeclared-url",
    "elicit-client-undeclared-mode-32602",
    since=MODES_SINCE,
    until=LATEST_STATEFUL,
)
def undeclared_url(stage: Stage) -> None:
    """A tool sends the user to a URL, though the client has declared forms alone."""
    stage.declares = ["elicitation", "elicitation.form"]
    stage.user["elicitation"] = DECLINES
    stage.suspend("elicit-server-mode-declared")
    asks(stage, _url(stage, "https://example.com/account"))


@scenario("elicitation-defaults", "elicit-client-defaults", since=MODES_SINCE)
def defaults(stage: Stage) -> None:
    """The client's user submits a form as it is, which has a default for every kind of value."""
    stage.user["elicitation"] = {"action": "accept", "content": {}}
    asks(stage, form(DEFAULTS, mode="form"))


@scenario(
    "elicitation-url-declined",
    "elicit-client-no-prefetch",
    "elicit-client-content-only-form-accept",
    since=MODES_SINCE,
)
def url_declined(stage: Stage) -> None:
    """The client's user declines to open a URL, which is watched."""
    stage.declares = [*BY_URL]
    stage.user["elicitation"] = DECLINES
    stage.canary(ACCOUNT)
    stage.output(lambda data: data.replace(HERE.encode(), stage.canary_url.encode()))
    asks(stage, _url(stage, f"{HERE}/{ACCOUNT}"))


@scenario(
    "elicitation-unknown-completion",
    "elicit-client-unknown-complete-ignored",
    since=MODES_SINCE,
    until=LATEST_STATEFUL,
)
def unknown_completion(stage: Stage) -> None:
    """While a tool runs, the client is told that something is complete which it does not know."""
    stage.declares = [*BY_URL]
    complete: JsonObject = {
        "method": "notifications/elicitation/complete",
        "params": {"elicitationId": "nobody-asked"},
    }
    stage.tools(asker("complete", {"notify": complete}))
    stage.wish("call", tool="complete", arguments={})
