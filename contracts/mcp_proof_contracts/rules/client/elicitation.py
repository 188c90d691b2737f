"""Client features, Elicitation: what clients answer for their users."""

from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, scripted, watched
from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.replies import Reply, modes, replies
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.answered import error_expected, only_where_declared, well_formed
from mcp_proof_contracts.survival import survived
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object, encode, quote

PAGE: Final = "client/elicitation"
METHOD: Final = "elicitation/create"
COMPLETE: Final = "notifications/elicitation/complete"
SINCE: Final = Revision.R2025_06_18
MODES_SINCE: Final = Revision.R2025_11_25
LAST: Final = Revision.R2025_11_25
"""The last revision in which users are asked by requests."""
NOT_ASKED: Final = "the client's user was not asked, or did not answer"


@rule(
    "elicit-client-declares",
    "MUST",
    f"{PAGE}#capabilities",
    side="client",
    since=SINCE,
    otherwise=NOT_ASKED,
)
def declares(read: Reading) -> Observations:
    """A client whose user answers has declared `elicitation`.

    A server that keeps to what was declared never asks a client that hides what it can do. Looked
    at: accepted questions, beside what the client declared at `initialize`, in 2026-07-28 in the
    request that led to the question. One that declines by itself shows no support.
    """
    yield from only_where_declared(read, METHOD)


@rule(
    "elicit-result-members",
    "schema",
    f"{PAGE}#response-actions",
    side="client",
    since=SINCE,
    otherwise=NOT_ASKED,
)
def result_members(read: Reading) -> Observations:
    """The answer of a user has an `action`, and at most values that are flat as `content`.

    The action is accept, decline or cancel; a value a text, a number or a boolean, from 2025-11-25
    on also a list of texts. Looked at: the result by the revision's schema.
    """
    yield from well_formed(read, METHOD)


@rule(
    "elicit-client-content-matches",
    "SHOULD",
    f"{PAGE}#form-mode-security",
    side="client",
    since=SINCE,
    otherwise="no user of the client has submitted a form",
)
def content_matches(read: Reading) -> Observations:
    """A form is submitted only with content that fits the requested schema.

    Users mistype, and only the client can ask them again before the server has to refuse. Looked
    at: the content of accepted forms, also where a scenario has the user fill in what does not
    fit: a client that does not look passes it on. One without content counts as empty.
    """
    for reply in replies(read, METHOD):
        form = _form(reply)
        if form is None or not reply.accepted or reply.event is None:
            continue
        wrong = instance_problems(form, reply.result.get("content", {}))
        for problem in wrong[:1]:
            yield reply.finding(
                f"a form was submitted with what does not fit it: {problem}",
                "content that fits `requestedSchema`",
            )
        if not wrong:
            yield Kept(reply.event)


@rule(
    "elicit-client-content-only-form-accept",
    "implied",
    f"{PAGE}#response-actions",
    side="client",
    since=SINCE,
    otherwise="no user of the client has declined, or was sent to a URL",
)
def content_only_form_accept(read: Reading) -> Observations:
    """Only a form that is accepted has content.

    What a user has typed and then not submitted is the user's own, and what is entered behind a URL
    is not for the client. Looked at: answers that decline or cancel, and those to questions with a
    URL. An empty `content` tells nothing. The clause stands in the schema, at `content`.
    """
    for reply in replies(read, METHOD):
        is_url = reply.question.params.get("mode") == "url"
        away = reply.result.get("action") in ("decline", "cancel")
        if reply.event is None or not (away or (is_url and reply.accepted)):
            continue
        if reply.result.get("content"):
            yield reply.finding(
                f"the answer {quote(reply.result.get('action'))} "
                f"{'to a question with a URL ' if is_url else ''}has content",
                "no `content`",
            )
        elif "content" not in reply.result:
            yield Kept(reply.event)


@rule(
    "elicit-client-absent-mode-is-form",
    "MUST",
    f"{PAGE}#elicitation-requests",
    side="client",
    since=MODES_SINCE,
    otherwise="no client that takes forms was asked both with the mode form and without a mode",
)
def absent_mode_is_form(read: Reading) -> Observations:
    """A question without `mode` is taken for a form.

    Servers of earlier revisions name none. Looked at: forms without a mode, where the same client
    has accepted the same form with the mode named.
    """
    accepted = {
        encode(_form(reply))
        for reply in replies(read, METHOD)
        if reply.question.params.get("mode") == "form" and reply.accepted and _form(reply)
    }
    for reply in replies(read, METHOD):
        if "mode" in reply.question.params or encode(_form(reply)) not in accepted:
            continue
        left = reply.round is not None and reply.event is None and ended_by_itself(read)
        if reply.error is not None or left:
            yield reply.finding(
                "a form without `mode` was not taken", "what the form gets with `mode`"
            )
        elif reply.accepted and "content" not in reply.result:
            yield reply.finding("a form without `mode` was answered without content", "`content`")
        elif reply.event is not None:
            yield Kept(reply.event)


