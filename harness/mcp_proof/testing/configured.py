"""What the options and the configuration files say of the server under test."""

from typing import Final

import pytest

NOWHERE: Final = (
    "which server is under test? Give --mcp-target, set `mcp_target` in pytest's configuration, or "
    "override the fixture `mcp_target` in a conftest.py. It is a URL, a command, FILE.json#NAME, "
    "FILE.ndjson; from a fixture also an ASGI application or a server object."
)


def named_target(config: pytest.Config) -> str | None:
    """Return the target that `--mcp-target`, or else pytest's configuration, names."""
    return config.getoption("--mcp-target") or config.getini("mcp_target") or None


def configured_target(config: pytest.Config) -> str:
    """Return the target that is named.

    Raises:
        pytest.fail.Exception: none is.
    """
    __tracebackhide__ = True
    target = named_target(config)
    if target is None:
        pytest.fail(NOWHERE, pytrace=False)
    return target
