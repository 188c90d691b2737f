"""How respx comes to see the requests of httpx2: by itself it sees those of httpx alone."""

from typing import ClassVar, Final

from respx.mocks import HTTPCoreMocker, Mocker

NAME: Final = "httpcore2"
"""What `respx.mock(using=…)` knows it by, here as in pytest-httpx2."""


def httpcore2_mocker() -> type[Mocker]:
    """Return what patches httpcore2: the one that there is, for two would hide one another."""
    return Mocker.registry.get(NAME) or _defined()


def _defined() -> type[Mocker]:
    class Httpcore2Mocker(HTTPCoreMocker):
        """Patches the pools, to which every transport of httpx2's own hands its requests."""

        name = NAME
        targets: ClassVar[list[str]] = [
            "httpcore2.ConnectionPool",
            "httpcore2.AsyncConnectionPool",
        ]

    return Httpcore2Mocker
