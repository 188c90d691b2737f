"""Serve a contract over stdio: `python -m mcp_proof_mocks NAME|FILE [FAULT ...]`."""

import asyncio
import sys
from typing import NoReturn

from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.masked_output import masked_output
from mcp_proof_mocks.missing_extra import MissingExtraError
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stdio_server import serve_stdio
from mcp_proof_mocks.stream.choice import refuse_without_relay


def main(arguments: list[str]) -> None:
    """Build the server and serve it until its input ends; exit 2 when an argument is wrong."""
    with masked_output(arguments, for_good=True) as mask:
        _serve(arguments, mask)


def _serve(arguments: list[str], mask: Mask) -> None:
    if not arguments:
        _refuse("usage: python -m mcp_proof_mocks NAME|FILE [FAULT ...]")
    try:
        server = MockServer(arguments[0], arguments[1:])
        refuse_without_relay(server.stream_faults)
    except (ContractError, FaultTextError, FileNotFoundError, MissingExtraError) as error:
        _refuse(str(error))
    mask.hide(server.contract.secrets.values)
    asyncio.run(serve_stdio(server))


def _refuse(message: str) -> NoReturn:
    sys.stderr.write(f"{message}\n")
    sys.exit(2)


main(sys.argv[1:])
