"""Cases per second of CPU time, beside Schemathesis' own for the same schema as OpenAPI.

    python benches/fuzz_generation.py [--rounds N] [--cases N]

Each side is built once per schema, which both have paid for before the rounds; a round draws as
many valid as invalid cases, each time with another seed. Rounds are interleaved, their order turned
round every second time; each rate is the median. Of Schemathesis only bodies that are JSON values
count, for a tool takes no others. Valid and invalid is what jsonschema-rs says with formats
asserted; each negative case of ours must also be invalid where they are not.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import jsonschema_rs
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from input_schemas import SCHEMAS
from measuring import interleaved
from schemathesis import GenerationMode

from mcp_proof.fuzz.generation import Generator
from mcp_proof.fuzz.generation.schemathesis_cases import PATH, openapi
from mcp_proof_contracts.generate.document import Document

LEAST_RATIO: Final = 1.0
JSON: Final = (dict, list, str, int, float, bool, type(None))


@dataclass(kw_only=True)
class Side:
    """One of the two that generate."""

    name: str
    positive: SearchStrategy[Any]
    negative: SearchStrategy[Any]
    rates: list[float] = field(default_factory=list)
    valid: list[bool] = field(default_factory=list)
    invalid: list[bool] = field(default_factory=list)
    always_invalid: list[bool] = field(default_factory=list)


def drawn(strategy: SearchStrategy[Any], count: int, number: int) -> list[Any]:
    """Cases as Hypothesis draws them for a test."""
    cases: list[Any] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: object) -> None:
        cases.append(case)

    collect()
    return [case for case in cases if isinstance(case, JSON)]


def sides(schema: dict[str, Any]) -> tuple[Side, Side]:
    """Ours and Schemathesis' own."""
    generator = Generator("tool", schema)
    if generator.problem is not None:
        raise ValueError(generator.problem)
    document = openapi(Document(schema))
    operation = schemathesis.openapi.from_dict(document, config=schemathesis.Config())[PATH]["POST"]
    theirs = [
        operation.as_strategy(generation_mode=mode).map(lambda case: case.body)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    ]
    return (
        Side(name="ours", positive=generator.positive(), negative=generator.negative()),
        Side(name="Schemathesis", positive=theirs[0], negative=theirs[1]),
    )


def measure(
    side: Side, count: int, number: int, strict: Callable[[Any], bool], lax: Callable[[Any], bool]
) -> None:
    """One round."""
    started = time.process_time()
    positive = drawn(side.positive, count, number)
    negative = drawn(side.negative, count, number)
    spent = time.process_time() - started
    side.rates.append((len(positive) + len(negative)) / spent)
    side.valid += map(strict, positive)
    side.invalid += [not strict(case) for case in negative]
    side.always_invalid += [not lax(case) for case in negative]


def share(flags: list[bool]) -> float:
    """How many are true."""
    return sum(flags) / len(flags)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=int, default=150)
    options = parser.parse_args()
    print(f"{'':37}         ours                    Schemathesis")
    print(f"{'schema':37} cases/s valid invalid   cases/s valid invalid   ratio")
    ratios: list[float] = []
    exact = True
    for name, schema in SCHEMAS.items():
        ours, theirs = sides(schema)
        strict = jsonschema_rs.validator_for(schema, validate_formats=True, offline=True).is_valid
        lax = jsonschema_rs.validator_for(schema, validate_formats=False, offline=True).is_valid
        for side in (ours, theirs):
            measure(side, options.cases, 0, strict, lax)
            side.rates.clear()
        for number, side in enumerate(interleaved((ours, theirs), options.rounds), 2):
            measure(side, options.cases, number // 2, strict, lax)
        a, b = (statistics.median(side.rates) for side in (ours, theirs))
        ratios.append(a / b)
        exact = exact and all(ours.valid) and all(ours.invalid) and all(ours.always_invalid)
        print(
            f"{name:37} {a:7.0f} {share(ours.valid):5.0%} {share(ours.invalid):7.0%}   "
            f"{b:7.0f} {share(theirs.valid):5.0%} {share(theirs.invalid):7.0%} {a / b:7.2f}"
        )
    print(f"every case is what it ought to be: {'met' if exact else 'missed'}")
    met = min(ratios) >= LEAST_RATIO
    print(
        f"rate of each schema at least {LEAST_RATIO:.1f} times Schemathesis' own: "
        f"{'met' if met else 'missed'} "
        f"(least {min(ratios):.2f}, median {statistics.median(ratios):.2f})"
    )


if __name__ == "__main__":
    main()
