"""Overview, `icons`: how clients fetch them."""

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.members import icons
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_list, as_object

PAGE: Final = "basic#icons"
SINCE: Final = Revision.R2025_11_25
CREDENTIALS: Final = ("authorization", "cookie", "proxy-authorization")
FETCHABLE: Final = ("http", "https")


class Fetch(NamedTuple):
    """A request for an icon, or what a redirect from one led to."""

    request: Event
    icon: SplitResult | None
    """The URI whose host and path it asks for; `None` where a redirect led there."""
    listed: Event


@rule(
    "sec-icon-scheme-client",
    "MUST",
    PAGE,
    side="client",
    since=SINCE,
    otherwise="the client fetched no icon",
)
def scheme(read: Reading) -> Observations:
    """No icon is fetched by an unsafe scheme, nor by way of a redirect to another origin.

    A server could make its clients open whatever they can reach. Looked at: icons with `ws:`, and
    one that redirects to another host, beside one with `http:`, which the page names among the
    possible ones; of a client that fetches icons at all. What `javascript:` or `file:` lead to is
    seen by nobody but the client.
    """
    fetches = list(_fetches(read))
    for fetch in fetches:
        if fetch.icon is None:
            yield _finding(fetch, "a redirect to another origin was followed for an icon")
        elif fetch.icon.scheme not in FETCHABLE:
            yield _finding(fetch, f"an icon was fetched by the scheme {fetch.icon.scheme!r}")
        elif ended_by_itself(read):
            yield Kept(fetch.request)


@rule(
    "sec-icon-fetch-no-credentials",
    "MUST",
    PAGE,
    side="client",
    since=SINCE,
    otherwise="the client fetched no icon",
)
def fetch_no_credentials(read: Reading) -> Observations:
    """Icons are fetched without cookies, `Authorization` or other credentials.

    Whoever names the icon's URI would get what belongs to another host. Looked at: the headers of
    every request for an icon, where the server has set cookies.
    """
    for fetch in _fetches(read):
        headers = as_object(fetch.request.data.get("headers"))
        sent = [name for name in CREDENTIALS if name in headers]
        if sent:
            yield _finding(fetch, f"an icon was fetched with the header {sent[0]}")
        else:
            yield Kept(fetch.request)


def _finding(fetch: Fetch, message: str) -> Finding:
    data = fetch.request.data
    return Finding(
        message=message,
        expected="no request, or one without credentials to the icon's own origin",
        actual=f"{data.get('method')} {data.get('path')} at {_host(fetch.request)}",
        events=(fetch.listed, fetch.request),
    )


def _fetches(read: Reading) -> Iterator[Fetch]:
    """Yield the requests that our canaries saw for icons."""
    listed = list(_listed(read))
    names = {icon.path.strip("/").partition("/")[0] for icon, _ in listed}
    for request in read.events(EventKind.HTTP_REQUEST):
        path = str(request.data.get("path")).partition("?")[0]
        if not request.fetched_for("") or path.strip("/").partition("/")[0] not in names:
            continue
        own = [each for each in listed if each[0].path == path]
        here = [each for each in own if each[0].netloc == _host(request)]
        if here:
            yield Fetch(request, *here[0])
        elif listed and all(icon.netloc != _host(request) for icon, _ in listed):
            yield Fetch(request, None, listed[0][1])


def _listed(read: Reading) -> Iterator[tuple[SplitResult, Event]]:
    """Yield the URIs of the icons that the client was given."""
    for said in read.counterpart.messages():
        for _, value in icons(said.message, read.revision):
            for icon in as_list(value):
                src = as_object(icon).get("src")
                if isinstance(src, str) and not src.startswith("data:"):
                    try:
                        yield urlsplit(src), said.event
                    except ValueError:
                        continue


def _host(request: Event) -> str:
    return str(as_object(request.data.get("headers")).get("host", ""))