@rule(
    "elicit-client-undeclared-mode-32602",
    "MUST",
    f"{PAGE}#error-handling",
    side="client",
    since=MODES_SINCE,
    until=LAST,
    otherwise="no client was asked in a mode that it has not declared",
)
def undeclared_mode(read: Reading) -> Observations:
    """A question in a mode that the client has not declared is answered with -32602.

    A client that shows forms may have nothing to open a URL with, and must not leave the server in
    the belief that its user has been asked. Looked at: answers to questions in the other mode, of
    clients that declared `elicitation`; an empty capability stands for forms.
    """
    for reply in replies(read, METHOD):
        known = modes(reply.question)
        mode = reply.question.params.get("mode", "form")
        if not known or not reply.question.introduced or mode in known:
            continue
        if mode in ("form", "url"):
            found = error_expected(reply, INVALID_PARAMS, why="in a mode that is not declared")
            if found is not None:
                yield found


@rule(
    "elicit-client-defaults",
    "SHOULD",
    f"{PAGE}#requested-schema",
    side="client",
    since=MODES_SINCE,
    otherwise="no user submitted a form untouched to whose fields the client had given defaults",
)
def defaults(read: Reading) -> Observations:
    """A client that fills in defaults does so for every type of field.

    A form that is half filled in looks as if the rest had none. Looked at: forms that a scenario
    has the user submit as they are, and that came back with some of the defaults and nothing else.
    A client that fills in none may not support them, which it need not.
    """
    if scripted(read, "elicitation") != {"action": "accept", "content": {}}:
        return
    for reply in replies(read, METHOD):
        given = as_object(reply.result.get("content"))
        wanted = _defaults(_form(reply) or {})
        if not reply.accepted or not given or len(wanted) < len(given) or reply.event is None:
            continue
        if any(name not in wanted or wanted[name] != value for name, value in given.items()):
            continue  # somebody has touched it
        missing = [name for name in wanted if name not in given]
        if missing:
            yield reply.finding(
                f"{', '.join(map(quote, missing))} came without the default that was to be "
                "filled in",
                "all defaults, if any",
            )
        else:
            yield Kept(reply.event)


@rule(
    "elicit-client-no-prefetch",
    "MUST NOT",
    f"{PAGE}#safe-url-handling",
    side="client",
    since=MODES_SINCE,
    otherwise="no user declined to open a URL that is watched",
)
def no_prefetch(read: Reading) -> Observations:
    """A URL that the user is to open is not fetched without the user's consent.

    Whoever fetches it tells the server that somebody is there, and may use up what works once.
    Looked at: URLs of ours in questions that were declined, or refused by the client. After a
    consent nobody can tell by whom and when it was opened.
    """
    for reply in replies(read, METHOD):
        params = reply.question.params
        declined = reply.result.get("action") == "decline" or reply.error is not None
        if params.get("mode") != "url" or not declined or reply.event is None:
            continue
        fetched = _fetched(read, str(params.get("url")))
        if fetched:
            yield reply.finding(
                f"{params.get('url')} was fetched, and the user had not consented",
                "no request for it",
                *fetched[:3],
            )
        elif ended_by_itself(read) and _is_watched(read, str(params.get("url"))):
            yield Kept(reply.event)


@rule(
    "elicit-client-unknown-complete-ignored",
    "MUST",
    f"{PAGE}#completion-notifications-for-url-mode-elicitation",
    side="client",
    since=MODES_SINCE,
    until=LAST,
    otherwise="the client was told of the completion of nothing that it does not know",
)
def unknown_complete_ignored(read: Reading) -> Observations:
    """A completion of something unknown, or long complete, is ignored.

    The notification has no answer, and may be late or for somebody else. Looked at: completions
    with an id that no question of the session had, or that was told before, and whether the client
    goes on.
    """
    open_ids: set[tuple[str, bytes]] = set()
    asked = {
        (reply.question.said.event.session, encode(reply.question.params.get("elicitationId")))
        for reply in replies(read, METHOD)
        if "elicitationId" in reply.question.params
    }
    for exchange in read.exchanges(COMPLETE):
        sent = exchange.sent
        key = (sent.event.session, encode(sent.message.params.get("elicitationId")))
        if key in asked and key not in open_ids:
            open_ids.add(key)
            continue
        yield from survived(read, sent.event, "a completion of something unknown")


def _form(reply: Reply) -> JsonObject | None:
    """The form of a question; `None` if it has none that can be judged."""
    params = reply.question.params
    form = params.get("requestedSchema")
    if params.get("mode", "form") != "form" or not isinstance(form, dict):
        return None
    return form if schema_problem(form) is None else None


def _defaults(form: JsonObject) -> dict[str, Json]:
    fields = as_object(form.get("properties"))
    return {
        name: as_object(field)["default"]
        for name, field in fields.items()
        if "default" in as_object(field)
    }


def _fetched(read: Reading, url: str) -> list[Event]:
    """The requests for a URL of ours."""
    return [e for e in read.fetched() if f"{watched(read)}{e.data.get('path')}" == url]


def _is_watched(read: Reading, url: str) -> bool:
    ours = watched(read)
    return bool(ours) and url.startswith(f"{ours}/")
