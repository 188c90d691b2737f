"""For tests in other repositories: a client, mocks, and what tests ask of them.

The fixtures are in `mcp_proof.fixtures`; here is what a test names: the failures that it expects,
the types of what fixtures give, assertions, and schemas to assert.
"""

from mcp_proof.discovery import Discovered, Discovery, discover
from mcp_proof.testing.assertions import assert_conforms, assert_kept
from mcp_proof.testing.client import AsyncClient, Client
from mcp_proof.testing.failures import (
    ContractViolationError,
    ErrorAnswerError,
    McpAssertionError,
    NoAnswerError,
    SchemaViolationError,
    ToolFailedError,
    ToolSucceededError,
)
from mcp_proof.testing.judged_client import JudgedClient, judge_client
from mcp_proof.testing.mocks import MakeMock
from mcp_proof.testing.results import ToolResult
from mcp_proof.testing.webhook_check import WebhookVerdict, check_webhook_receiver
from mcp_proof.testing.webhook_receiver import ReceivedWebhook, WebhookReceiver
from mcp_proof_contracts.dialect_schema import dialect_schema
from mcp_proof_contracts.rest_schema import rest_schema
from mcp_proof_contracts.webhook import WebhookFault, verify_webhook, webhook_signature

__all__ = [
    "AsyncClient",
    "Client",
    "ContractViolationError",
    "Discovered",
    "Discovery",
    "ErrorAnswerError",
    "JudgedClient",
    "MakeMock",
    "McpAssertionError",
    "NoAnswerError",
    "ReceivedWebhook",
    "SchemaViolationError",
    "ToolFailedError",
    "ToolResult",
    "ToolSucceededError",
    "WebhookFault",
    "WebhookReceiver",
    "WebhookVerdict",
    "assert_conforms",
    "assert_kept",
    "check_webhook_receiver",
    "dialect_schema",
    "discover",
    "judge_client",
    "rest_schema",
    "verify_webhook",
    "webhook_signature",
]
