"""JSON pointers (RFC 6901): a place in a document as text."""

from collections.abc import Iterable


def json_pointer(path: Iterable[str | int]) -> str:
    """A path as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def pointer_steps(pointer: str) -> list[str]:
    """The path that a JSON pointer stands for; one in a fragment may keep its `#`."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
