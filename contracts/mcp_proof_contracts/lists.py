"""The lists that a server gives page by page (utilities/pagination)."""

from typing import Final

LISTS: Final = (
    ("tools", "tools/list", "tools"),
    ("resources", "resources/list", "resources"),
    ("resources", "resources/templates/list", "resourceTemplates"),
    ("prompts", "prompts/list", "prompts"),
)
"""Capability, method and result member of every list."""
FOR_ALL: Final = ("notifications/tools/", "notifications/prompts/", "notifications/resources/")
"""How the notifications begin that are about the lists, and belong to no request."""
