"""The container engine: which images it has, and what is left of their containers.

It loads testcontainers, which the extra `containers` brings.
"""

import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from docker import DockerClient
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container
from docker.models.images import Image
from requests import RequestException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.docker_client import DockerClient as TestcontainersClient

from mcp_proof.errors import PeerError
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.containers import ContainerFailedError, HttpContainer

REMOVAL: Final = 10.0
"""Seconds that containers get to be gone."""
PAUSE: Final = 0.1
LISTED: Final = "`docker images` lists what is here."
WITHOUT_RYUK: Final = (
    "With it testcontainers removes what a killed process leaves behind; "
    "TESTCONTAINERS_RYUK_DISABLED=true does without."
)


@contextmanager
def errors_told() -> Generator[None]:
    """Turn what the engine refuses, and that there is none, into errors about the peer."""
    try:
        yield
    except ContainerFailedError as error:
        raise PeerError(str(error)) from error
    except APIError as error:
        raise PeerError(f"the container engine refuses: {error.explanation or error}") from error
    except (DockerException, RequestException) as error:
        raise PeerError(
            f"no container engine answers at {os.environ.get('DOCKER_HOST', 'its usual socket')}: "
            f"{error}. Start Docker, or say where it listens: DOCKER_HOST=unix:///path/of/its.sock"
        ) from error


def full_name(image: str) -> str:
    """Return the image's name with the prefix that testcontainers was told to give it."""
    return testcontainers_config.hub_image_name_prefix + image


def exposed_ports(image: str) -> list[int]:
    """Return the TCP ports that an image declares; one that is not here is pulled.

    Raises:
        PeerError: there is no such image, or no engine.
    """
    with _client() as client:
        config = _found(client, image).attrs["Config"]
    declared: Mapping[str, object] = config.get("ExposedPorts") or {}
    ports = [port.partition("/") for port in declared]
    return sorted(int(number) for number, _, kind in ports if kind != "udp")


def http_container(image: str, port: int, env: Mapping[str, str]) -> HttpContainer:
    """Return a container that is not started yet.

    Raises:
        PeerError: there is no engine, or not what testcontainers needs there.
    """
    with _client() as client:
        if not testcontainers_config.ryuk_disabled:
            _found(client, testcontainers_config.ryuk_image, WITHOUT_RYUK)
        return HttpContainer(image, port, env)


def _found(client: DockerClient, image: str, advice: str = LISTED) -> Image:
    try:
        return client.images.get(full_name(image))
    except ImageNotFound:
        pass
    try:
        return client.images.pull(full_name(image))
    except (APIError, ValueError) as error:
        why = error.explanation if isinstance(error, APIError) else error
        known = [tag for each in client.images.list() for tag in each.tags]
        raise PeerError(
            f"there is no image {image!r} here, and it cannot be pulled: {why}."
            f"{did_you_mean(image, known)} {advice}"
        ) from error


def remove_container(name: str) -> None:
    """Remove a container, which may be gone already, or going."""
    with _client() as client, suppress(NotFound):
        _remove(client.containers.get(name))


def remove_labelled(label: str) -> None:
    """Remove all containers with a label; returns when they are gone.

    Raises:
        PeerError: the engine does not get rid of them.
    """
    end = time.monotonic() + REMOVAL
    with _client() as client:
        while left := client.containers.list(all=True, filters={"label": label}, sparse=True):
            if time.monotonic() > end:
                names = " ".join(each.short_id for each in left)
                raise PeerError(f"containers cannot be removed: `docker rm --force {names}`")
            for container in left:
                _remove(container)
            time.sleep(PAUSE)


def _remove(container: Container) -> None:
    try:
        container.remove(force=True, v=True)
    except APIError as error:
        # The engine itself may be removing it at this moment, for it was run with --rm.
        if error.status_code not in (404, 409):
            raise


@contextmanager
def _client() -> Generator[DockerClient]:
    with errors_told():
        client = TestcontainersClient().client
        try:
            yield client
        finally:
            client.close()
