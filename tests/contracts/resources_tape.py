"""A conversation about resources and completions, written by hand."""

import itertools
from typing import Any

from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

R2511, R2607 = Revision.R2025_11_25, Revision.R2026_07_28
INFO = {"name": "x", "version": "1"}
URI = "memo://a"
ALL: dict[str, Json] = {"resources": {"subscribe": True, "listChanged": True}, "completions": {}}


class Conversation(Tape):
    """A conversation with a server at one revision, written down exchange by exchange."""

    def __init__(self, revision: Revision = R2511, capabilities: Json = None) -> None:
        super().__init__()
        self.revision = revision
        self._numbers = itertools.count(1)
        declared = ALL if capabilities is None else capabilities
        if revision is R2607:
            result = {"resultType": "complete", "supportedVersions": [revision]}
            self.ask("server/discover", result={**result, "capabilities": declared})
            return
        answer = {"protocolVersion": revision, "serverInfo": INFO, "capabilities": declared}
        self.ask("initialize", {"protocolVersion": revision}, result=answer)

    def ask(self, method: str, params: Json = None, probe: str = "", **reply: Any) -> None:
        frame = {"jsonrpc": "2.0", "id": next(self._numbers)}
        meta = {"io.modelcontextprotocol/protocolVersion": self.revision}
        given = {**(params or {}), **({"_meta": meta} if self.revision is R2607 else {})}
        self.say(Sender.CLIENT, {**frame, "method": method, "params": given}, probe=probe)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply})

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

    def tell(self, method: str, **params: Json) -> None:
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "method": method, "params": params})

    def complete(self, probe: str = "", params: Json = None, **completion: Json) -> None:
        result = {"completion": completion}
        self.ask("completion/complete", params or {"ref": {}}, probe, result=result)

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)


def resource(**members: Json) -> dict[str, Json]:
    return {"uri": URI, "name": "a", **members}


def text(value: str = "a", **members: Json) -> dict[str, Json]:
    return {"uri": URI, "text": value, **members}
