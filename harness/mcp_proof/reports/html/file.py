"""A page as one file that a browser shows without asking anybody for anything."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from importlib.resources import files

from mcp_proof.reports.html.element import Node, conceal, el, markup
from mcp_proof.reports.last_look import Masked


def html_file(
    body: Node, runs: Iterable[Masked], *, styles: Sequence[str], scripts: Sequence[str]
) -> bytes:
    """Return the file.

    Args:
        body: the page.
        runs: what it tells of, whose secrets are hidden.
        styles: what is told of looks, by the parts of the page.
        scripts: what moves.
    """
    style = "\n".join(_source(f"style/{name}.css") for name in styles)
    script = "\n".join(_source(f"script/{name}.js") for name in scripts)
    for mask in {id(run.mask): run.mask for run in runs}.values():
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
    return files("mcp_proof.reports.html").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The source expression by which a Content-Security-Policy admits an inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
