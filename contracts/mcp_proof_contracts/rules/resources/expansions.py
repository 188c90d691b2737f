"""Resources, Resource Templates: what a template stands for can be read."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, RESOURCE_NOT_FOUND
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.resources.traffic import READ

EXPANSIONS: Final = "template-expansions"
NAMED: Final = "named"
"""The case of an expansion that the user named; others are made of what the server suggests."""


@rule(
    "resources-template-expansion-readable",
    "implied",
    "server/resources#resource-templates",
    probes=(EXPANSIONS,),
    otherwise=needs("template_resource"),
)
def expansion_readable(read: Reading) -> Observations:
    """A URI that a template stands for can be read.

    Looked at: the expansion that the user names, and templates with one variable, filled in with
    a value that the server suggests for it. A suggestion may be the beginning of a value only, so
    that it proves nothing where it is not found.
    """
    for exchange in read.stimuli(EXPANSIONS):
        if exchange.sent.message.method != READ:
            continue
        modern = read.revision > LATEST_STATEFUL
        gone = {RESOURCE_NOT_FOUND, INVALID_PARAMS if modern else RESOURCE_NOT_FOUND}
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code in gone and exchange.case == NAMED:
            yield Finding.about(
                exchange,
                message="what a resource template stands for was not found",
                expected="its contents",
            )
        else:
            yield Untested("no expansion of a template could be read, and none is sure to exist")
