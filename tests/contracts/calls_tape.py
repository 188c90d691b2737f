"""A client's transcript written by hand: what it asked over HTTP, what it got, what it told."""

import itertools
from collections.abc import Mapping
from typing import Any

from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION, standard_headers
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import CANARIES, EventKind, Sender

NEWEST = Revision.R2026_07_28
META: dict[str, Any] = {META_VERSION: str(NEWEST), META_CAPABILITIES: {}}


class CallsTape(Tape):
    """Requests of a client of 2026-07-28, unless a session says otherwise."""

    def __init__(self) -> None:
        super().__init__("http", Sender.CLIENT)
        self._numbers = itertools.count(1)
        self._wishes: list[dict[str, Any]] = []

    def ask(
        self,
        method: str,
        params: Mapping[str, Any],
        answer: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        session: str = "s",
    ) -> None:
        """The client asks, and is answered: by an error, if the answer has a `code`."""
        number = next(self._numbers)
        where = {"channel": f"post-{number}", "session": session}
        frame = {"jsonrpc": "2.0", "id": number}
        meta = {"_meta": META} if session == "s" else {}
        message: dict[str, Any] = {**frame, "method": method, "params": {**meta, **params}}
        given = {name.lower(): value for name, value in standard_headers(message).items()}
        head = {"method": "POST", "headers": {**given, **(headers or {})}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=head, **where)
        self.say(Sender.CLIENT, message, **where)
        shown = {"status": 200, "headers": {"content-type": "application/json"}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=shown, **where)
        refused = "code" in answer
        reply = {"error": answer} if refused else {"result": {"resultType": "complete", **answer}}
        self.say(Sender.SERVER, {**frame, **reply}, **where)

    def tools(self, *tools: Mapping[str, Any], more: str | None = None) -> None:
        """The client lists the tools."""
        cursor = {} if more is None else {"nextCursor": more}
        self.ask("tools/list", {}, {"tools": list(tools), **cursor})

    def call(
        self,
        name: str,
        arguments: Mapping[str, Any],
        answer: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """The client calls a tool."""
        params = {"name": name, "arguments": arguments}
        self.ask("tools/call", params, answer or {"content": []}, headers=headers)

    def told(self, wish: Mapping[str, Any], *, value: Any = None, error: str = "") -> None:
        """The client tells its user what came of a wish."""
        outcome: dict[str, Any] = {"wish": len(self._wishes), "do": wish["do"], "ok": not error}
        outcome |= {"error": error} if error else {"value": value}
        self._wishes.append(dict(wish))
        self.of_client(EventKind.TOLD, outcome)

    def wished(self, wish: Mapping[str, Any]) -> None:
        """The client is asked for something, and tells nothing."""
        self._wishes.append(dict(wish))

    def fetched(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        """Somebody fetches a URL of a canary."""
        host, _, path = url.removeprefix("http://").partition("/")
        data = {"method": "GET", "path": f"/{path}", "headers": {"host": host, **(headers or {})}}
        session = f"{CANARIES}{path.partition('/')[0]}"
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=session, session=session, data=data)

    def ended(self, how: str = "exit") -> "CallsTape":
        """The client ends."""
        self.of_client(EventKind.CLOSE, {"how": how, "wishes": self._wishes})
        return self
