"""Things by name that files of their own register: rule faults, message faults, stream faults."""

from collections.abc import Iterator
from importlib import import_module
from typing import Final, Generic, Protocol, TypeVar

FAULTS: Final = "mcp_proof_mocks.faults"
"""The package that registers them all when it is imported."""


class Named(Protocol):
    """Something with a name."""

    @property
    def name(self) -> str:
        """The name by which it is chosen."""
        ...


T = TypeVar("T", bound=Named)


class Catalogue(Generic[T]):
    """What has been registered; the faults are imported on first use."""

    def __init__(self, what: str) -> None:
        """`what` names such an item in messages."""
        self._what = what
        self._items: dict[str, T] = {}

    def add(self, item: T) -> None:
        """Register an item.

        Raises:
            TypeError: the name is taken.
        """
        if item.name in self._items:
            raise TypeError(f"{self._what} {item.name} is defined twice")
        self._items[item.name] = item

    def __iter__(self) -> Iterator[T]:
        import_module(FAULTS)
        return iter(self._items.values())

    def get(self, name: str) -> T | None:
        """Return the item with this name."""
        import_module(FAULTS)
        return self._items.get(name)
