"""Resources, Security Considerations: URIs that lead out of where resources lie."""

import re
from base64 import b64decode
from binascii import Error
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.resources.traffic import READ
from mcp_proof_contracts.wire import as_list, as_object

TRAVERSAL: Final = "path-traversal"
DIRECT: Final = "direct"
"""The case that names the file itself: who serves it means to."""
PASSWORDS: Final = re.compile(r"^root:[^:\n]*:0:0:", re.MULTILINE)
"""How the account of root stands in /etc/passwd."""


@rule(
    "resources-no-path-traversal",
    "MUST",
    "server/resources#security-considerations",
    probes=(TRAVERSAL,),
    otherwise="the `resources` capability was not declared",
)
def no_path_traversal(read: Reading) -> Observations:
    """A URI does not lead out of the folders whose files a server means to offer.

    Every server validates its URIs; 2026-07-28 names the reason for `file://`. Looked at: URIs
    with `..` in them, plain and encoded, that would end at /etc/passwd. It is a finding only where
    that file comes back, and is not served under its own URI, by which the server would offer the
    whole file system.
    """
    attempts = [e for e in read.stimuli(TRAVERSAL) if e.sent.message.method == READ]
    if any(_gives_passwords(e) for e in attempts if e.case == DIRECT):
        yield Untested("the server offers /etc/passwd under its own URI")
        return
    for exchange in attempts:
        if _gives_passwords(exchange):
            yield Finding.about(
                exchange,
                message=f"a URI with `..` in it led to /etc/passwd ({exchange.case})",
                expected="a JSON-RPC error",
            )
        elif exchange.answered_by_error and exchange.case != DIRECT:
            yield Kept(exchange.sent.event)


def _gives_passwords(exchange: Exchange) -> bool:
    return any(
        PASSWORDS.search(_text(as_object(content).get("text"), as_object(content).get("blob")))
        for content in as_list(exchange.result.get("contents"))
    )


def _text(text: object, blob: object) -> str:
    if isinstance(text, str):
        return text
    try:
        return b64decode(blob).decode(errors="replace") if isinstance(blob, str) else ""
    except (Error, ValueError):
        return ""
