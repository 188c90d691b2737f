"""A tool that has a word with the client while it is called: messages as they are, well or ill."""

import asyncio
from collections.abc import Sequence
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.questions import QUESTIONS
from mcp_proof_contracts.wire import Kind, as_list, as_object, message
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.offering.handler import HandledAnswer
from mcp_proof_mocks.script.stage import Stage as ScriptStage
from mcp_proof_mocks.stateful import StatefulSession

Together: TypeAlias = Sequence[Json]
"""Messages that are said without waiting for an answer in between."""

SECONDS: Final = 2.5
"""How long an answer of the client is waited for."""
MOMENT: Final = 0.1
"""Seconds that a client gets to say what it should not, where no answer is due."""


class Saying(HandledAnswer):
    """Says its messages when the tool is called, then answers the call.

    After each group it waits until there are as many answers as requests were in it. What a client
    is asked for which it has declared no capability is left out.
    """

    def __init__(self, groups: Sequence[Together]) -> None:
        super().__init__("said")
        self._groups = groups

    async def answer(self, server: ScriptStage, call: Call, arguments: JsonObject) -> JsonObject:
        """Return the answer to one call, as the contract file has answers."""
        for group in self._groups:
            await self._say(call, [each for each in group if _may_be_asked(call, each)])
        return await super().answer(server, call, arguments)

    async def _say(self, call: Call, group: Together) -> None:
        due = sum(map(_requests, group))
        if isinstance(call.session, StatefulSession):
            questions = call.session.questions
            number = questions.settled + due
            for each in group:
                call.send(each)
            await questions.until(number, SECONDS)
            return
        for each in group:
            call.send(each)
        if due:
            await asyncio.sleep(MOMENT)


def _may_be_asked(call: Call, value: Json) -> bool:
    method = as_object(value).get("method")
    return method not in QUESTIONS or str(method).partition("/")[0] in call.client


def _requests(value: Json) -> int:
    """How many requests a message is."""
    if isinstance(value, list):
        return sum(map(_requests, as_list(value)))
    return int(message(value).kind is Kind.REQUEST)
