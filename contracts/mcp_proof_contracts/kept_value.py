"""What is computed when it is first asked for, and then kept as an attribute.

`functools.cached_property` takes a lock for each value in Python 3.11; a reading belongs to one
thread and has many thousands of such values.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
Owner = TypeVar("Owner")


class kept_value(Generic[Owner, T]):  # noqa: N801  # it is used as a decorator
    """A property whose value takes its place in the object when it was computed."""

    def __init__(self, compute: Callable[[Owner], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Any]) -> "kept_value[Owner, T]": ...
    @overload
    def __get__(self, owner: Owner, kind: type[Any]) -> T: ...
    def __get__(self, owner: Owner | None, kind: type[Any]) -> "kept_value[Owner, T] | T":
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._compute(owner)
        return value
