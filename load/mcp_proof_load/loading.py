"""One load run: look at the server, have load processes load it, and judge what they measured."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from tempfile import TemporaryDirectory
from traceback import format_exception

from mcp_proof.approach import approach
from mcp_proof.errors import InternalError
from mcp_proof.events import RunStarted, peer_found
from mcp_proof.interruption import Interruption
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, header_of
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_load.chaos.disturbing import Chaos, chaos_before
from mcp_proof_load.chaos.recovery import recoveries
from mcp_proof_load.chaos.schedule import schedule
from mcp_proof_load.events import Disturbed, LoadEvent, LoadFinished, Measurement
from mcp_proof_load.findings import Findings
from mcp_proof_load.growth.watch import Watch
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.plan import Plan
from mcp_proof_load.planning import plan_of, planned, surveyed_by
from mcp_proof_load.run import Run
from mcp_proof_load.survey.ownership import require_ownership
from mcp_proof_load.survey.surveying import Surveyed, survey


class Loading:
    """One run over a server: iterate over `events()`."""

    def __init__(self, target: Target, options: LoadOptions, mask: Mask | None = None) -> None:
        self.target = target
        self.options = options
        self.mask = mask or Mask()
        """What must be applied to all that is shown of the events."""
        self.mask.hide(target.secrets.values)
        self._stop = Interruption()
