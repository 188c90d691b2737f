"""Compares the verdicts of the project's own schemas with those of the official ones.

For every message and every part of one, values are generated from both schemas and mutated; each
gets one verdict from either side, formats included. Nothing may differ but what an exemption
names, and each definition must have seen both valid and invalid values.

    python scripts/compare_schemas.py OFFICIAL_FOLDER [--count N] [--seed N] [REVISION...]
    python scripts/compare_schemas.py --tasks OFFICIAL_FILE [--count N] [--seed N]

OFFICIAL_FOLDER holds `<revision>.schema.json`, as the specification repository publishes them. They
are in draft-07 up to 2025-06-18, but use no keyword that 2020-12 reads in another way.
OFFICIAL_FILE is the `schema.json` of the tasks extension.
"""

import argparse
import copy
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from jsonschema_rs import Draft202012Validator
from schema_pairs import EXEMPTIONS, Pair, pairs_of, pairs_of_tasks
from schema_samples import Samples

from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.schema import definitions, is_base64
from mcp_proof_contracts.schema_layers import Vocabulary


@dataclass
class Tally:
    """What the comparison of one definition saw."""

    seen: Counter[str] = field(default_factory=Counter[str])
    exempt: Counter[str] = field(default_factory=Counter[str])
    smallest: str | None = None
    """The shortest value, as JSON, on which the verdicts differ."""

    @property
    def proves_something(self) -> bool:
        """Whether both verdicts occurred and never differed."""
        return bool(self.seen["valid"] and self.seen["invalid"] and not self.seen["differ"])


class Official:
    """An official schema and its corrected forms."""

    def __init__(self, definitions: Mapping[str, Any], schema: Any) -> None:
        self._definitions = definitions
        self._schema = schema

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """The verdict as published."""
        return compiled(self._schema, self._definitions)

    @cached_property
    def corrected(self) -> dict[str, Callable[[Any], bool]]:
        """The verdicts with one exemption applied, and at last with all of them."""
        names = list(EXEMPTIONS)
        chosen = {name: [name] for name in names} | {"several": names}
        return {name: self._corrected(each) for name, each in chosen.items()}

    def _corrected(self, names: list[str]) -> Callable[[Any], bool]:
        root = {"$defs": copy.deepcopy(dict(self._definitions)), **copy.deepcopy(self._schema)}
        for name in names:
            EXEMPTIONS[name](root["$defs"])
        return compiled(self._schema, root["$defs"])


def compiled(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Callable[[Any], bool]:
    """A verdict with the settings that are the same for both sides."""
    return Draft202012Validator(
        {**schema, "$defs": dict(defs)},
        validate_formats=True,
        formats={"byte": is_base64},
        offline=True,
    ).is_valid


def compare(
    pair: Pair,
    count: int,
    values: Iterator[Any],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> Tally:
    """The verdicts of both sides on so many values."""
    tally = Tally()
    our_verdict = compiled(pair.ours, ours)
    official = Official(theirs, pair.official)
    for _ in range(count):
        value = next(values)
        mine = our_verdict(value)
        tally.seen["valid" if mine else "invalid"] += 1
        if mine == official.is_valid(value):
            continue
        excuse = next(
            (n for n, is_valid in official.corrected.items() if is_valid(value) == mine), None
        )
        if excuse:
            tally.exempt[excuse] += 1
            continue
        tally.seen["differ"] += 1
        text = json.dumps(value)
        if tally.smallest is None or len(text) < len(tally.smallest):
            tally.smallest = text
    return tally


def values_for(pair: Pair, ours: Samples, theirs: Samples, random: Random) -> Iterator[Any]:
    """Values for a definition without end: from either schema, two of three mutated."""
    while True:
        samples, schema = random.choice(((ours, pair.ours), (theirs, pair.official)))
        value = samples.valid(schema)
        yield value
        yield samples.mutated(value)
        yield samples.mutated(value)


def report(pair: Pair, tally: Tally) -> None:
    """One line for a definition, and the example where the verdicts differ."""
    exempt = "".join(f"  exempt: {name} {count}" for name, count in tally.exempt.items())
    mark = "ok " if tally.proves_something else "BAD"
    seen = tally.seen
    print(f"  {mark} {pair.name:42} valid {seen['valid']:6} invalid {seen['invalid']:6}{exempt}")
    if tally.smallest is not None:
        print(f"      {seen['differ']} differ, smallest: {tally.smallest[:500]}")


def compare_revision(revision: Revision, folder: Path, count: int, seed: int) -> bool:
    """Compares one revision; whether all is proved equal."""
    text = (folder / f"{revision}.schema.json").read_text(encoding="utf-8")
    document = json.loads(text.replace("#/definitions/", "#/$defs/"))
    theirs = document.get("$defs") or document["definitions"]
    return compare_all(revision, list(pairs_of(revision, theirs)), theirs, count, seed)


def compare_tasks(file: Path, count: int, seed: int) -> bool:
    """Compares the tasks extension; whether all is proved equal."""
    theirs = json.loads(file.read_text(encoding="utf-8"))["$defs"]
    return compare_all("tasks-extension", list(pairs_of_tasks(theirs)), theirs, count, seed)


def compare_all(
    revision: Vocabulary, pairs: list[Pair], theirs: Mapping[str, Any], count: int, seed: int
) -> bool:
    """Compares pair by pair; whether all is proved equal."""
    ours = definitions(revision)
    messages = sum(pair.is_message for pair in pairs)
    started = time.process_time()
    total: Counter[str] = Counter()
    good = True
    print(f"{revision}: {messages} messages, {len(pairs) - messages} parts")
    for pair in pairs:
        random = Random(f"{seed} {revision} {pair.name}")  # noqa: S311  # samples are repeatable, not secret
        share = count // messages + 1
        values = values_for(pair, Samples(ours, random), Samples(theirs, random), random)
        tally = compare(pair, share, values, ours, theirs)
        report(pair, tally)
        good &= tally.proves_something
        total += tally.seen + Counter(exempt=tally.exempt.total())
        total["messages"] += share * pair.is_message
    seconds = time.process_time() - started
    print(
        f"{revision}: {total['messages']} whole messages; {total['valid']} valid and "
        f"{total['invalid']} invalid values, {total['differ']} differ, {total['exempt']} exempt, "
        f"{seconds:.0f} s of CPU"
    )
    return good


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="OFFICIAL_FOLDER", nargs="?")
    parser.add_argument("--tasks", type=Path, metavar="OFFICIAL_FILE")
    parser.add_argument("revisions", nargs="*", type=Revision, default=REVISIONS)
    parser.add_argument("--count", type=int, default=200_000, help="messages for each revision")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.tasks is not None:
        return 0 if compare_tasks(given.tasks, given.count, given.seed) else 1
    results = [
        compare_revision(revision, given.folder, given.count, given.seed)
        for revision in given.revisions
    ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
