"""A transcript of a client over Streamable HTTP, written by hand."""

from itertools import count
from typing import Any

from tape import Tape

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender

ID = "mcp-session-id"
VERSION = "mcp-protocol-version"
BOTH = "application/json, text/event-stream"
JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream"}
META = "io.modelcontextprotocol/protocolVersion"


class HttpClientTape(Tape):
    """HTTP exchanges as they are added; the time is what `at` was set to."""

    def __init__(self) -> None:
        super().__init__("http", Sender.CLIENT)
        self.at = 0.0
        self._numbers = count(1)

    def sent(
        self,
        value: Json | bytes = None,
        *,
        method: str = "POST",
        path: str = "/mcp",
        session: str = "s",
        **headers: str,
    ) -> str:
        """Add a request of the client; underscores in the names of headers stand for hyphens."""
        channel = f"{method.lower()}-{next(self._numbers)}"
        given = {name.replace("_", "-"): v for name, v in {"accept": BOTH, **headers}.items()}
        data: JsonObject = {"method": method, "path": path, "headers": given}
        self._add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel, session, data=data)
        if value is not None:
            place: dict[str, Any] = {"channel": channel, "session": session, "at": self.at}
            self.say(Sender.CLIENT, value, **place)
        return channel

    def head(
        self, channel: str, headers: dict[str, str], status: int = 200, session: str = "s"
    ) -> None:
        """Add the head of a response."""
        data: JsonObject = {"status": status, "headers": headers}
        self._add(EventKind.HTTP_RESPONSE, Sender.SERVER, channel, session, data=data)

    def answered(self, channel: str, value: Json = None, status: int = 200, **headers: str) -> None:
        """Add a whole response, with a body of JSON if there is any."""
        given = {name.replace("_", "-"): v for name, v in headers.items()}
        self.head(channel, {**(JSON if value is not None else {}), **given}, status)
        if value is not None:
            self.say(Sender.SERVER, value, channel=channel, at=self.at)
        self.ended(channel)

    def event(self, channel: str, value: Json = None, **members: Json) -> None:
        """Add a server-sent event."""
        data: JsonObject = {"id": None, "retry": None, "has_data": value is not None, **members}
        self._add(EventKind.SSE, Sender.SERVER, channel, "s", data=data)
        if value is not None:
            self.say(Sender.SERVER, value, channel=channel, at=self.at)

    def ended(self, channel: str, how: str = "complete", sender: Sender = Sender.SERVER) -> None:
        """Add the end of a response."""
        self._add(EventKind.END, sender, channel, "s", data={"how": how, "detail": ""})

    def told(self, number: int, do: str, error: str = "") -> None:
        """Add what the user was told of a wish."""
        data: JsonObject = {"wish": number, "do": do, "ok": not error, "error": error}
        self._add(EventKind.TOLD, Sender.CLIENT, "client", "client", data=data)

    def closed(self, how: str = "exit", code: int = 0) -> None:
        """Add the end of the client."""
        data: JsonObject = {"how": how, "exit_code": code}
        self._add(EventKind.CLOSE, Sender.CLIENT, "client", "client", data=data)

    def opened(
        self, version: str = "2025-11-25", session_id: str = "one", session: str = "s"
    ) -> None:
        """Add a handshake; "" is a server without sessions."""
        channel = self.sent(request("initialize", 1), session=session)
        given = {"mcp-session-id": session_id} if session_id else {}
        self.head(channel, {**JSON, **given}, session=session)
        value = result(1, {"protocolVersion": version})
        self.say(Sender.SERVER, value, channel=channel, at=self.at, session=session)
        notice: JsonObject = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        self.sent(notice, session=session, **{VERSION: version}, **given)

    def _add(
        self, kind: EventKind, sender: Sender, channel: str, session: str, **more: Any
    ) -> None:
        self.add(kind, sender, channel=channel, session=session, at=self.at, **more)


def request(method: str, request_id: Json, **params: Json) -> JsonObject:
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def modern(method: str, request_id: Json, **params: Json) -> JsonObject:
    return request(method, request_id, _meta={META: "2026-07-28"}, **params)


def result(request_id: Json, members: JsonObject | None = None) -> JsonObject:
    return {"jsonrpc": "2.0", "id": request_id, "result": members or {}}
