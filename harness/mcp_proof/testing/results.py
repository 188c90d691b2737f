"""What the convenient methods of a client give back."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from mcp_proof.testing.failures import ToolFailedError, ToolSucceededError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.wire import as_list, as_object, quote

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test


@dataclass(frozen=True)
class ToolResult:
    """The result of a `tools/call`."""

    tool: str
    raw: JsonObject
    """As the server gave it."""
    mask: Mask = field(default_factory=Mask, repr=False, compare=False)
    """Hides secrets in what a failure says of it."""

    @property
    def is_error(self) -> bool:
        """Whether the tool reports that it failed."""
        return self.raw.get("isError") is True

    @cached_property
    def content(self) -> list[JsonObject]:
        """The content blocks."""
        return [as_object(block) for block in as_list(self.raw.get("content"))]

    @cached_property
    def text(self) -> str:
        """The text of all text blocks, one per line."""
        texts = (block.get("text") for block in self.content if block.get("type") == "text")
        return "\n".join(text for text in texts if isinstance(text, str))

    @property
    def structured(self) -> Json:
        """The structured content; `None` where there is none."""
        return self.raw.get("structuredContent")

    def succeeded(self) -> Self:
        """Return this, for the call's success.

        Raises:
            ToolFailedError: the tool reports that it failed.
        """
        if self.is_error:
            text = f"the tool {self.tool} failed: {excerpt(self.text or quote(self.raw))}"
            raise ToolFailedError(self.mask(text), self)
        return self

    def failed(self, saying: str = "") -> Self:
        """Return this, for a failure that the tool reports, with this in its text.

        Raises:
            ToolSucceededError: it reports none, or says something else.
        """
        if not self.is_error:
            text = f"the tool {self.tool} did not fail: {excerpt(self.text or quote(self.raw))}"
            raise ToolSucceededError(self.mask(text), self)
        if saying not in self.text:
            text = f"the tool {self.tool} failed without saying {saying!r}: {excerpt(self.text)}"
            raise ToolSucceededError(self.mask(text), self)
        return self
