"""Deliveries with signatures of all kinds."""

from datetime import UTC, datetime

from mcp_proof.judge.delivering import Delivery, free_port
from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP
from mcp_proof_contracts.webhook import SIGNATURE, executed, webhook_signature
from mcp_proof_contracts.wire import encode

SECRET = "scenario-secret"  # noqa: S105  # it protects nothing


@scenario(
    "webhooks-signed-and-not",
    "client-webhook-good-taken",
    "client-webhook-bad-refused",
    promise="webhooks",
    transports=HTTP,
)
def signed_and_not(stage: Stage) -> None:
    """The client listens for webhooks; of four deliveries the first is signed with its secret."""
    now = datetime.now(UTC)
    body, other = (encode(executed("search", {"query": q}, "found", now)) for q in ("a", "b"))
    deliveries = [
        Delivery("good", "a good signature", body, {SIGNATURE: webhook_signature(body, SECRET)}),
        Delivery("missing", "no signature", body, {}),
        Delivery(
            "altered",
            "another body's signature",
            other,
            {SIGNATURE: webhook_signature(body, SECRET)},
        ),
        Delivery("forged", "another secret", other, {SIGNATURE: webhook_signature(other, "guess")}),
    ]
    port = free_port()
    stage.deliver(port, deliveries)
    stage.wish("receive-webhooks", port=port, path="/", secret=SECRET, deliveries=len(deliveries))
