"""A conversation about resources and completions, written by hand."""

from typing import Any

import spoken_tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision

URI = "memo://a"
ALL: dict[str, Json] = {"resources": {"subscribe": True, "listChanged": True}, "completions": {}}


class Conversation(spoken_tape.Conversation):
    """One over stdio, with a server that declares all of that unless it says otherwise."""

    def __init__(
        self,
        revision: Revision = Revision.R2025_11_25,
        capabilities: dict[str, Json] | None = None,
    ) -> None:
        super().__init__(revision, **(ALL if capabilities is None else capabilities))

    def ask(self, method: str, params: Json = None, probe: str = "", **reply: Any) -> None:
        """Send a request; without a reply it stays unanswered."""
        number = self.begin(method, params, probe)
        if reply:
            self.end(number, **reply)

    def list(self, *resources: Json, probe: str = "") -> None:
        self.ask("resources/list", None, probe, result={"resources": list(resources)})

    def templates(self, *uris: str) -> None:
        listed = [{"uriTemplate": uri, "name": "t"} for uri in uris]
        self.ask("resources/templates/list", result={"resourceTemplates": listed})

    def read(self, uri: Json, *contents: Json, probe: str = "", **reply: Any) -> None:
        answer = reply or {"result": {"contents": list(contents)}}
        self.ask("resources/read", {"uri": uri}, probe, **answer)

    def subscribe(self, method: str = "subscribe", probe: str = "", **reply: Any) -> None:
        self.ask(f"resources/{method}", {"uri": URI}, probe, **(reply or {"result": {}}))

    def notified(self, method: str, **params: Json) -> None:
        self.tell(method, params)

    def complete(self, probe: str = "", params: Json = None, **completion: Json) -> None:
        result = {"completion": completion}
        self.ask("completion/complete", params or {"ref": {}}, probe, result=result)


def resource(**members: Json) -> dict[str, Json]:
    return {"uri": URI, "name": "a", **members}


def text(value: str = "a", **members: Json) -> dict[str, Json]:
    return {"uri": URI, "text": value, **members}
