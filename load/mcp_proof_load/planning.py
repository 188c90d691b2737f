"""The plan of a run: what was surveyed, as much and as long as the options say."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import orjson

from mcp_proof.errors import UsageError
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.transcript import Event, EventKind, Transcript, event_line
from mcp_proof_contracts.wire import Kind, id_key
from mcp_proof_load.events import Kind as Wrong
from mcp_proof_load.events import Planned
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.plan import Plan, TimedCall
from mcp_proof_load.survey.options import SurveyOptions
from mcp_proof_load.survey.place import LISTENABLE

OPENING = ("initialize", "notifications/initialized", "server/discover", "tools/list")
"""The methods whose messages the rules need to judge a call."""
NO_RULES = f"{Wrong.RULE}: the rules judge single exchanges of MCP alone"


def survey_options(options: LoadOptions) -> SurveyOptions:
    """Return what the survey goes by."""
    return SurveyOptions(
        tools=options.tools,
        allow_destructive=options.allow_destructive,
        contract=options.contract,
        recording=options.recording,
        speed=options.speed if options.recording is not None else None,
        seed=options.seed,
    )


def plan_of(surveyed: Plan, options: LoadOptions, opening: tuple[str, ...]) -> Plan:
    """Return the plan of a run.

    Raises:
        UsageError: there are to be listeners, and nothing to listen to.
    """
    if "listener" in options.user_kinds and surveyed.client not in LISTENABLE:
        raise UsageError(
            f"--user listener: the client of this server ({surveyed.client}) holds no stream open; "
            f"those that do are {', '.join(LISTENABLE)}"
        )
    return replace(
        surveyed,
        user_kinds=options.user_kinds or surveyed.user_kinds,
        profile=options.profile.name,
        users=options.users,
        rate=options.rate,
        arrivals=options.arrivals,
        duration=options.duration,
        warm_up=options.warm_up,
        think=options.think,
        connections=options.connections or surveyed.connections,
        timeout=options.timeout,
        max_calls=options.max_calls,
        check=options.check,
        opening=opening,
        statistics=options.web_port is not None,
        workers=options.expect_workers if options.master else options.processes,
    )


def planned(plan: Plan, options: LoadOptions, untested: Sequence[str]) -> Planned:
    """Return what reports say of a plan."""
    ruled = not plan.check or published(plan.speech.get("revision")) is not None
    return Planned(
        profile=plan.profile,
        users=plan.users,
        rate=plan.rate,
        duration=plan.warm_up + plan.duration,
        warm_up=plan.warm_up,
        processes=0 if options.master else options.processes,
        operations={operation.name: operation.weight for operation in plan.operations},
        user_kinds=plan.user_kinds,
        seed=plan.seed,
        check=plan.check,
        arrivals=plan.arrivals if plan.rate is not None else "",
        think=plan.think,
        connections=plan.connections,
        recording=_recording(plan.recorded),
        speed=plan.speed,
        untested=(*untested, *(() if ruled else (NO_RULES,))),
    )


def _recording(calls: Sequence[TimedCall]) -> str:
    """Return what tells recorded calls from others; not of arguments, which may be secret."""
    if not calls:
        return ""
    said = orjson.dumps([(call.at, call.name, call.session) for call in calls])
    return sha256(said).hexdigest()[:16]


def opening_of(transcript: Transcript) -> tuple[str, ...]:
    """Return the messages that open a transcript's first session, as lines of one."""
    session = next((e.session for e in transcript.events if e.message is not None), "")
    asked: set[tuple[str, str]] = set()
    lines: list[str] = []
    for event in transcript.events:
        if event.session == session and event.kind is EventKind.MESSAGE and _opens(event, asked):
            plain = replace(event, seq=len(lines), channel="memory", session="sampled", data={})
            lines.append(event_line(plain).decode())
    return tuple(lines)


def _opens(event: Event, asked: set[tuple[str, str]]) -> bool:
    said = event.message
    assert said is not None
    if said.method in OPENING:
        asked.add(id_key(said.id))
        return True
    return said.kind is Kind.RESULT and id_key(said.id) in asked
