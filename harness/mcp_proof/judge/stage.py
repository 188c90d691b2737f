"""The stage of a scenario: the mock's contract, what it does besides, and the client's wishes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from mcp_proof.judge.delivering import Delivery
from mcp_proof.judge.saying import Saying, Together
from mcp_proof.judge.staged_endpoint import Before, Cut, Take, respond_whole
from mcp_proof.judge.standing_in import Process
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.dialect import DIALECTS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import TransportName
from mcp_proof_mocks.active_faults import ActiveFault, edited
from mcp_proof_mocks.fault import Fault, HttpEdit, OutputEdit, ReplyEdit
from mcp_proof_mocks.fault_choice import choose
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.protocol import Application
from mcp_proof_mocks.message_fault import Answering
from mcp_proof_mocks.server import MockServer

Play: TypeAlias = "Callable[[MockServer], Awaitable[None]]"
"""What happens by itself, beside the requests: started with the client, cancelled at the end."""

Tell: TypeAlias = "Callable[[Stage], JsonObject]"
"""Makes further members of the file of wishes, once all URLs are known."""

NAME: Final = "scenario"
"""The name of the twists of a stage among a mock's faults."""
USER: Final[JsonObject] = {
    "elicitation": {"action": "accept", "content": {"name": "Ada"}},
    "sampling": {
        "role": "assistant",
        "content": {"type": "text", "text": "Something."},
        "model": "scripted",
        "stopReason": "endTurn",
    },
    "roots": [{"uri": "file:///project", "name": "project"}],
}
"""What the client's user, model and roots are, where a scenario says nothing else."""


def no_stages() -> "dict[str, Stage]":
    """Return what is beside a mock that stands alone."""
    return {}


