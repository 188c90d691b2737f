"""What options can be set to, and how that is written: as a text, or as a value of a TOML file.

Little is imported here, for `--help` loads this and must be quick.
"""

import os
from typing import TypeAlias, cast

Value: TypeAlias = str | float | bool | tuple[str, ...]
"""What an option can be set to."""


class WrongValueError(Exception):
    """An option cannot have a value; the message says what it can have."""


class Text:
    """One text."""

    expected = "a text"
    many = False
    """Whether the command line may repeat the option."""
    unset: Value | None = None
    """What it is when nobody says."""

    def parse(self, text: str) -> Value:
        """Return what a text, on the command line or in the environment, stands for.

        Raises:
            WrongValueError: it stands for nothing.
        """
        if not text:
            raise WrongValueError(f"expected {self.expected}, got an empty one")
        return text

    def check(self, value: object) -> Value:
        """Return what a value of a TOML file stands for.

        Raises:
            WrongValueError: it stands for nothing.
        """
        if not isinstance(value, str):
            raise self._unexpected(value)
        return self.parse(value)

    def seen_from(self, _folder: str, value: Value) -> Value:
        """Return the value of a file in `folder` as it is for the working directory."""
        return value

    def _unexpected(self, value: object) -> WrongValueError:
        return WrongValueError(f"expected {self.expected}, got {_named(value)}")


class File(Text):
    """The path of a file."""

    expected = "the path of a file"

    def seen_from(self, folder: str, value: Value) -> Value:
        """Return the path, which is relative to the folder."""
        return os.path.join(folder, str(value))  # noqa: PTH118  # pathlib is slow to load


class Choice(Text):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.expected = f"one of {', '.join(words)}"

    def parse(self, text: str) -> Value:
        """Return the word."""
        if text in self.words:
            return text
        from mcp_proof_contracts.suggestion import did_you_mean  # noqa: PLC0415  # for errors only

        raise WrongValueError(f"{text!r} is not {self.expected}.{did_you_mean(text, self.words)}")


class Number(Text):
    """A number within bounds."""

    whole = False

    def __init__(self, lowest: int, highest: int, unit: str = "", *, above: bool = False) -> None:
        self._lowest, self._highest = lowest, highest
        self._above = above
        """Whether the lowest number is itself too low."""
        least = f"above {lowest} and at most" if above else f"between {lowest} and"
        self._bounds = f"{least} {highest} {unit}".rstrip()
        self.expected = f"a number {self._bounds}"

    def parse(self, text: str) -> Value:
        """Return the number."""
        try:
            value = int(text) if self.whole else float(text)
        except ValueError as error:
            raise WrongValueError(f"{text!r} is not {self.expected}") from error
        return self._within(value, text)

    def check(self, value: object) -> Value:
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            raise self._unexpected(value)
        return self._within(value if self.whole else float(value), str(value))

    def _within(self, value: float, shown: str) -> float:
        high_enough = value > self._lowest if self._above else value >= self._lowest
        if not (high_enough and value <= self._highest):  # nan is within no bounds
            raise WrongValueError(f"{shown} is not {self._bounds}")
        return value


class WholeNumber(Number):
    """A whole number within bounds."""

    whole = True


class Flag(Text):
    """Something that can be switched on."""

    expected = "true or false"
    unset = False

    def parse(self, text: str) -> Value:
        """Return whether it is on."""
        if text not in ("true", "false"):
            raise WrongValueError(f"{text!r} is not {self.expected}")
        return text == "true"

    def check(self, value: object) -> Value:
        """Return whether it is on."""
        if not isinstance(value, bool):
            raise self._unexpected(value)
        return value


class Texts(Text):
    """A list of texts, in the environment one on each line. They may be secret: none is shown."""

    expected = "a list of texts"
    many = True
    unset: Value | None = ()

    def parse(self, text: str) -> Value:
        """Return the lines that say something."""
        return tuple(line.strip() for line in text.splitlines() if line.strip())

    def check(self, value: object) -> Value:
        """Return the texts."""
        if isinstance(value, str):
            raise WrongValueError(f'expected {self.expected}, got a single text; write ["…"]')
        if not isinstance(value, list):
            raise self._unexpected(value)
        items = cast("list[object]", value)
        for number, item in enumerate(items, start=1):
            if not isinstance(item, str):
                raise WrongValueError(
                    f"expected {self.expected}, but number {number} is {_named(item)}"
                )
        return tuple(map(str, items))


class ReportFiles(Texts):
    """A list of FORMAT=FILE."""

    expected = "a list of FORMAT=FILE"

    def seen_from(self, folder: str, value: Value) -> Value:
        """Return the files, which are relative to the folder."""
        assert isinstance(value, tuple)
        return tuple(_report_seen_from(folder, item) for item in value)


class Words(Texts):
    """A command: a list of words, or a text that is split as a shell would."""

    expected = "a list of words, or a text"
    many = False
    unset = None

    def parse(self, text: str) -> Value:
        """Return the words."""
        import shlex  # noqa: PLC0415  # `--help` needs no words

        try:
            return self._some(tuple(shlex.split(text)))
        except ValueError as error:
            raise WrongValueError(f"expected {self.expected}, but there is {error}") from error

    def check(self, value: object) -> Value:
        """Return the words."""
        if isinstance(value, str):
            return self.parse(value)
        words = super().check(value)
        assert isinstance(words, tuple)
        return self._some(words)

    def _some(self, words: tuple[str, ...]) -> tuple[str, ...]:
        if not words:
            raise WrongValueError(f"expected {self.expected}, got an empty one")
        return words


def _report_seen_from(folder: str, item: str) -> str:
    name, equals, file = item.partition("=")
    return f"{name}={os.path.join(folder, file)}" if equals else item  # noqa: PTH118  # pathlib is slow to load


def _named(value: object) -> str:
    """Say what stands in a TOML file."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"the text {value!r}"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or a time"
