"""The HTML report: one file that a browser shows without asking anybody for anything."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from mcp_proof.reports.html.element import Node, conceal, el, markup
from mcp_proof.reports.html.page import page
from mcp_proof.tally import Tally

STYLES: Final = ("page", "run", "charts", "matrix", "toolbar", "rules")
"""What is told of looks, by the parts of the page."""


def html_report(runs: Sequence[Tally]) -> bytes:
    """Return the report of one or more runs: each is one server at one revision."""
    style = "\n".join(_source(f"style/{name}.css") for name in STYLES)
    script = _source("report.js")
    body = page(runs)
    for mask in {id(tally.mask): tally.mask for tally in runs}.values():
        conceal(body, mask)
    body.append(el("script", script))
    return markup(el("html", _head(body, style, script), body, lang="en"))


def _head(body: Node, style: str, script: str) -> Node:
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", f"{next(body.iter('h2')).text} · mcp-proof"),
        el("link", rel="icon", href="data:,"),
        el("style", style),
    )


def _source(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The source expression by which a Content-Security-Policy admits an inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
