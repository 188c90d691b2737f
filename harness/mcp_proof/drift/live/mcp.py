"""MCP of either era: requests as the era has them, lists page by page."""

from typing import Final

from mcp_proof.drift.answer import Answer, of_message, silence
from mcp_proof.drift.answers_given import RecordedClient
from mcp_proof.drift.lists import MEMBER_OF
from mcp_proof.drift.live.live import Live
from mcp_proof.drift.recorded import Request
from mcp_proof.driver import Driver
from mcp_proof.sessions.session import Answer as Came
from mcp_proof.sessions.session import Session
from mcp_proof.tool_server import MAX_PAGES, ListedTool, listed_tool
from mcp_proof_contracts.headers import META, META_LOG_LEVEL
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

LIST: Final = "tools/list"


class LiveMcp(Live):
    """A server of MCP."""

    def __init__(self, driver: Driver, client: RecordedClient) -> None:
        self.server = self._driver = driver
        self._client = client

    async def tools(self) -> dict[str, ListedTool]:
        """Return the tools; none where the server declares none, or gives no list."""
        session = await self._driver.session()
        if "tools" not in session.capabilities:
            self.why_no_tools = "the server does not declare that it has tools"
            return {}
        answer = await self._list(session, LIST)
        items = as_object(answer.value).get("tools")
        if not isinstance(items, list):
            self.why_no_tools = f"the server's tools could not be listed ({answer.outcome})"
            return {}
        self._driver.remember_tools([as_object(item) for item in items])
        tools = map(listed_tool, self._driver.tools.values())
        return {tool.name: tool for tool in tools}

    async def ask(self, request: Request) -> Answer:
        """Send a request, or ask for all pages of a list."""
        session = await self._driver.session()
        if request.method in MEMBER_OF:
            return await self._list(session, request.method)
        meta = self._meta(request)
        params: JsonObject = {**request.params, "_meta": meta} if meta else request.params
        return self._answer(await session.call(request.method, params))

    def asked(self) -> set[str]:
        """Return what the server asked since the last look."""
        asked, self._client.asked = self._client.asked, set()
        return asked

    async def _list(self, session: Session, method: str) -> Answer:
        member = MEMBER_OF[method]
        items: list[Json] = []
        cursor: JsonObject | None = None
        answer = Answer(outcome="")
        for _ in range(MAX_PAGES):
            answer = self._answer(await session.request(method, cursor))
            page = as_object(answer.value)
            if not isinstance(page.get(member), list):
                return answer
            items += as_list(page[member])
            if not isinstance(page.get("nextCursor"), str):
                break
            cursor = {"cursor": page["nextCursor"]}
        value: JsonObject = {**as_object(answer.value), member: items}
        return Answer(outcome=answer.outcome, value=value, revision=self.revision)

    def _meta(self, request: Request) -> JsonObject:
        """Return what the recorded client put there itself."""
        kept = (META_LOG_LEVEL,) if self._driver.stateless else ()
        return {n: v for n, v in request.meta.items() if n in kept or not n.startswith(META)}

    def _answer(self, came: Came) -> Answer:
        if came.message is not None:
            return of_message(came.message, self.revision)
        if came.status is not None and came.status >= 400:  # noqa: PLR2004  # any that refuses
            return Answer(outcome=f"HTTP {came.status}", told=came.why, revision=self.revision)
        return silence(came.why)
