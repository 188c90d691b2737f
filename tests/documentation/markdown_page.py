"""The code blocks of a Markdown page, found as CommonMark has it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.+) -->")


class Block(NamedTuple):
    """A fenced block of code."""

    language: str
    title: str
    """The file that it is, where it is one."""
    text: str
    reason: str
    """Why it is not run; empty for one that is."""
    line: int


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page; every one of them says its language.

    Raises:
        ValueError: code is only indented, or a remark belongs to no block.
    """
    remark = ""
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else 0
        if token.type == "code_block":
            raise ValueError(f"{page}:{line}: indented code: fence it, and say its language")
        if token.type == "fence":
            language, _, rest = token.info.partition(" ")
            title = re.fullmatch(r'title="(.+)"', rest)
            if not language or (rest and title is None):
                raise ValueError(f"{page}:{line}: expected a language, and maybe a title")
            yield Block(language, title[1] if title else "", token.content, remark, line)
            remark = ""
        elif remark:
            raise ValueError(f"{page}:{line}: a block belongs right after its `not run`")
        elif token.type == "html_block" and (found := NOT_RUN.search(token.content)):
            remark = found["reason"]
