"""Turns the errors of the validator into problems that name the real mistake."""

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from mcp_proof_contracts.json_pointer import json_pointer

_DISCRIMINATORS: Final = frozenset({"type", "method", "mode"})
"""Members whose fixed value says which alternative of a union is meant."""

_SHOWN: Final = 60
"""Characters of a wrong value that a message shows."""

_LONGEST: Final = 300
"""Characters of a message in the validator's own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a value."""

    pointer: str
    """JSON pointer (RFC 6901) to the value at fault; empty for the whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else self.message


def explain(errors: Iterable[ValidationError]) -> list[Problem]:
    """The problems behind some errors; a failed union is explained by the alternative meant."""
    found = (problem for error in errors for problem in _explain(error))
    return list(dict.fromkeys(found))


def shown(value: object) -> str:
    """A value as JSON, cut to a readable length."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _explain(error: ValidationError) -> list[Problem]:
    match error.kind:
        case Kind.AnyOf(context=branches) | Kind.OneOfNotValid(context=branches):
            return _explain_union(error, branches)
        case _:
            return [Problem(pointer=json_pointer(error.instance_path), message=_message(error))]


def _explain_union(
    error: ValidationError, branches: Sequence[Sequence[ValidationError]]
) -> list[Problem]:
    depth = len(error.instance_path)
    meant = [branch for branch in branches if not _misses(branch, depth)]
    if meant:
        closest = min(meant, key=lambda branch: _distance(branch, depth))
        return explain(closest)
    wanted = list(_leaves(branches))
    deepest = max(len(leaf.instance_path) for leaf in wanted)
    return [_one_of([leaf for leaf in wanted if len(leaf.instance_path) == deepest])]


def _misses(branch: Iterable[ValidationError], depth: int) -> bool:
    """Whether the value is plainly not this alternative: another JSON type or discriminator."""
    return any(_is_miss(error, depth) for error in branch)


def _is_miss(error: ValidationError, depth: int) -> bool:
    path = error.instance_path
    match error.kind:
        case Kind.Type():
            return len(path) == depth
        case Kind.Constant() | Kind.Enum():
            return len(path) == depth + 1 and path[-1] in _DISCRIMINATORS
        case Kind.AnyOf(context=branches) if len(path) == depth:
            return all(_misses(branch, depth) for branch in branches)
        case _:
            return False


def _distance(branch: Sequence[ValidationError], depth: int) -> tuple[int, int]:
    """Smaller is closer: few faults of the value itself, then many inside members it knows."""
    own = sum(len(error.instance_path) == depth for error in branch)
    return own, own - len(branch)


def _leaves(branches: Iterable[Iterable[ValidationError]]) -> Iterable[ValidationError]:
    for branch in branches:
        for error in branch:
            match error.kind:
                case Kind.AnyOf(context=nested):
                    yield from _leaves(nested)
                case Kind.Type() | Kind.Constant() | Kind.Enum():
                    yield error
                case _:
                    pass


def _one_of(misses: Sequence[ValidationError]) -> Problem:
    """All that would have been right, where no alternative fits."""
    wanted = list(dict.fromkeys(text for miss in misses for text in _wanted(miss)))
    return Problem(
        pointer=json_pointer(misses[0].instance_path),
        message=f"must be {_either(wanted)}, is {shown(misses[0].instance)}",
    )


def _wanted(error: ValidationError) -> list[str]:
    match error.kind:
        case Kind.Constant(expected_value=value):
            return [shown(value)]
        case Kind.Enum(options=options):
            return [shown(option) for option in options]
        case Kind.Type(types=types):
            return types
        case _:
            return []


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _message(error: ValidationError) -> str:
    match error.kind:
        case Kind.Required(property=name):
            return f"{shown(name)} is missing"
        case Kind.Constant() | Kind.Enum() | Kind.Type():
            return f"must be {_either(_wanted(error))}, is {shown(error.instance)}"
        case Kind.Format(format=name):
            return f"is not a valid {name}: {shown(error.instance)}"
        case Kind.Pattern() if "Base64" in error.schema_path:
            return f"is not Base64: {shown(error.instance)}"
        case Kind.Minimum(limit=limit) | Kind.Maximum(limit=limit) | Kind.MaxItems(limit=limit):
            return f"is beyond the {error.kind.name} of {limit}: {shown(error.instance)}"
        case _:
            return textwrap.shorten(error.message, _LONGEST, placeholder=" …")
