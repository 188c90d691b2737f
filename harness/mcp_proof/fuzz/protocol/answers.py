"""Whether what came back as JSON-RPC is a response, and one to something that was asked.

Looked at is what answers malformed messages (JSON-RPC 2.0, sections 4.1 and 5; basic, Responses and
Notifications). `malformed-answer` is about its shape and its id, `unanswered` about a request that
nothing answers while later ones are, `answered-notification` about an answer that nobody is due.
Tolerated are every error that names its request or could not read its id, the body of an HTTP
error, and silence after what is no request; of other dialects than MCP nothing is demanded that
JSON-RPC alone says, but by advice.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.protocol.case import ProtocolCase
from mcp_proof.fuzz.protocol.observation import Control, ProtocolObservation, Reply
from mcp_proof.fuzz.protocol.sent import NOTIFICATION, SentCase, read_case
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.wire import Kind, Message, as_list, as_object, id_key, is_integer, quote
from mcp_proof_contracts.wire import message as as_message

ANSWERING: Final = frozenset({"id", "result", "error"})
TOO_DEEP: Final = "nested deeper"
"""What we ourselves do not read is no fault of the peer."""


@dataclass(frozen=True, slots=True)
class _Response:
    """A response, and what it came in."""

    message: Message
    reply: Reply

    @property
    def is_refusal(self) -> bool:
        """Whether it is the body of an HTTP error, and names no request."""
        return _is_http_error(self.reply) and self.message.id is None


def judge_answers(
    case: ProtocolCase, observation: ProtocolObservation, spoken: Spoken
) -> Iterator[Complaint]:
    """Yield what is wrong with the JSON-RPC that came back."""
    sent = read_case(case, spoken)
    responses: list[_Response] = []
    for reply in observation.replies:
        for text in reply.messages:
            yield from _judge_text(case, text)
            responses += [_Response(m, reply) for m in _apart(text) if _is_meant(m, reply)]
    for response in responses:
        yield from _judge_shape(response.message)
    if sent.notifications:
        # What the other dialects say of themselves has nothing of notifications, only JSON-RPC has.
        level = Level.MUST if isinstance(spoken, Revision) else Level.ADVICE
        yield from _judge_notifications(sent, responses, level)
        return
    yield from _judge_ids(case, sent, responses)
    if observation.control is Control.ANSWERED and observation.ending is None:
        yield from _judge_silence(sent, observation, responses)


def _apart(text: Message) -> Sequence[Message]:
    """Take a batch apart."""
    if text.kind is not Kind.BATCH:
        return [text]
    return [as_message(value) for value in as_list(text.value)]


def _is_meant(message: Message, reply: Reply) -> bool:
    """Whether it is a response: the body of an HTTP error may be any JSON of the server's own."""
    members = message.members
    if "method" in members or ANSWERING.isdisjoint(members):
        return False
    return "jsonrpc" in members or not _is_http_error(reply)


def _is_http_error(reply: Reply) -> bool:
    return reply.status is not None and reply.status >= HTTPStatus.BAD_REQUEST


def _judge_text(case: ProtocolCase, text: Message) -> Iterator[Complaint]:
    """Over stdio nothing else goes to stdout, and what says that it is JSON is JSON."""
    if not text.fault or text.fault.startswith(TOO_DEEP) or not text.raw.strip():
        return
    where = "a line on stdout" if case.transport == "stdio" else "what comes back as JSON"
    yield _malformed(f"{where} is none: {text.fault}", "JSON-RPC, or nothing", text)


def _judge_shape(response: Message) -> Iterator[Complaint]:
    """JSON-RPC 2.0, section 5 and 5.1; basic, Responses."""
    if wrong := _wrong_shape(response):
        yield _malformed(f"the response is malformed: {wrong}", "a response of JSON-RPC", response)


def _wrong_shape(response: Message) -> str:
    members = response.members
    if members.get("jsonrpc") != "2.0":
        return '`jsonrpc` is not "2.0"'
    if ("result" in members) == ("error" in members):
        return "it has both a result and an error" if "result" in members else "it has neither"
    if "result" in members:
        return ""
    error = as_object(members["error"])
    if not is_integer(error.get("code")):
        return "`error.code` is no integer"
    return "" if isinstance(error.get("message"), str) else "`error.message` is no text"


def _judge_ids(
    case: ProtocolCase, sent: SentCase, responses: Sequence[_Response]
) -> Iterator[Complaint]:
    """An id is that of the request; null, or absent, where none could be read (section 5)."""
    raw = b"\n".join(step.raw for step in case.steps).replace(b"\0", b"")
    answers = [response.message for response in responses if response.message.id is not None]
    for answer in answers:
        if sent.safe and id_key(answer.id) not in sent.ids and _text(answer.id) not in raw:
            yield _malformed("an answer has an id that nobody sent", "null, or no id", answer)
    for key, times in Counter(id_key(answer.id) for answer in answers).items():
        if times > max(1, sent.ids[key], raw.count(key[1].encode())):
            again = [answer for answer in answers if id_key(answer.id) == key][-1]
            yield _malformed(f"one request is answered {times} times", "one response", again)


def _text(request_id: Json) -> bytes:
    return id_key(request_id)[1].encode(errors="replace")


def _judge_notifications(
    sent: SentCase, responses: Sequence[_Response], level: Level
) -> Iterator[Complaint]:
    """A notification is not answered (JSON-RPC 2.0, section 4.1; basic, Notifications).

    An HTTP error may have a body, which then has no id. A method that is no notification's, such
    as `tools/list`, without an id may be taken for a broken request: an error without id is
    tolerated for it, a result never.
    """
    certain = all(method.startswith(NOTIFICATION) for method in sent.notifications)
    for response in responses:
        lenient = (
            not certain and response.message.kind is Kind.ERROR and response.message.id is None
        )
        if not (response.is_refusal or lenient):
            yield Complaint(
                oracle="answered-notification",
                level=level,
                message=f"the notification {sent.notifications[0]} is answered",
                expected="no JSON-RPC response",
                actual=response.message.excerpt,
            )


def _judge_silence(
    sent: SentCase, observation: ProtocolObservation, responses: Sequence[_Response]
) -> Iterator[Complaint]:
    """A call is answered (JSON-RPC 2.0, section 5), if only by an HTTP error."""
    if any(_is_http_error(reply) or reply.broken or reply.waited for reply in observation.replies):
        return  # refused by HTTP, or judged there
    answered = {id_key(response.message.id) for response in responses}
    for request_id in sent.due:
        if id_key(request_id) in answered:
            continue
        nameless = [r.message for r in responses if r.message.id is None]
        if nameless:
            # basic, Responses: the id is left out only where it could not be read.
            yield _malformed(
                "the error that answers a good request does not name it",
                f"the id {quote(request_id)}",
                nameless[0],
            )
        elif not responses:
            yield _unanswered(request_id, "a request without any fault")
    for request_id in sent.expected:
        if not responses:
            yield _unanswered(request_id, "a request with wrong params")


def _unanswered(request_id: Json, what: str) -> Complaint:
    """Wrong by JSON-RPC alone is advice: some read it as MCP's own schema, which has no such."""
    return Complaint(
        oracle="unanswered",
        level=Level.MUST if what.endswith("fault") else Level.ADVICE,
        message=f"{what} is never answered, while later ones are",
        expected=f"a result or an error with the id {quote(request_id)}",
        actual="nothing",
    )


def _malformed(message: str, expected: str, shown: Message) -> Complaint:
    return Complaint(
        oracle="malformed-answer",
        level=Level.MUST,
        message=message,
        expected=expected,
        actual=shown.excerpt,
    )
