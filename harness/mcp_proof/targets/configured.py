"""The targets that are configured or given on the command line: one server, or several."""

import os
from pathlib import Path

from mcp_proof.config import Config
from mcp_proof.config.headers import headers_of
from mcp_proof.errors import UsageError
from mcp_proof.targets.any_url import url_target
from mcp_proof.targets.cassette import CassetteTarget, names_recording
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.desktop_config import desktop_target, desktop_targets
from mcp_proof.targets.image import image_target
from mcp_proof.targets.redis import REDIS, RedisTarget
from mcp_proof.targets.target import Target


def configured_targets(config: Config, *, any_side: bool = False) -> list[Target]:
    """Return the targets that the settings name: one or more.

    A recording may be of a client where `any_side` says so.

    Raises:
        UsageError: there is none, or it is wrong.
        PeerError: there is no such image, or no container engine.
    """
    if config.text("server") and not config.text("config"):
        raise config.wrong("server", "it names a server of `config`, which is not given")
    if config.text("endpoint") and not config.text("image"):
        raise config.wrong("endpoint", "it is one of an `image`, which is not given")
    if config.text("image"):
        return [_image(config)]
    url = config.text("url")
    is_recording = bool(url) and (names_recording(url) or Path(url).is_file())
    if url and not is_recording and not url.startswith(REDIS):
        return [_url(config)]
    _have_no_headers(config)
    if is_recording:
        return [_recording(config, any_side=any_side)]
    if url:
        return [_redis(config)]
    if config.text("config"):
        return _desktop(config)
    if "command" in config.settings:
        return [CommandTarget(config.texts("command"), cwd=config.folder("command"))]
    raise UsageError(
        "no target. Give a URL (http://localhost:3001/mcp) or a command "
        "(-- npx -y @modelcontextprotocol/server-everything stdio)."
    )


def _have_no_headers(config: Config) -> None:
    for name in ("header", "header-env"):
        if config.texts(name):
            raise config.wrong(
                name,
                "it goes with an http URL: a command has no headers, a configuration its own",
            )


def _url(config: Config) -> Target:
    headers = headers_of(config)
    try:
        return url_target(config.text("url"), headers, _shown_headers(config))
    except UsageError as error:
        raise config.wrong("url", str(error)) from error


def _recording(config: Config, *, any_side: bool) -> Target:
    try:
        return CassetteTarget(Path(config.text("url")), any_side=any_side)
    except UsageError as error:
        if config.is_typed("url"):  # the file says where it is wrong
            raise
        raise config.wrong("url", str(error)) from error


def _redis(config: Config) -> Target:
    try:
        return RedisTarget(config.text("url"))
    except UsageError as error:
        raise config.wrong("url", str(error)) from error


def _image(config: Config) -> Target:
    headers, shown = headers_of(config), _shown_headers(config)
    endpoint = config.text("endpoint") or None
    try:
        return image_target(config.text("image"), endpoint, headers=headers, options=shown)
    except UsageError as error:
        raise config.wrong("endpoint" if endpoint else "image", str(error)) from error


def _shown_headers(config: Config) -> str:
    """Return how the headers were given, without their values."""
    shown = [f"--header-env {item}" for item in config.texts("header-env")]
    shown += [f"--header '{item.partition(':')[0]}: …'" for item in config.texts("header")]
    return " ".join(shown)


def _desktop(config: Config) -> list[Target]:
    file, name = Path(config.text("config")), config.text("server")
    try:
        if name:
            return [desktop_target(file, name, os.environ)]
        return [*desktop_targets(file, os.environ).values()]
    except UsageError as error:
        raise config.wrong("server" if name else "config", str(error)) from error
