"""Elicitation, URL Mode: the URLs users are sent to, and what is said of them afterwards."""

import ipaddress
import re
from collections import defaultdict
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.error_codes import URL_ELICITATION_REQUIRED
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.elicitation.requests import METHOD, MODES_SINCE, PAGE
from mcp_proof_contracts.schema import is_valid, problems
from mcp_proof_contracts.wire import Kind, as_list, as_object, quote

ONLY: Final = Revision.R2025_11_25
"""The revision that has notifications of completion, and an error that asks for elicitation."""
NO_URL: Final = needs("elicitation_url")
COMPLETE: Final = "notifications/elicitation/complete"
NEAR: Final = (
    "localhost",
    "local",
    "test",
    "internal",
    "lan",
    "home",
    "arpa",
    "example",
    "invalid",
)
"""The last label of names that are found on no public network."""
NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


@rule(
    "elicit-url-valid",
    "MUST",
    f"{PAGE}#url-mode-elicitation-requests",
    since=MODES_SINCE,
    otherwise=NO_URL,
)
def elicit_url_valid(read: Reading) -> Observations:
    """The URL of a question is valid.

    A client has to show the user where it leads before it opens it. Looked at: `url` as an
    absolute URI, in http and https with a host. Letters beyond ASCII are let pass.
    """
    for question, url in read.derived(_urls):
        if _is_url(url):
            yield Kept(question.said.event)
        else:
            yield Finding(
                message="a user is sent to what is no URL",
                expected="an absolute URL",
                actual=quote(url),
                events=question.evidence,
            )


@rule(
    "elicit-url-https",
    "SHOULD",
    f"{PAGE}#safe-url-handling",
    since=MODES_SINCE,
    otherwise=NO_URL,
)
def elicit_url_https(read: Reading) -> Observations:
    """Users are sent to HTTPS URLs, except in development.

    They are sent there to type what nobody else may read. Looked at: URLs with http or https;
    http to this machine, a private network or a name without a public domain counts as
    development.
    """
    for question, url in read.derived(_urls):
        if not _is_url(url):
            continue
        parts = urlsplit(url)
        if parts.scheme == "https":
            yield Kept(question.said.event)
        elif parts.scheme == "http" and _is_public(parts.hostname or ""):
            yield Finding(
                message="a user is sent to a URL without TLS",
                expected="https",
                actual=quote(url),
                events=question.evidence,
            )


@rule(
    "elicit-complete-notification",
    "MUST",
    f"{PAGE}#completion-notifications-for-url-mode-elicitation",
    since=ONLY,
    until=ONLY,
    otherwise="no completion was told: " + NO_URL,
)
def elicit_complete_notification(read: Reading) -> Observations:
    """A notification of completion has the `elicitationId` of a question to the same client.

    The client finds by it what it can go on with. Looked at: the id in the notification, and
    whether a question or a -32042 error on the same connection had it, before or after: over HTTP
    they come on different streams.
    """
    known = read.derived(_elicitation_ids)
    begun = {each.sent.event.session for each in read.exchanges("initialize")}
    for said in read.notifications(COMPLETE):
        if said.event.session not in begun:
            continue
        given = said.message.params.get("elicitationId")
        if isinstance(given, str) and given in known[said.event.session]:
            yield Kept(said.event)
            continue
        elsewhere = isinstance(given, str) and any(given in ids for ids in known.values())
        where = "to another client" if elsewhere else "of no question"
        yield Finding(
            message=f"a completion was told {where}",
            expected="the `elicitationId` of a question to this client",
            actual=said.message.excerpt,
            events=(said.event,),
        )


@rule(
    "elicit-32042-shape",
    "MUST",
    f"{PAGE}#url-elicitation-required-error",
    since=ONLY,
    until=ONLY,
    otherwise=needs("url_required"),
)
def elicit_32042_shape(read: Reading) -> Observations:
    """Error -32042 lists the elicitations that it takes, each with its URL and `elicitationId`.

    The client has nothing else to show the user. Looked at: `data.elicitations` by the revision's
    schema, and that it has any.
    """
    for said in read.messages(Kind.ERROR):
        if said.message.error_code != URL_ELICITATION_REQUIRED:
            continue
        error = said.message.error
        wrong = [str(p) for p in problems(read.revision, "UrlElicitationRequired", error)]
        if not wrong and not as_list(as_object(error.get("data")).get("elicitations")):
            wrong = ["lists no elicitation"]
        exchange = read.exchange_of(said.event)
        for problem in wrong:
            yield Finding(
                message=f"error {URL_ELICITATION_REQUIRED} is ill-formed: {problem}",
                expected="`data.elicitations` with mode, message, url and elicitationId",
                actual=quote(error),
                events=exchange.evidence if exchange is not None else (said.event,),
            )
        if not wrong:
            yield Kept(said.event)


def _urls(read: Reading) -> list[tuple[Question, str]]:
    return [
        (question, url)
        for question in questions(read, METHOD)
        if question.params.get("mode") == "url"
        and isinstance(url := question.params.get("url"), str)
    ]


def _elicitation_ids(read: Reading) -> dict[str, set[Json]]:
    """The ids of elicitations by the session in which they were established."""
    found: dict[str, set[Json]] = defaultdict(set)
    for question in questions(read, METHOD):
        if isinstance(given := question.params.get("elicitationId"), str):
            found[question.said.event.session].add(given)
    for said in read.messages(Kind.ERROR):
        if said.message.error_code == URL_ELICITATION_REQUIRED:
            listed = as_object(said.message.error.get("data")).get("elicitations")
            ids = [as_object(each).get("elicitationId") for each in as_list(listed)]
            found[said.event.session].update(each for each in ids if isinstance(each, str))
    return found


def _is_url(url: str) -> bool:
    plain = NOT_ASCII.sub("a", url)
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    hosted = parts.scheme not in ("http", "https") or bool(parts.hostname)
    params = {"mode": "url", "message": "", "url": plain, "elicitationId": ""}
    return hosted and is_valid(Revision.R2025_11_25, "UrlElicitParams", params)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.rstrip(".").split(".")
        return len(labels) > 1 and labels[-1] not in NEAR
