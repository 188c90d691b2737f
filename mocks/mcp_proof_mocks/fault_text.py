"""Faults as text, `NAME[:key=value,…]`: into a name, its parameters, and the dataclass they fill.

The parameters of a fault are the fields of a dataclass; their types and defaults are all
that has to be known to read them.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields
from math import isfinite, nan
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from mcp_proof_contracts.suggestion import did_you_mean

T = TypeVar("T")

NUMBERS: Final = {int: "a whole number", float: "a number"}


class FaultTextError(ValueError):
    """A fault was written wrongly; the message says what was expected."""


def read_parameters(text: str) -> tuple[str, dict[str, str]]:
    """Split `NAME[:key=value,…]` into the name and the parameters as they were written.

    Raises:
        FaultTextError: the text has another form, or gives a parameter twice.
    """
    name, colon, listed = text.partition(":")
    given: dict[str, str] = {}
    for item in listed.split(",") if colon else ():
        key, equals, value = item.partition("=")
        if not name or not key or not equals or not value:
            raise FaultTextError(f"{text!r}: expected NAME or NAME:key=value,key=value")
        if key in given:
            raise FaultTextError(f"{text!r}: {key} is given twice")
        given[key] = value
    return name, given


def parameters(kind: type[Any]) -> list[str]:
    """Return the keys that a dataclass takes."""
    return [field.name for field in fields(kind)]


def filled(
    kind: type[T], name: str, given: Mapping[str, str], *, others: Collection[str] = ()
) -> T:
    """Build a dataclass from the parameters of the fault `name`.

    Args:
        kind: the dataclass; it may refuse values with a `ValueError`.
        name: the fault's name, for messages.
        given: keys and values as text.
        others: keys that belong to somebody else and are passed over.

    Raises:
        FaultTextError: a key is unknown, or a value is of another type or refused.
    """
    own = parameters(kind)
    types = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, text in given.items():
        if key in own:
            values[key] = _converted(f"{name}: {key}", text, types[key])
        elif key not in others:
            allowed = list(dict.fromkeys((*own, *others)))
            raise FaultTextError(
                f"{name} has no parameter {key!r}.{did_you_mean(key, allowed)} "
                f"It takes {', '.join(allowed) or 'none'}."
            )
    try:
        return kind(**values)
    except ValueError as error:
        raise FaultTextError(f"{name}: {error}") from error


def _converted(where: str, text: str, wanted: Any) -> object:  # noqa: ANN401  # a type of any form
    """Turn a value as written into the type of its field."""
    if get_origin(wanted) in (Union, UnionType):
        [wanted] = [option for option in get_args(wanted) if option is not NoneType]
    if get_origin(wanted) is Literal:
        allowed: tuple[str, ...] = get_args(wanted)
        if text not in allowed:
            raise FaultTextError(
                f"{where} is {' or '.join(allowed)}, not {text!r}.{did_you_mean(text, allowed)}"
            )
        return text
    if wanted is str:
        return text
    try:
        number: int | float = wanted(text)
    except ValueError:
        number = nan
    if isinstance(number, float) and not isfinite(number):
        raise FaultTextError(f"{where} is {NUMBERS[wanted]}, not {text!r}")
    return number


def at_least(least: int, **values: float) -> None:
    """Refuse parameters that are too small.

    Raises:
        ValueError: one is; the message names it.
    """
    for name, value in values.items():
        if value < least:
            raise ValueError(f"{name} is at least {least}, not {value:g}")
