"""A prompt that is offered."""

from mcp_proof_contracts.contract import Prompt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.listing import listed
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.script.script import Script


class ScriptedPrompt:
    """A prompt of the contract, ready to be got."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.offered = prompt.offered
        self.script = Script(prompt.cases)

    def listed(self, revision: Revision) -> JsonObject:
        """Return the prompt as prompts/list has it at this revision."""
        return listed(self.prompt.listed, revision)

    def missing(self, arguments: JsonObject) -> str | None:
        """The first required argument that is not given, or `None`."""
        for declared in map(as_object, as_list(self.prompt.listed.get("arguments"))):
            if declared.get("required") is True and str(declared.get("name")) not in arguments:
                return str(declared.get("name"))
        return None
