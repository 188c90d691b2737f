"""2025-03-26 basic, Batching: arrays of messages, which only this revision has."""

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.jsonrpc import asked
from mcp_proof_contracts.rules.jsonrpc.requests import survived
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import Kind, as_list, as_object


@rule(
    "jsonrpc-batch-receive",
    "MUST",
    "basic#batching",
    since=Revision.R2025_03_26,
    until=Revision.R2025_03_26,
    side="both",
    probes=("batch",),
    otherwise="no batch was sent",
)
def batch_receive(read: Reading) -> Observations:
    """Every request of a batch is answered.

    Sending batches is optional, receiving them is not. Looked at: an array of two requests and a
    notification. The answers may come in one array or one by one, in any order. Of a client, any
    array with requests that need nobody's answer: a finding where it refuses one, or goes on and
    has not answered after two seconds.
    """
    if read.peer is Sender.CLIENT:
        yield from _taken_apart(read)
        return
    for exchange in read.stimuli("batch"):
        if exchange.sent.message.kind is not Kind.REQUEST:
            continue
        if exchange.answer is not None and exchange.answer.message.kind is Kind.RESULT:
            yield Kept(exchange.answer.event)
        elif exchange.reply is not None or exchange.status or exchange.silence is not None:
            yield Finding.about(
                exchange,
                message="a request in a batch was not answered with its result",
                expected="a result for each request of the batch",
            )


@rule(
    "jsonrpc-batch-post-rejected",
    "implied",
    "streamable-http#sending-messages",
    since=Revision.R2025_06_18,
    probes=("array-refused",),
    otherwise="no array was sent",
)
def batch_post_rejected(read: Reading) -> Observations:
    """An array of messages is refused as a whole: batches are no part of this revision.

    Who processes it anyway keeps code that no client may use, and whose limits nobody tests.
    Looked at: an array that holds one good request. Expected is an HTTP 4xx or one error; over
    stdio silence will do while the next request is answered.
    """
    for exchange in read.stimuli("array-refused"):
        own = exchange.answers if exchange.http is None else [*exchange.answers, *exchange.strays]
        processed = any(said.message.kind is Kind.RESULT for said in own)
        ignored = exchange.http is None and exchange.reply is None and survived(read, exchange)
        if not processed and (exchange.refused or ignored):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="an array is processed as a batch"
                if processed
                else "an array is not refused",
                expected="HTTP 4xx, or one error",
            )


@rule(
    "jsonrpc-batch-no-initialize",
    "MUST NOT",
    "lifecycle#initialization",
    since=Revision.R2025_03_26,
    until=Revision.R2025_03_26,
    side="both",
    probes=("batch-initialize",),
    otherwise="nobody sent `initialize`",
)
def batch_no_initialize(read: Reading) -> Observations:
    """`initialize` is no part of a batch.

    Nothing else is possible before it has been answered, and older peers know no batches. Looked
    at: how a client sends it; and whether a server opens a session for an array of `initialize`
    and `ping`, which must not exist.
    """
    if read.peer is Sender.CLIENT:
        yield from _sent_in_batch(read)
        return
    for exchange in read.stimuli("batch-initialize"):
        if exchange.sent.message.method != "initialize":
            continue
        if exchange.served:
            yield Finding.about(
                exchange, message="`initialize` in a batch opens a session", expected="a refusal"
            )
        elif exchange.refused or survived(read, exchange):
            yield Kept(exchange.sent.event)


def _taken_apart(read: Reading) -> Observations:
    for exchange in read.exchanges():
        sent = exchange.sent
        batched = sent.event.message is not None and sent.event.message.kind is Kind.BATCH
        if not batched or sent.message.kind is not Kind.REQUEST or sent.message.method != "ping":
            continue
        if exchange.served:
            yield Kept(sent.event)
        elif exchange.answer is not None or asked.left_alone(read, exchange):
            yield Finding(
                message="a request in a batch was not answered with its result",
                expected="a result for each request of the batch",
                actual=exchange.outcome,
                events=exchange.evidence,
            )


def _sent_in_batch(read: Reading) -> Observations:
    for event in read.frames():
        assert event.message is not None
        items = as_list(event.message.value)
        if event.message.method == "initialize":
            yield Kept(event)
        elif any(as_object(item).get("method") == "initialize" for item in items):
            yield Finding(
                message="`initialize` was sent in a batch",
                expected="a message of its own",
                actual=event.message.excerpt,
                events=(event,),
            )
