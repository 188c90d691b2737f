"""What the settings say of a comparison."""

from pathlib import Path

from mcp_proof.config import Config
from mcp_proof.drift.matcher_file import load_matchers
from mcp_proof.drift.options import DriftOptions
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import published


def configured_drift(config: Config) -> DriftOptions:
    """Return what the settings say of a comparison.

    Raises:
        UsageError: a revision and another dialect than MCP are both chosen; a matcher is wrong.
    """
    dialect = None if config.text("dialect") == "auto" else Dialect(config.text("dialect"))
    if dialect not in (None, Dialect.MCP) and config.text("revision") != "auto":
        raise config.wrong("dialect", f"{dialect} has no revisions: leave one of the two out")
    if config.text("revision") == "all":
        raise config.wrong("revision", "choose one: a recording is compared at one revision")
    matchers = config.text("matchers")
    return DriftOptions(
        revision=published(config.text("revision")),
        dialect=dialect,
        tools=config.texts("tool"),
        allow_destructive=config.flag("allow-destructive"),
        matchers=load_matchers(Path(matchers)) if matchers else (),
        timeout=config.number("timeout"),
    )
