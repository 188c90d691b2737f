"""Where the parts of a YAML text begin and end, with their comments, and edits at these places."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import yaml

_COLON: Final = re.compile(r"\s*:")
_ALIAS: Final = re.compile(r"\s*(\*[^\s,\]}]+)")


class Layout:
    """A text and the edits that are to be made in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer(r"\n", text))]
        self._edits: list[tuple[int, int, str]] = []
        self._line_end = "\r\n" if "\r\n" in text else "\n"

    # Edits

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of another."""
        self._edits.append((start, end, text.replace("\n", self._line_end)))

    def insert(
        self, at: int, lines: str, *, blank_before: bool = False, blank_after: bool = False
    ) -> None:
        """Put lines between two others."""
        lines = "\n" * blank_before + lines + "\n" * blank_after
        open_end = at == len(self.text) and not self.text.endswith("\n")
        self.replace(at, at, f"\n{lines}" if open_end else f"{lines}\n")

    def cut(self, start: int, end: int) -> None:
        """Take lines out, and the blank lines behind them that would part what they did not."""
        line = self._line_of(start)
        if self._is_blank_before(start) or self._line(line - 1).rstrip().endswith(":"):
            while end < len(self.text) and self._is_blank(self._line_of(end)):
                end = self._end_of_line(self._line_of(end))
        self.replace(start, end, "")

    def edited(self) -> str | None:
        """Return the text after all edits; `None` where they are in each other's way."""
        pieces: list[str] = []
        done = 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < done:
                return None
            pieces += [self.text[done:start], text]
            done = end
        return "".join([*pieces, self.text[done:]])

    # Places

    def colon(self, key: yaml.Node) -> int:
        """Return where what is behind the colon of a member begins."""
        found = _COLON.match(self.text, key.end_mark.index)
        return found.end() if found is not None else key.end_mark.index

    def value(self, pair: tuple[yaml.Node, yaml.Node]) -> tuple[int, int]:
        """Return where the value of a member begins and ends."""
        key, value = pair
        colon = self.colon(key)
        if value.start_mark.index < key.start_mark.index:
            found = _ALIAS.match(self.text, colon)
            return found.span(1) if found is not None else (colon, colon)
        if value.start_mark.index == value.end_mark.index:
            return colon, colon
        return value.start_mark.index, self.end(value)

    def pair(self, pair: tuple[yaml.Node, yaml.Node]) -> tuple[int, int]:
        """Return where a member begins and ends."""
        return pair[0].start_mark.index, self.value(pair)[1]

    def dash(self, node: yaml.Node) -> int:
        """Return where the dash before an item is."""
        return self.text.rindex("-", 0, max(1, node.start_mark.index))

    def end(self, node: yaml.Node) -> int:
        """Return where a node ends, without what follows it up to the next."""
        if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
            return self.value(node.value[-1])[1]
        if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
            last = node.value[-1]
            if last.start_mark.index >= node.start_mark.index:
                return self.end(last)
        end = int(node.end_mark.index)
        while end > node.start_mark.index and self.text[end - 1].isspace():
            end -= 1
        return end

    def extent(self, start: int, end: int, column: int) -> tuple[int, int]:
        """Return the lines of what is at a column, with the comments that belong to it.

        They stand right above it at the same column, or below it further right.
        """
        first, last = self._line_of(start), self._line_of(end)
        while first and self._comment(first - 1) == column:
            first -= 1
        behind = last + 1
        while behind < len(self._starts):
            if self._comment(behind) > column:
                last = behind
            elif not self._is_blank(behind):
                break
            behind += 1
        return self._starts[first], self._end_of_line(last)

    def is_first_on_line(self, index: int) -> bool:
        """Whether nothing stands before it on its line."""
        return not self.text[self._starts[self._line_of(index)] : index].strip()

    def has_comment_behind(self, end: int) -> bool:
        """Whether a comment stands on the line on which something ends."""
        rest = self.text[end : self._end_of_line(self._line_of(end))]
        return rest.lstrip().startswith("#")

    def is_spaced(self, extents: Sequence[tuple[int, int]]) -> bool:
        """Whether blank lines stand between parts."""
        return len(extents) > 1 and self._is_blank_before(extents[1][0])

    def _is_blank_before(self, start: int) -> bool:
        line = self._line_of(start)
        return line == 0 or self._is_blank(line - 1)

    def _is_blank(self, line: int) -> bool:
        return not self._line(line).strip()

    def _comment(self, line: int) -> int:
        """The column of a line that is a comment; -1 where it is none."""
        text = self._line(line)
        bare = text.lstrip(" ")
        return len(text) - len(bare) if bare.startswith("#") else -1

    def _line(self, line: int) -> str:
        return self.text[self._starts[line] : self._end_of_line(line)]

    def _line_of(self, index: int) -> int:
        return bisect_right(self._starts, index) - 1

    def _end_of_line(self, line: int) -> int:
        """Where the next line begins."""
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
