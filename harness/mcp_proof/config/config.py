"""What is set, and where each value comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self, TypeAlias

from mcp_proof.errors import UsageError
from mcp_proof.options import OF_A_TARGET, OPTIONS, TARGETS
from mcp_proof.options.kinds import Value
from mcp_proof.options.option import Option

Layer: TypeAlias = Literal["file", "environment", "command line"]
"""Who says something: each wins over the one before."""
LAYERS: Final[tuple[Layer, ...]] = ("file", "environment", "command line")

_CONFIGURABLE: Final = frozenset(option.name for option in OPTIONS if option.configures)
BY_NAME: Final[Mapping[str, Option]] = {
    option.name: option
    for option in OPTIONS
    if option.configures or option.name not in _CONFIGURABLE
}
"""Of two commands' options of one name, the one that can be configured."""


class Setting(NamedTuple):
    """A value, and where it comes from."""

    value: Value
    layer: Layer
    place: str
    """How errors call it: `mcp-proof.toml: revision`, `MCP_PROOF_REVISION`, `--revision`."""
    file: str = ""
    """The file that says it, as seen from the working directory; empty when none does."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings by the names of their options; what is not set is what the option says.

    Raises:
        UsageError: there are two targets.
    """

    settings: Mapping[str, Setting]

    def __post_init__(self) -> None:
        """Refuse two targets: one of them would not be verified."""
        targets = [self.settings[name] for name in TARGETS if name in self.settings]
        if len(targets) > 1:
            raise UsageError(
                f"{targets[1].place}: there is a target already, {targets[0].place}; give one of "
                f"{', '.join(TARGETS)}, not both"
            )

    def value(self, name: str) -> Value | None:
        """Return what an option is set to, or what it is when nobody says."""
        return self.settings[name].value if name in self.settings else BY_NAME[name].unset

    def text(self, name: str) -> str:
        """Return the value of a text or a choice; empty when there is none."""
        value = self.value(name)
        assert value is None or isinstance(value, str), name
        return value or ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of a list, or the words of a command."""
        value = self.value(name)
        assert value is None or isinstance(value, tuple), name
        return value or ()

    def number(self, name: str) -> float:
        """Return the value of a number that has a default."""
        value = self.value(name)
        assert isinstance(value, int | float), name
        return value

    def flag(self, name: str) -> bool:
        """Whether something is switched on."""
        value = self.value(name)
        assert isinstance(value, bool), name
        return value

    def is_typed(self, name: str) -> bool:
        """Whether an option was given on the command line."""
        return name in self.settings and self.settings[name].layer == "command line"

    def place(self, name: str) -> str:
        """How an error calls the option: by the place where it was set."""
        return self.settings[name].place if name in self.settings else BY_NAME[name].place

    def folder(self, name: str) -> str:
        """Return the folder of the file that says it; the working directory where none does."""
        file = self.settings[name].file if name in self.settings else ""
        return str(Path(file).parent)

    @property
    def file(self) -> str:
        """The file that says anything; empty when none does."""
        return next((setting.file for setting in self.settings.values() if setting.file), "")

    @property
    def has_target(self) -> bool:
        """Whether it says what to verify."""
        return any(name in self.settings for name in TARGETS)

    def wrong(self, name: str, what: str) -> UsageError:
        """Return the error that says what is wrong with the value of an option."""
        return UsageError(f"{self.place(name)}: {what}")

    def outranks(self, name: str, other: str) -> bool:
        """Whether one option was set by somebody who wins over whoever set the other."""
        ranks = [
            LAYERS.index(self.settings[each].layer) if each in self.settings else -1
            for each in (name, other)
        ]
        return ranks[0] > ranks[1]

    def over(self, weaker: "Config") -> Self:
        """Return these settings, with the others where nothing is set here.

        A target takes the place of another with all that belongs to that: no server is sent
        the headers that are meant for another one.
        """
        elsewhere = self.has_target and weaker.has_target
        kept = {
            name: setting
            for name, setting in weaker.settings.items()
            if not (elsewhere and name in OF_A_TARGET)
        }
        return type(self)({**kept, **self.settings})

    def only_for(self, command: str) -> Self:
        """Return the settings that can be configured for a command."""
        return type(self)(
            {
                name: setting
                for name, setting in self.settings.items()
                if command in BY_NAME[name].configures
            }
        )
