"""A script: the cases of one tool, prompt or resource, and how one of them comes to its answer."""

from mcp_proof_contracts.contract import Case, Duration, When
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, encode
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.script.ask import resume
from mcp_proof_mocks.script.latency import duration
from mcp_proof_mocks.script.match import condition
from mcp_proof_mocks.script.run import Run
from mcp_proof_mocks.script.stage import Stage
from mcp_proof_mocks.script.steps import prepared
from mcp_proof_mocks.script.template import template


class NoCaseError(Exception):
    """No case of the script answers these arguments."""


class _PreparedCase:
    def __init__(self, case: Case) -> None:
        self.holds = condition(case.when)
        self.steps = prepared(case.steps)
        self.fill = template(case.answer)
        self.then = case.then
        self.detaches_later = any(step.name == "task" for step in case.steps)


class Script:
    """Answers calls of one subject."""

    def __init__(self, cases: tuple[Case, ...], latency: Duration = None) -> None:
        self._cases = [_PreparedCase(case) for case in cases]
        self._latency = None if latency is None else duration(latency)
        self._plain = self._cases[0].fill if _is_plain(cases, latency) else None
        """Fills the only answer there is, where nothing else happens."""
        self.calls = 0
        """How often a call was taken in, rounds of one call counted once."""

    async def answer(self, server: Stage, call: Call, arguments: JsonObject) -> JsonObject:
        """Return the filled answer of the case that these arguments meet.

        Raises:
            NoCaseError: there is none.
            InputRequiredError: the client must answer something first.
            UnableError: the answer cannot be given.
            RefusalError: the case refuses, or the request is ill-formed.
        """
        if self._plain is not None and server.latency is None and not call.is_resumed:
            self.calls += 1
            call.detach("")
            return as_object(self._plain(arguments))
        run = Run(server=server, call=call, arguments=arguments, state=server.state)
        if call.is_resumed:
            resume(run)
        else:
            self.calls += 1
            run.number = self.calls
            run.case = self._chosen(run)
        if not self._cases[run.case].detaches_later:
            call.detach("")
        latency = self._latency or server.latency
        if latency is not None:
            await call.waiting.sleep(latency(server.random))
        case = self._cases[run.case]
        for step in case.steps:
            await step(run)
        if case.then is not None:
            server.state = case.then
        return as_object(case.fill(run.scope))

    def _chosen(self, run: Run) -> int:
        for index, case in enumerate(self._cases):
            if case.holds(run.arguments, run.number, run.state):
                return index
        raise NoCaseError


def _is_plain(cases: tuple[Case, ...], latency: Duration) -> bool:
    """Whether a script has one answer for all calls, made of their arguments alone."""
    if len(cases) != 1 or latency is not None:
        return False
    [case] = cases
    own_slots = b"$" in encode(case.answer)
    return case.when == When() and not case.steps and case.then is None and not own_slots
