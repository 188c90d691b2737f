"""`python -m mcp_proof_mocks.client [--fault RULE]... [URL]`: the mock client as a command.

What it is asked to do stands in the file that `MCP_PROOF_WISHES` names.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import perform


def main() -> int:
    """Do what is asked, and write down what came of it."""
    parser = argparse.ArgumentParser(prog="python -m mcp_proof_mocks.client")
    parser.add_argument("--fault", action="append", default=[], metavar="RULE")
    parser.add_argument("url", nargs="?", default="")
    options = parser.parse_args()
    asked = as_object(json.loads(Path(os.environ["MCP_PROOF_WISHES"]).read_text("utf-8")))
    client = MockClient(
        asked,
        url=options.url or str(asked.get("url", "")),
        command=[str(word) for word in as_list(asked.get("server"))],
        faults=options.fault,
    )
    with Path(str(asked["outcomes"])).open("a", encoding="utf-8") as file:

        def tell(outcome: Mapping[str, object]) -> None:
            file.write(json.dumps({"at": time.time(), **outcome}) + "\n")
            file.flush()

        asyncio.run(perform(client, as_list(asked.get("wishes")), tell))
    return 0


if __name__ == "__main__":
    sys.exit(main())
