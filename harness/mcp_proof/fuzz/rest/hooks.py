"""Loaded by Schemathesis in its own process: one check more, and what tells of its failures.

Each line that is written is a JSON object: `kind` is `failure`, `not-tried` or `fault`.
"""

import json
import os
from typing import Any, Final

import schemathesis
from schemathesis import cli
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events
from schemathesis.engine.statistic import GroupedFailures
from schemathesis.generation.case import Case

from mcp_proof.fuzz.rest.executed import SCHEMAS, wrongly_executed
from mcp_proof.fuzz.rest.failure import DESCRIPTOR
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.wire import as_object, parse

NO_ANSWER: Final = (
    *("Network Error", "Server Unavailable", "Unhealthy API", "Unresponsive Operation"),
)
"""How Schemathesis calls that nothing was answered, once or from then on."""


@schemathesis.check
def invalid_arguments_executed(_ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Complain of a call that was carried out with arguments that its tool does not allow."""
    body = response.request.body
    asked = parse(body if isinstance(body, bytes) else str(body or "").encode())
    schemas = as_object(case.operation.schema.raw_schema.get(SCHEMAS))
    named = {name: as_object(schema) for name, schema in schemas.items()}
    for wrong in wrongly_executed(named, asked.value, parse(response.content).value):
        raise AssertionError(wrong)


@cli.handler()
class Teller(cli.EventHandler[cli.ExecutionContext]):
    """Tells of each failure as soon as it is known."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        self._told: set[tuple[str, str]] = set()

    def handle_event(self, ctx: cli.ExecutionContext, event: events.EngineEvent) -> None:
        """Tell what is new."""
        for label, groups in ctx.statistic.failures.items():
            for case_id, group in groups.items():
                if (label, case_id) not in self._told:
                    self._told.add((label, case_id))
                    for failure in group.failures:
                        _tell(_failure(label, failure, group))
        if isinstance(event, events.NonFatalError):
            if (event.label, event.info.title) in self._told:  # each phase has it anew
                return
            self._told.add((event.label, event.info.title))
            kind = "failure" if event.info.title in NO_ANSWER else "not-tried"
            _tell(_error(kind, event))
        elif isinstance(event, events.FatalError):
            _tell(
                {"kind": "fault", "message": f"{type(event.exception).__name__}: {event.exception}"}
            )


def _failure(label: str, failure: Failure, group: GroupedFailures) -> dict[str, str]:
    response = group.response
    ours = not failure.checks
    said = failure.message if ours else f"{failure.title}: {failure.message}"
    shown = "" if response is None else f"{response.status_code} {excerpt(response.text)}"
    return {
        "kind": "failure",
        "operation": label,
        "check": invalid_arguments_executed.__name__ if ours else failure.checks[0],
        "message": said.removesuffix(": "),
        "reproduce": group.code_sample or "",
        "response": shown,
    }


def _error(kind: str, event: events.NonFatalError) -> dict[str, str]:
    return {
        "kind": kind,
        "operation": event.label,
        "check": "no_answer",
        "message": f"{event.info.title}: {event.info.message}",
        "reproduce": event.info.code_sample or "",
        "response": "",
    }


def _tell(record: dict[str, str]) -> None:
    os.write(int(os.environ[DESCRIPTOR]), json.dumps(record).encode() + b"\n")
