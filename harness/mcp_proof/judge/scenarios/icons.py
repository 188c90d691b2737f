"""Icons that are to be fetched with care."""

from dataclasses import replace
from typing import Final

from mcp_proof.judge.canaries import LEADS_AWAY
from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

COOKIE: Final = {"Set-Cookie": "session=of-the-server; Path=/"}


@scenario(
    "icons", "sec-icon-scheme-client", "sec-icon-fetch-no-credentials", since=Revision.R2025_11_25
)
def icons(stage: Stage) -> None:
    """A tool has icons behind URIs of several schemes, and behind a redirect to another host."""
    stage.canary("icon")
    stage.tools(ECHO)

    def with_icons(request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        if request.get("method") != "tools/list" or not result:
            return reply
        here = f"{stage.canary_url}/icon"
        socket = here.replace("http:", "ws:", 1)
        sources = (f"{here}/plain.png", f"{socket}/socket.png", f"{here}/{LEADS_AWAY}")
        shown: list[Json] = [{"src": src, "mimeType": "image/png"} for src in sources]
        tools: list[Json] = [
            {**as_object(tool), "icons": shown} for tool in as_list(result.get("tools"))
        ]
        return {**reply, "result": {**result, "tools": tools}}

    def with_cookie(_request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return replace(response, headers={**response.headers, **COOKIE})

    stage.reply(with_icons)
    stage.http(with_cookie)
    stage.wish("list", what="tools")