@dataclass(slots=True, kw_only=True)
class Stage:
    """What a scenario sets."""

    revision: Revision
    transport: TransportName
    parameters: JsonObject = field(default_factory=dict[str, Json])
    """What the user's contract file says of the client: its section `judge`."""
    document: dict[str, Json] = field(default_factory=dict[str, Json])
    """The mock's contract; to be filled, or changed."""
    wishes: list[JsonObject] = field(default_factory=list[JsonObject])
    """What the client is asked to do, in this order."""
    user: dict[str, Json] = field(default_factory=lambda: dict(USER))
    """What its user answers, and its model, and what its roots are."""
    declares: list[str] = field(default_factory=lambda: ["elicitation", "sampling", "roots"])
    """The capabilities that the client is asked to declare."""
    authorization: dict[str, Json] = field(default_factory=dict[str, Json])
    """What the client knows of itself where it has to be authorized: `redirect_uri`, `client_id`
    and `client_secret`, or `client_metadata_url`."""
    seconds: float = 0.0
    """How long the mock keeps quiet at most: so much more patience the client gets."""
    twists: list[ActiveFault] = field(default_factory=list[ActiveFault])
    before: list[Before] = field(default_factory=list[Before])
    cuts: list[Cut] = field(default_factory=list[Cut])
    beside: "dict[str, Stage]" = field(default_factory=no_stages)
    """Other servers, by name: the client gets their URLs as `servers`."""
    down: bool = False
    """Whether nobody listens at its URL."""
    counts_connections: bool = False
    """Whether TCP connections are noted when they begin and end."""
    tells: list[Tell] = field(default_factory=list[Tell])
    """What the client is told besides, in the file of its wishes."""
    plays: list[Play] = field(default_factory=list[Play])
    deliveries: list[tuple[int, Sequence[Delivery]]] = field(
        default_factory=list[tuple[int, Sequence[Delivery]]]
    )
    """Webhooks for the client, by the port on which it listens."""
    processes: list[Process] = field(default_factory=list[Process])
    canaries: list[str] = field(default_factory=list[str])
    """Names of URLs that nobody should fetch, or whose fetching is looked at."""
    canary_answers: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    """What those answer by their names, where it is more than {}."""
    url: str = ""
    """Where the mock is, once it is there; twists may ask for it then."""
    canary_url: str = ""
    """Where the canaries are, with no slash at the end: the URL of one is `canary_url/NAME`."""

    # What the client is asked to do

    def wish(self, do: str, **details: Json) -> None:
        """Ask the client for something: `wish("call", tool="echo", arguments={...})`."""
        self.wishes.append({"do": do, **details})

    def tell(self, tell: Tell) -> None:
        """Tell the client more than its wishes."""
        self.tells.append(tell)

    # What was agreed on

    def terms(self, promise: str) -> Terms:
        """Return what the user's contract file says of a promise, or else what it means."""
        return Terms(promise, self.parameters)

    # Other servers

    def also(self, name: str, document: JsonObject | None = None, *, down: bool = False) -> "Stage":
        """Put another server beside the mock; what it does is set on the stage that this gives."""
        assert "/" not in name, name
        assert name not in DIALECTS, name
        other = Stage(revision=self.revision, transport="http", down=down)
        other.document |= {"revisions": self.document.get("revisions", [self.revision])}
        if "dialect" in self.document:
            other.document["dialect"] = self.document["dialect"]
        other.document |= document or {}
        self.beside[name] = other
        return other

    # What the mock does besides

    def tools(self, *tools: JsonObject) -> None:
        """Offer these tools and no others."""
        self.document["tools"] = list(tools)

    def reply(self, edit: ReplyEdit) -> None:
        """Change replies: the edit takes request and reply, returns one message or a list."""
        self._twist(Fault(name=NAME, suspends=frozenset(), reply=edit))

    def say(self, tool: str, *groups: Together) -> None:
        """Have the mock say these messages as they are when the tool is called, then answer it.

        Each group is said at once, and its answers are waited for.
        """

        async def prepare(server: MockServer) -> None:
            server.tools[tool].script = Saying(groups)

        self.plays.append(prepare)

    def delay(self, replies: Callable[[Answering], Awaitable[list[Json]]]) -> None:
        """Change replies when the time has come: a coroutine returns what is sent."""
        fault = Fault(name=NAME, suspends=frozenset())
        self.twists.append(ActiveFault(text=NAME, fault=fault, replies=replies))

    def http(self, edit: HttpEdit) -> None:
        """Change HTTP responses: status and headers, and the body where no stream follows."""
        self._twist(Fault(name=NAME, suspends=frozenset(), http=edit))

    def output(self, edit: OutputEdit) -> None:
        """Change the bytes of each message as they are written: a line, a body, an SSE event."""
        self._twist(Fault(name=NAME, suspends=frozenset(), output=edit))

    def suspend(self, *duties: str) -> None:
        """Let the mock break rules, by the code that keeps them."""
        self._twist(Fault(name=NAME, suspends=frozenset(duties)))

    def fault(self, text: str) -> None:
        """Choose a fault of the mock's catalogue: `NAME[:key=value,…]`."""
        self.twists.append(choose(text))

    def intercept(self, before: Before) -> None:
        """Take HTTP requests before the mock does; what is answered is recorded."""
        self.before.append(before)

    def cut(self, cut: Cut) -> None:
        """Write each server-sent event in pieces; it is recorded as one."""
        self.cuts.append(cut)

    def take(self, take: Take) -> None:
        """Answer HTTP requests in place of the mock, or cut their connections: as recorded."""

        async def before(
            request: HttpRequest, responder: Responder, application: Application
        ) -> None:
            answer = await take(request)
            if answer is None:
                await application(request, responder)
            elif isinstance(answer, HttpResponse):
                respond_whole(responder, answer)
            else:
                responder.abort()

        self.intercept(before)

    def deliver(self, port: int, deliveries: Sequence[Delivery]) -> None:
        """Send the client webhooks, once it listens on this port, and note what it answers."""
        self.deliveries.append((port, deliveries))

    def play(self, play: Play) -> None:
        """Have something happen by itself."""
        self.plays.append(play)

    def process(self, process: Process) -> None:
        """Over stdio, have each process that the client starts do something by itself."""
        self.processes.append(process)

    def canary(self, name: str) -> None:
        """Listen for requests to `canary_url/NAME`: each is noted, labelled with the name."""
        self.canaries.append(name)

    def _twist(self, fault: Fault) -> None:
        replies = edited(fault.reply) if fault.reply is not None else None
        self.twists.append(ActiveFault(text=NAME, fault=fault, replies=replies))
