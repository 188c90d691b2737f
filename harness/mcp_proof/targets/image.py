"""The target that an image is: over HTTP where it exposes a port, otherwise over stdio."""

import shlex
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from mcp_proof.errors import UsageError
from mcp_proof.targets.http_image import HttpImageTarget
from mcp_proof.targets.stdio_image import StdioImageTarget
from mcp_proof.targets.target import Target
from mcp_proof.targets.url import UrlTarget
from mcp_proof_mocks.loopback import is_loopback

PATH: Final = "/mcp"


def image_target(
    image: str,
    endpoint: str | None = None,
    *,
    env: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    options: str = "",
) -> Target:
    """Return the target that an image is: over HTTP where it exposes a port, otherwise over stdio.

    Args:
        image: its name; an image that is not here is pulled.
        endpoint: its URL as the container sees it; `None` is `/mcp` at the exposed port.
        env: the variables of the container's environment.
        headers: what HTTP requests carry.
        options: how the headers were given, without their secrets, for reproductions.

    Raises:
        UsageError: testcontainers is missing, or it exposes several ports and no endpoint is given.
        PeerError: there is no such image, or no container engine.
    """
    if not image:
        raise UsageError("an empty name is no image. Example: mcp-proof verify --image my/server")
    carried, variables = headers or {}, env or {}
    if endpoint is not None:
        inside = _seen_inside(endpoint, carried)
        _exposed_ports(image)
        shown = f"--endpoint {shlex.quote(inside.label)} {options}".strip()
        return HttpImageTarget(image, inside, variables, shown)
    ports = _exposed_ports(image)
    if len(ports) == 1:
        inside = UrlTarget(f"http://localhost:{ports[0]}{PATH}", carried)
        return HttpImageTarget(image, inside, variables, options)
    hint = f"Give the endpoint as the container sees it: http://localhost:PORT{PATH}"
    if ports:
        raise UsageError(f"{image} exposes the ports {', '.join(map(str, ports))}. {hint}")
    if headers:
        raise UsageError(f"{image} exposes no port, and stdio has no headers. {hint}")
    return StdioImageTarget(image, variables)


def _seen_inside(url: str, headers: Mapping[str, str]) -> UrlTarget:
    inside = UrlTarget(url, headers)
    parts = urlsplit(url)
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return inside
    raise UsageError(
        f"{inside.label}: the endpoint of an image is its URL as the container sees it, such as "
        f"http://localhost:{parts.port or 8000}{PATH}"
    )


def _exposed_ports(image: str) -> list[int]:
    try:
        from mcp_proof.container_engine import exposed_ports  # noqa: PLC0415  # it is an extra
    except ImportError as error:
        raise UsageError(
            f"an image needs testcontainers ({error}): pip install 'mcp-proof[containers]'"
        ) from error
    return exposed_ports(image)
