"""A hand-written conversation in which a server asks its client."""

import itertools
from typing import Any

from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

R2511, R2607 = Revision.R2025_11_25, Revision.R2026_07_28
INFO = {"name": "x", "version": "1"}
FORM = "elicitation/create"
ALL = {"sampling": {}, "roots": {}, "elicitation": {"form": {}, "url": {}}}


class Conversation(Tape):
    """What a server asks a client that has declared this: by requests, or in rounds."""

    def __init__(self, revision: Revision = R2511, declared: Json = ALL) -> None:
        super().__init__()
        self.revision, self.declared = revision, declared
        self._numbers = itertools.count(1)
        if revision is not R2607:
            self.open("s")

    def open(self, session: str) -> None:
        version = {"protocolVersion": str(self.revision), "capabilities": self.declared}
        answer = {**version, "capabilities": {}, "serverInfo": INFO}
        self.call("initialize", {**version, "clientInfo": INFO}, session=session, result=answer)

    def call(
        self, method: str, params: Json = None, *, probe: str = "", session: str = "s", **reply: Any
    ) -> int:
        number = next(self._numbers)
        frame = {"jsonrpc": "2.0", "id": number}
        given = dict(params) if isinstance(params, dict) else {}
        if self.revision is R2607:
            meta = {META_VERSION: str(R2607), META_CAPABILITIES: self.declared}
            given = {**given, "_meta": {**meta, **given.get("_meta", {})}}
        request = {**frame, "method": method, "params": given}
        self.say(Sender.CLIENT, request, probe=probe, session=session)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply}, session=session)
        return number

    def asked(self, method: str, params: Json, session: str = "s") -> "Conversation":
        if self.revision is R2607:
            asked = {
                "resultType": "input_required",
                "inputRequests": {"k": asking(method, params)},
            }
            self.call("tools/call", {"name": "t"}, session=session, result=asked)
        else:
            frame = {"jsonrpc": "2.0", "id": f"s-{next(self._numbers)}"}
            self.say(Sender.SERVER, {**frame, **asking(method, params)}, session=session)
        return self

    def form(self, message: str = "?", **properties: Json) -> "Conversation":
        schema = {"type": "object", "properties": properties}
        return self.asked(FORM, {"message": message, "requestedSchema": schema})

    def told(self, method: str, params: Json, session: str = "s") -> "Conversation":
        frame = {"jsonrpc": "2.0", "method": method, "params": params}
        self.say(Sender.SERVER, frame, session=session)
        return self

    def declaring(self, declared: Json) -> Json:
        return {"name": "t", "_meta": {META_CAPABILITIES: declared}}

    def outcome(self, rule_id: str, revision: Revision | None = None) -> Outcome:
        return super().outcome(rule_id, revision or self.revision)


def asking(method: str, params: Json) -> dict[str, Json]:
    return {"method": method, "params": params}
