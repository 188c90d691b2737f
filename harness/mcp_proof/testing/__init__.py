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
from mcp_proof.testing.mocks import MakeMock
from mcp_proof.testing.results import ToolResult
from mcp_proof_contracts.dialect_schema import dialect_schema
from mcp_proof_contracts.rest_schema import rest_schema

__all__ = [
    "AsyncClient",
    "Client",
    "ContractViolationError",
    "Discovered",
    "Discovery",
    "ErrorAnswerError",
    "MakeMock",
    "McpAssertionError",
    "NoAnswerError",
    "SchemaViolationError",
    "ToolFailedError",
    "ToolResult",
    "ToolSucceededError",
    "assert_conforms",
    "assert_kept",
    "dialect_schema",
    "discover",
    "rest_schema",
]
