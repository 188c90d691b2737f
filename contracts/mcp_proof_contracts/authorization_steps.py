"""The steps of a client towards a token, as a judge notes them: `EventKind.AUTHORIZATION`.

`data` has `step` (one of the constants below), `method`, `url` (without its query), `status`, and

- of a request to the protected endpoint: `message` (its method), `tool`, `session`, `scheme` and
  `token` of its `Authorization`, `token_in_query`, and the `challenge` that came back;
- of all others `parameters` (query, form or body) and `answer` (document or redirect). A token
  request's `parameters` tell besides how the client authenticates (`authentication`), and which
  challenge its verifier `verifies` by S256 or only `repeats`.

Secrets go by names, the same for the same secret: "token-1", "code-2", "client-1".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_list, as_object

SESSION: Final = "authorization"
"""The session of these events."""
GIVEN: Final = "given"
"""What the client was told of itself before it began: `parameters` with `redirect_uri`, and
`client_id`, `client_secret` or `client_metadata_url`."""
REQUEST: Final = "request"
RESOURCE_METADATA: Final = "resource-metadata"
SERVER_METADATA: Final = "server-metadata"
REGISTRATION: Final = "registration"
AUTHORIZATION: Final = "authorization"
TOKEN: Final = "token"  # noqa: S105  # the name of a step, no token
OTHER: Final = "other"
SERVED: Final = (REGISTRATION, AUTHORIZATION, TOKEN)
"""The steps that an authorization server serves besides its metadata."""
FLOW: Final = (RESOURCE_METADATA, SERVER_METADATA, *SERVED)
"""The steps that lead to a token."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    event: Event
    number: int
    """Its place among all steps."""

    @property
    def kind(self) -> str:
        """Which of the steps it is."""
        return self.text("step")

    @property
    def url(self) -> str:
        """What was asked for, without the query."""
        return self.text("url")

    @property
    def path(self) -> str:
        """The path of it."""
        return urlsplit(self.url).path

    @property
    def origin(self) -> str:
        """Scheme, host and port of it."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def issuer(self) -> str:
        """The authorization server whose endpoint it is: the URL without its last segment."""
        return self.url.rpartition("/")[0]

    @property
    def status(self) -> int:
        """The HTTP status that came back."""
        status = self.event.data.get("status")
        return status if isinstance(status, int) else 0

    @property
    def found(self) -> bool:
        """Whether it was answered with 200."""
        return self.status == HTTPStatus.OK

    @property
    def parameters(self) -> JsonObject:
        """What the client sent."""
        return as_object(self.event.data.get("parameters"))

    @property
    def answer(self) -> JsonObject:
        """What came back."""
        return as_object(self.event.data.get("answer"))

    @property
    def challenge(self) -> JsonObject:
        """What a refusal says, where it is one of a bearer token; {} otherwise."""
        challenge = as_object(self.event.data.get("challenge"))
        return challenge if challenge.get("scheme") == "bearer" else {}

    @property
    def token(self) -> str:
        """The name of the token that a request presents, in whatever scheme; "" for none."""
        return self.text("token")

    def text(self, name: str) -> str:
        """Return a member of the data."""
        return str(self.event.data.get(name) or "")

    def parameter(self, name: str) -> str:
        """Return a parameter; "" where there is none."""
        return str(self.parameters.get(name) or "")

    def scopes(self) -> list[str]:
        """Return the scopes that it asks for."""
        return self.parameter("scope").split()


def steps(read: Reading, *kinds: str) -> Sequence[Step]:
    """Return the steps of these kinds, or all, in order."""
    found = read.derived(_steps)
    return [step for step in found if step.kind in kinds] if kinds else found


def after(step: Step, others: Sequence[Step]) -> Iterator[Step]:
    """Yield those that come after a step."""
    return (other for other in others if other.number > step.number)


def before(step: Step, others: Sequence[Step]) -> Iterator[Step]:
    """Yield those that come before a step."""
    return (other for other in others if other.number < step.number)


def given(read: Reading) -> JsonObject:
    """Return what the client was told of itself."""
    found = steps(read, GIVEN)
    return found[0].parameters if found else {}


def servers_in(metadata: Step) -> list[str]:
    """Return the authorization servers that resource metadata name."""
    return [str(each) for each in as_list(metadata.answer.get("authorization_servers"))]


def metadata_of(read: Reading, step: Step) -> Step | None:
    """Return the server metadata by which an endpoint was found: the last that names it."""
    name = f"{step.kind}_endpoint"
    earlier = before(step, [each for each in steps(read, SERVER_METADATA) if each.found])
    return next((e for e in reversed(list(earlier)) if e.answer.get(name) == step.url), None)


def authorization_of(read: Reading, redemption: Step) -> Step | None:
    """Return the authorization request whose code a token request redeems."""
    code = redemption.parameter("code")
    asked = before(redemption, steps(read, AUTHORIZATION))
    return next((each for each in asked if code and each.answer.get("code") == code), None)


def redemptions(read: Reading) -> list[Step]:
    """Return the token requests that redeem a code."""
    tokens = steps(read, TOKEN)
    return [step for step in tokens if step.parameter("grant_type") == "authorization_code"]


def refused(step: Step) -> bool:
    """Whether a request was refused for want of a token, or of a valid one."""
    return step.kind == REQUEST and step.status == HTTPStatus.UNAUTHORIZED


def _steps(read: Reading) -> list[Step]:
    events = read.events(EventKind.AUTHORIZATION)
    return [Step(event, number) for number, event in enumerate(events)]
