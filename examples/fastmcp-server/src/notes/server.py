"""Notes that a model can write, read and search."""

from dataclasses import dataclass
from typing import Annotated

import fastmcp
from fastmcp import FastMCP
from fastmcp.exceptions import ResourceError, ToolError
from pydantic import Field

# Whoever serves this over HTTP, the tests too, refuses what comes from a foreign web page.
fastmcp.settings.http_host_origin_protection = True

mcp = FastMCP("notes", version="1.0.0", instructions="Write, read and search short notes.")
notes: dict[str, str] = {}


@dataclass
class Found:
    """A note that matched a search."""

    title: str
    text: str


@mcp.tool(annotations={"readOnlyHint": True})
def search_notes(word: Annotated[str, Field(min_length=1)]) -> list[Found]:
    """Find the notes that contain a word."""
    return [Found(title, text) for title, text in notes.items() if word.lower() in text.lower()]


@mcp.tool(annotations={"readOnlyHint": True})
def read_note(title: str) -> str:
    """Read one note."""
    if title not in notes:
        raise ToolError(f"there is no note {title!r}")
    return notes[title]


@mcp.tool(annotations={"destructiveHint": True})
def write_note(title: str, text: str) -> str:
    """Write a note; it replaces one of the same title."""
    notes[title] = text
    return f"{title} has {len(text)} characters"


@mcp.resource("note://{title}")
def note(title: str) -> str:
    """The text of a note."""
    if title not in notes:
        raise ResourceError(f"there is no note {title!r}")
    return notes[title]


def main() -> None:
    """Serve Streamable HTTP on this machine."""
    mcp.run(transport="http", show_banner=False)


if __name__ == "__main__":
    main()
