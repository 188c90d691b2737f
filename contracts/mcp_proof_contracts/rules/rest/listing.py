"""REST, Discover: what is listed is there."""

import re
from typing import Final

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.rest.traffic import (
    REST,
    body,
    executions,
    listed,
    slugs,
    succeeded,
)
from mcp_proof_contracts.wire import quote

ABSENT: Final = r"""
    (?: error:\s )?
    (?: (?:the\s)? tool:?\s \W?NAME\W?\s (?: is\s | was\s | does\s | has\s )?
        (?: not\s(?:been\s)?(?: found | exist | implemented | registered | known | defined )
          | unknown | undefined | unimplemented | missing )
      | (?: unknown | undefined | unrecognized | no\ssuch ) \stool:?\s \W?NAME\W?
      | there\sis\sno\stool\s (?: called\s | named\s )? \W?NAME\W? )
    (?: \W.* )?
"""
"""How servers say that there is no tool NAME; another sentence may follow."""


@rule(
    "rest-listed-tools-exist",
    "MUST",
    "rest#discover",
    dialects=REST,
    otherwise="no listed tool was executed",
)
def listed_tools_exist(read: Reading) -> Observations:
    """A tool that is listed exists when it is executed.

    Orchestrators register what is discovered, and send their users' requests there. Looked at: the
    executions of one listed tool that succeed, or fail with an error that says of the very tool
    that it is not found, unknown or not implemented. Any other error is the tool's own.
    """
    tools = listed(read)
    for exchange in executions(read):
        names = slugs(exchange)
        if len(names) != 1 or names[0] not in tools:
            continue
        if succeeded(exchange):
            yield Kept(exchange.request)
        elif any(_says_absent(text, names[0]) for text in body(exchange).values()):
            yield Finding.about(
                exchange,
                message=f"the tool {quote(names[0])} is listed, and does not exist",
                expected="a result, or an error of the tool itself",
            )


def _says_absent(text: object, name: str) -> bool:
    pattern = ABSENT.replace("NAME", re.escape(name))
    flags = re.VERBOSE | re.IGNORECASE | re.DOTALL
    return isinstance(text, str) and re.fullmatch(pattern, text, flags) is not None
