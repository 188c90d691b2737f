"""Whether a server gives a consumer what it needs: by what it promises, and by what it answered."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from mcp_proof_contracts.agreements.agreement import Agreement, agreement
from mcp_proof_contracts.agreements.answered import Answered, answered
from mcp_proof_contracts.agreements.promised import (
    Taken,
    is_promised,
    taken_by_prompt,
    taken_by_tool,
)
from mcp_proof_contracts.consumers.consumer import Consumer, Interaction
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.surface_of_transcript import evidence, surface_of_transcript
from mcp_proof_contracts.wire import as_object, quote

HOME: Final = "consumers"
LISTS: Final = {
    "tool": ("tools", ("tools/list",)),
    "prompt": ("prompts", ("prompts/list",)),
    "resource": ("resources", ("resources/list", "resources/templates/list")),
}
"""Where the target of an interaction is listed, and by which requests."""


def consumer_agreements(consumer: Consumer, option: str = "") -> list[Agreement]:
    """Return the agreements with a consumer: on what it speaks, relies on and asks for."""
    named = named_interactions(consumer)
    whose = excerpt(consumer.name)

    def agreed(
        rule_id: str,
        text: str,
        check: Callable[[Reading], Observations],
        probes: tuple[str, ...] = (),
    ) -> Agreement:
        return agreement(rule_id, text, check, home=HOME, option=option, probes=probes)

    agreements = [
        agreed(
            interaction_id,
            _page(whose, interaction),
            partial(_interacts, interaction, interaction_id),
            (interaction_id,),
        )
        for interaction_id, interaction in named.items()
    ]
    start = id_of(consumer.name)
    if consumer.speaks:
        text = f"What {whose} speaks is spoken: {', '.join(consumer.speaks)}."
        agreements.append(agreed(f"{start}-speaks", text, partial(_speaks, consumer)))
    if consumer.capabilities:
        text = f"The capabilities that {whose} relies on are declared."
        agreements.append(agreed(f"{start}-capabilities", text, partial(_declares, consumer)))
    return agreements


def id_of(*names: str) -> str:
    """Return the id of an agreement, which is typed on command lines."""
    words = (re.sub(r"[^a-z0-9_.]+", "-", name.lower()).strip("-") for name in names)
    return "-".join(["consumer", *words])


def named_interactions(consumer: Consumer) -> dict[str, Interaction]:
    """Return the interactions of a consumer by the ids of their agreements."""
    named: dict[str, Interaction] = {}
    for interaction in consumer.interactions:
        interaction_id = wanted = id_of(consumer.name, interaction.name)
        number = 2
        while interaction_id in named:
            interaction_id, number = f"{wanted}-{number}", number + 1
        named[interaction_id] = interaction
    return named


def _page(whose: str, interaction: Interaction) -> str:
    does = {"tool": "can call the tool", "prompt": "can get the prompt", "resource": "can read"}
    reads = f", and reads {', '.join(interaction.reads)}" if interaction.reads else ""
    given = f', given "{interaction.given}"' if interaction.given else ""
    what = excerpt(f"{interaction.target}{given}{reads}")
    return (
        f"{whose} {does[interaction.kind]} {what}.\n\n"
        "It is checked by what the server lists: the target is there, takes the arguments that\n"
        "are given, and promises what is read. Where it may be asked, its answer is looked at too."
    )


def _speaks(consumer: Consumer, reading: Reading) -> Observations:
    spoken = str(reading.spoken)
    seen = evidence(reading, (*OPENINGS, "tools/list"))
    if spoken in consumer.speaks and seen:
        yield Kept(seen[-1])
    elif spoken not in consumer.speaks:
        yield Untested(f"{spoken} was spoken; choose what the consumer speaks to look at that")


def _declares(consumer: Consumer, reading: Reading) -> Observations:
    shown = surface_of_transcript(reading.transcript, reading.spoken)
    seen = evidence(reading, OPENINGS)
    if not seen:
        yield Untested(shown.unread.get("capabilities", "the server was not introduced"))
        return
    for path in consumer.capabilities:
        if reading.declares(path):
            yield Kept(seen[-1])
        else:
            yield Finding(
                message=f"{path} is not declared",
                expected=f"{path}, which {excerpt(consumer.name)} relies on",
                actual=f"the capabilities are {quote(shown.capabilities)}",
                events=tuple(seen),
            )


# Interactions


def _interacts(interaction: Interaction, probe: str, reading: Reading) -> Observations:
    shown = surface_of_transcript(reading.transcript, reading.spoken)
    part, methods = LISTS[interaction.kind]
    answers = list(answered(reading, probe, interaction.kind))
    taken = _taken(interaction, shown)
    seen = tuple(evidence(reading, methods) or evidence(reading, OPENINGS))
    yield from (
        Finding(message=message, expected=expected, actual=actual, events=seen)
        for message, expected, actual in taken.gaps
    )
    wrong = [finding for answer in answers for finding in _wrong(interaction, answer)]
    yield from wrong
    if taken.gaps or wrong:
        return
    if answers:
        yield from (Kept(answer.events[-1]) for answer in answers)
        return
    if part in shown.unread and interaction.target not in getattr(shown, part):
        yield Untested(shown.unread[part])
    elif interaction.given:
        yield Untested(f"it was not asked in the state {excerpt(interaction.given)!r}")
    elif taken.doubt:
        yield Untested(f"{taken.doubt}, and no call showed it")
    elif (why := _unpromised(interaction, shown)) is not None:
        yield Untested(why)
    elif seen:
        yield Kept(seen[-1])


def _taken(interaction: Interaction, shown: Surface) -> Taken:
    """Return whether the server's lists have the target, and it takes what is given."""
    part, _ = LISTS[interaction.kind]
    listed: Mapping[str, Json] = getattr(shown, part)
    target = excerpt(interaction.target)
    if interaction.kind == "resource":
        return Taken()  # a URI may be readable without being listed: only reading tells
    if interaction.target not in listed:
        if part in shown.unread:
            return Taken()
        names = excerpt(", ".join(sorted(listed))) or "none"
        return Taken(gaps=((f"there is no {interaction.kind} {target}", target, names),))
    item = as_object(listed[interaction.target])
    taken = taken_by_prompt if interaction.kind == "prompt" else taken_by_tool
    return taken(interaction, item)


