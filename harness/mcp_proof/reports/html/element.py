"""Elements of the page. Text is escaped when the page is written: foreign text belongs there.

Attributes hold our own words only, for masks do not look into them.
"""

from collections.abc import Iterable
from typing import TypeAlias
from xml.etree import ElementTree as ET

from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_contracts.secrets.mask import Mask

Node: TypeAlias = ET.Element
Child: TypeAlias = Node | str | None
"""An element, a text, or nothing."""


def el(tag: str, *children: Child, **attributes: str | int | bool) -> Node:
    """Return an element; `class_` stands for `class`, `data_area` for `data-area`.

    An attribute that is true has no value, one that is false is left out.
    """
    node = ET.Element(tag)
    for name, value in attributes.items():
        if value is not False:
            shown = "" if value is True else str(value)
            node.set(name.rstrip("_").replace("_", "-"), shown)
    for child in children:
        if isinstance(child, str):
            _add_text(node, child)
        elif child is not None:
            node.append(child)
    return node


def lines(nodes: Iterable[Node]) -> list[Child]:
    """Give each element a line of its own in the file."""
    return [part for node in nodes for part in (node, "\n")]


def prose(text: str) -> list[Child]:
    """Set what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return [el("code", part) if number % 2 else part for number, part in parts]


def conceal(node: Node, mask: Mask) -> None:
    """Hide secrets in every text, and write out characters that cannot be seen."""
    for part in node.iter():
        part.text = printable_lines(mask(part.text)) if part.text else None
        part.tail = printable_lines(mask(part.tail)) if part.tail else None


def markup(page: Node) -> bytes:
    """Return the page as a file."""
    text = ET.tostring(page, encoding="unicode", method="html")
    return f"<!doctype html>\n{text}\n".encode(errors="backslashreplace")


def _add_text(node: Node, text: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + text
    else:
        node.text = (node.text or "") + text
