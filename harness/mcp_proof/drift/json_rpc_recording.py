"""What a recording of JSON-RPC asked: MCP of either era, and the dialects that are JSON-RPC."""

from collections import Counter, defaultdict
from typing import Final

from mcp_proof.drift.answer import of_message
from mcp_proof.drift.answers_given import remember
from mcp_proof.drift.lists import with_whole_lists
from mcp_proof.drift.recorded import Recording, Request
from mcp_proof.drift.rounds import with_rounds_joined
from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.reading import NEGOTIATION
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.transcript import Event, Sender, Transcript
from mcp_proof_contracts.wire import PROGRESS, Kind, Message, as_list, as_object, id_key
from mcp_proof_contracts.wire import message as as_message

LOG: Final = "notifications/message"
HEARD: Final = (PROGRESS, LOG)
"""The notifications that belong to requests."""
EXPECTED: Final = ("sampling/createMessage", "elicitation/create")
"""What servers ask because of a request."""
NO_ANSWER: Final = "the recording has no answer to it"
CANCELLED: Final = "it was cancelled in the recording"
TASK: Final = "it begins a task, which the recording alone knows"


class JsonRpcRecording:
    """Reads a transcript, event by event."""

    def __init__(self, transcript: Transcript) -> None:
        self.recording = Recording(dialect=transcript.header.dialect)
        self._open: dict[tuple[str, tuple[str, str]], Request] = {}
        self._open_at: dict[tuple[str, str, tuple[str, str]], Request] = {}
        """The same by channel too: clients without sessions have the same ids over HTTP."""
        self._openings: dict[tuple[str, tuple[str, str]], str] = {}
        self._asked: dict[tuple[str, tuple[str, str]], Message] = {}
        self._running: dict[str, list[Request]] = defaultdict(list)
        """The requests of each session that have no answer yet."""
        self._tokens: dict[str, Request] = {}
        self._revisions: dict[str, Revision] = {}
        self._spoken: Counter[Revision] = Counter()
        for event in transcript.events:
            self._read(event)
        for request in self.recording.requests:
            if request.answer is None and not request.why_not:
                request.why_not = NO_ANSWER
        common = self._spoken.most_common(1)
        self.recording.revision = common[0][0] if common else None
        with_rounds_joined(self.recording)
        with_whole_lists(self.recording)

    def _read(self, event: Event) -> None:
        if event.message is None:
            return
        ordinary = event.probe in ("", NEGOTIATION)
        for message in _single(event.message):
            if event.sender is Sender.SERVER:
                self._from_server(event, message)
            elif ordinary or message.is_response:
                self._from_client(event, message)

    def _from_client(self, event: Event, message: Message) -> None:
        key = (event.session, id_key(message.id))
        if message.is_response and key in self._asked:
            asked = self._asked.pop(key)
            member = "result" if "result" in message.members else "error"
            remember(self.recording, asked.method, asked.params, member, message.members[member])
        elif message.method == "notifications/cancelled":
            number = (event.session, id_key(message.params.get("requestId")))
            if (cancelled := self._open.get(number)) is not None:
                cancelled.why_not = CANCELLED
        elif _is_good(message):
            self._add(event, message)

    def _add(self, event: Event, message: Message) -> None:
        key = (event.session, id_key(message.id))
        meta = as_object(message.params.get("_meta"))
        if message.method in OPENINGS:
            self._openings[key] = message.method
            declared = message.params.get("capabilities", meta.get(META_CAPABILITIES))
            if isinstance(declared, dict):
                self.recording.capabilities = declared
            return
        if event.probe:
            return  # what finds out what is spoken asks nothing else
        params = {name: value for name, value in message.params.items() if name != "_meta"}
        called = params.get("name") if message.method == "tools/call" else None
        request = Request(
            method=message.method,
            params=params,
            meta=meta,
            tools=(called,) if isinstance(called, str) else (),
            session=event.session,
            at=event.at,
            why_not=TASK if "task" in params else "",
        )
        version = published(meta.get(META_VERSION))
        if version is not None:
            self._revisions[event.session] = version
            self.recording.capabilities = as_object(meta.get(META_CAPABILITIES))
        self.recording.requests.append(request)
        self._open[key] = self._open_at[(event.session, event.channel, key[1])] = request
        self._running[event.session].append(request)
        if "progressToken" in meta:
            self._tokens[repr(meta["progressToken"])] = request

    def _from_server(self, event: Event, message: Message) -> None:
        key = (event.session, id_key(message.id))
        if message.is_response:
            self._answered(event, key, message)
        elif message.kind is Kind.REQUEST:
            self._asked[key] = message
            running = self._running[event.session]
            if message.method in EXPECTED and running:
                running[-1].asked.add(message.method)
        elif message.method == PROGRESS:
            if (request := self._tokens.get(repr(message.progress_token))) is not None:
                request.told.add(PROGRESS)
        elif message.method == LOG and (running := self._running[event.session]):
            running[-1].told.add(LOG)

    def _answered(self, event: Event, key: tuple[str, tuple[str, str]], message: Message) -> None:
        if (opening := self._openings.pop(key, None)) is not None:
            if message.kind is Kind.RESULT:
                self._introduced(event, opening, message)
            return
        request = self._open_at.pop((event.session, event.channel, key[1]), self._open.get(key))
        if request is None or request not in self._running[event.session]:
            return
        if self._open.get(key) is request:
            del self._open[key]
        self._running[event.session].remove(request)
        revision = self._revisions.get(event.session)
        if revision is not None:
            self._spoken[revision] += 1
        request.answer = of_message(message, revision)

    def _introduced(self, event: Event, opening: str, message: Message) -> None:
        result = message.result
        version = published(result.get("protocolVersion"))
        if version is not None:
            self._revisions[event.session] = version
        elif opening == "server/discover":
            self._revisions.setdefault(event.session, Revision.R2026_07_28)
        if "capabilities" in result or "serverInfo" in result:
            self.recording.introductions.append(result)


def _single(message: Message) -> list[Message]:
    if message.kind is Kind.BATCH:
        return [as_message(value) for value in as_list(message.value)]
    return [message]


def _is_good(message: Message) -> bool:
    params = message.members.get("params", {})
    return (
        message.kind is Kind.REQUEST
        and message.members.get("jsonrpc") == "2.0"
        and bool(message.method)
        and isinstance(params, dict)
    )