def _unpromised(interaction: Interaction, shown: Surface) -> str | None:
    """Why what the server lists does not settle it; `None` where it does."""
    if interaction.kind == "tool" and not interaction.reads:
        return None
    if interaction.kind == "resource":
        listed = interaction.target in shown.resources and not interaction.reads
        return None if listed else "it was not read, and no list promises what is read"
    if interaction.kind == "prompt":
        return None if not interaction.reads else "it was not got, and no list promises a result"
    tool = as_object(shown.tools[interaction.target])
    lacking = [path for path in interaction.reads if not is_promised(tool, path, shown.dialect)]
    if not lacking:
        return None
    return (
        f"its output schema does not promise {', '.join(lacking)}, and it was not called: it does "
        "not declare itself read-only, or no example of its arguments is known"
    )


def _wrong(interaction: Interaction, answer: Answered) -> Iterator[Finding]:
    """Yield what is wrong with an answer for this consumer."""
    if answer.failure:
        yield Finding(
            message="it is answered by a failure",
            expected="a result",
            actual=answer.failure,
            events=answer.events,
        )
        return
    for pointer in interaction.reads:
        if not _resolves(answer.result, pointer_steps(pointer)):
            yield Finding(
                message=f"the answer has no {pointer}",
                expected=f"a value at {pointer}, which is read",
                actual=quote(answer.result),
                events=answer.events,
            )


def _resolves(value: Json, steps: Sequence[str]) -> bool:
    for step in steps:
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return False
    return True
