"""What pytest's options and mcp-proof's configuration say of the server under test."""

import os
from contextlib import AbstractContextManager
from typing import Final

import pytest

from mcp_proof.config import Config, read_config
from mcp_proof.configured_options import configured_options
from mcp_proof.consumers.states import SetUp, called_for_states
from mcp_proof.errors import UsageError
from mcp_proof.gate import gate_of
from mcp_proof.prefixes import check_prefixes
from mcp_proof.runner import VerifyOptions
from mcp_proof.targets.configured import configured_targets
from mcp_proof.testing.blame import told_plainly
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof_contracts.revision import published

NOWHERE: Final = (
    "which server is under test? Give --mcp-target, set `mcp_target` in pytest's configuration or "
    "a target in that of mcp-proof, or override the fixture `mcp_target` in a conftest.py. It is a "
    "URL, a command, image:NAME, FILE.json#NAME, FILE.ndjson; from a fixture also an ASGI "
    "application or a server object."
)
READ: Final = pytest.StashKey[dict[str, Config]]()


def configured(config: pytest.Config, command: str) -> Config:
    """Return mcp-proof's configuration of a command, read once, from the folder of pytest's.

    Raises:
        UsageError: something is configured wrongly.
    """
    read = config.stash.setdefault(READ, {})
    if command not in read:
        read[command] = read_config(config.rootpath, os.environ).only_for(command)
    return read[command]


def settings(config: pytest.Config) -> Config:
    """Return the configuration of verifications.

    Raises:
        UsageError: something is configured wrongly.
    """
    verify = configured(config, "verify")
    check_prefixes(verify)
    return verify


def is_named(config: pytest.Config) -> bool:
    """Whether options or configuration say which server is under test."""
    named = config.getoption("--mcp-target") or config.getini("mcp_target")
    return bool(named) or settings(config).has_target


def named_target(config: pytest.Config) -> object:
    """Return what `--mcp-target`, or pytest's configuration, or mcp-proof's names.

    Raises:
        UsageError: nothing is named, or more than one server.
    """
    named = config.getoption("--mcp-target") or config.getini("mcp_target")
    if named:
        return named
    known = settings(config)
    if not is_named(config):
        raise UsageError(NOWHERE)
    [target, *others] = configured_targets(known)
    if others:
        raise known.wrong("config", "tests are about one server: choose one by `server`")
    return target


def chosen_target(config: pytest.Config, given: object) -> object:
    """Return what `--mcp-target` names, or else what the fixture `mcp_target` gives.

    Raises:
        pytest.fail.Exception: there is none: the fixture gave none, for others have recordings.
    """
    named = config.getoption("--mcp-target") or given
    with told_plainly():
        if named is None:
            raise UsageError(NOWHERE)
    return named


def verify_options(config: pytest.Config) -> VerifyOptions:
    """Return what is to be verified; `revision = "all"` asks the server, as "auto" does."""
    known = settings(config)
    return configured_options(known, published(known.text("revision")), _set_up(config, known))


def _set_up(config: pytest.Config, known: Config) -> SetUp | None:
    """Return what asks the hook for states, where anybody implements it."""
    hook = config.hook.pytest_mcp_state
    if not hook.get_hookimpls():
        return None
    return called_for_states(
        lambda state, parameters: hook(state=state, parameters=parameters), known.number("timeout")
    )


def shared_servers(config: pytest.Config) -> AbstractContextManager[SharedServers]:
    """Return what starts servers as it is configured.

    Raises:
        pytest.fail.Exception: something is configured wrongly.
    """
    with told_plainly():
        return SharedServers.opened(verify_options(config), gate_of(settings(config)))
