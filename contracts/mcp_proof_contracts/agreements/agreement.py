"""A rule that no specification states: a file of the user's does."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.dialect import DIALECTS, Spoken
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.rule import Check, Keyword, Rule, Side, Untested

if TYPE_CHECKING:
    from mcp_proof_contracts.reading import Reading
    from mcp_proof_contracts.rule import Observations

DOCS: Final = "https://github.com/OWNER/mcp-proof/blob/main/docs"
"""Where the pages about such files can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Rule):
    """A rule that holds for whoever agreed on it, whatever is spoken."""

    text: str
    """Its page: the requirement in one sentence, then what is looked at."""
    home: str
    """The area that it belongs to: the kind of file that states it."""
    option: str = ""
    """What of a command line makes it hold; empty for one that is only explained."""

    @property
    def area(self) -> str:
        """The kind of file that it comes from."""
        return self.home

    @property
    def documentation(self) -> str:
        """Its page."""
        return self.text

    def source(self, spoken: Spoken) -> str:  # noqa: ARG002  # it is the same for all
        """The address of the page about such files."""
        return f"{DOCS}/{self.page}.md"


def agreement(  # noqa: PLR0913  # the parts of a rule, all by keyword but three
    rule_id: str,
    text: str,
    check: "Check | None",
    *,
    home: str,
    page: str = "",
    side: Side = "server",
    keyword: Keyword = "MUST",
    option: str = "",
    probes: tuple[str, ...] = (),
    otherwise: str = "nothing was recorded that could be compared",
) -> Agreement:
    """Return an agreement; without a check it is only explained."""
    return Agreement(
        id=rule_id,
        keyword=keyword,
        page=page or f"contracts/{home}",
        check=check or _unbound,
        side=side,
        since=REVISIONS[0],
        until=REVISIONS[-1],
        must_since=None,
        transport=None,
        probes=probes,
        otherwise=otherwise,
        dialects=DIALECTS,
        text=text,
        home=home,
        option=option,
    )


def _unbound(_reading: "Reading") -> "Observations":
    yield Untested("no file says what was agreed on")
