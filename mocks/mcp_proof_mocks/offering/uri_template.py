"""Does a URI come from a template? The expansions of RFC 6570, read back."""

import re
from typing import Final
from urllib.parse import unquote

from mcp_proof_contracts.json_value import Json, JsonObject

_EXPRESSION: Final = re.compile(r"\{([+#./;?&]?)([^{}]+)\}")


class UriTemplate:
    """A URI template that URIs can be matched with."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        pattern, end = "", 0
        for expression in _EXPRESSION.finditer(text):
            pattern += re.escape(text[end : expression.start()]) + self._pattern(expression)
            end = expression.end()
        self._pattern_of_all = re.compile(pattern + re.escape(text[end:]))

    def match(self, uri: str) -> JsonObject | None:
        """Return the variables of a URI by their names, or `None` when it does not fit."""
        found = self._pattern_of_all.fullmatch(uri)
        if found is None:
            return None
        values: dict[str, Json] = {
            name: unquote(value)
            for name, value in zip(self.names, found.groups(), strict=True)
            if value is not None
        }
        return values

    def _pattern(self, expression: re.Match[str]) -> str:
        operator = expression[1]
        names = [name.rstrip("*").partition(":")[0] for name in expression[2].split(",")]
        self.names += names
        if operator in ("?", "&", ";"):
            # The first variable that is there has the operator before it, whichever it is.
            later = "[?&]" if operator == "?" else re.escape(operator)
            marks = (re.escape(operator), *(later for _ in names[1:]))
            value = "([^;/?#]*)" if operator == ";" else "([^&#]*)"
            pairs = zip(marks, map(re.escape, names), strict=True)
            return "".join(rf"(?:{mark}{name}(?:={value})?)?" for mark, name in pairs)
        each = "([^?#]+)" if operator in ("+", "#") else "([^/?#,]+)"
        lead = re.escape(operator) if operator in ("#", ".", "/") else ""
        separator = re.escape(operator) if operator in (".", "/") else ","
        return lead + separator.join(each for _ in names)
