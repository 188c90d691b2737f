"""What is configured besides the command line: `MCP_PROOF_…` variables, over a file's settings."""

from collections.abc import Mapping
from pathlib import Path

from mcp_proof.config.config import BY_NAME, Config, Layer, Setting
from mcp_proof.config.environment import read_environment
from mcp_proof.config.file import read_file

__all__ = ["BY_NAME", "Config", "Layer", "Setting", "read_config"]


def read_config(start: Path, environment: Mapping[str, str]) -> Config:
    """Return what the environment and the file nearest to `start` say.

    Raises:
        UsageError: a setting is wrong; the message names its place, and what is allowed there.
    """
    return read_environment(environment).over(read_file(start))
