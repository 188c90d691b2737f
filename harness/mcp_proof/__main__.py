"""`python -m mcp_proof` is the command `mcp-proof`."""

import sys

from mcp_proof.cli import main

sys.exit(main())
