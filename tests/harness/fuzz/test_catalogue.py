"""The catalogue of oracles says of each what its source does."""

import re
from pathlib import Path

from mcp_proof import fuzz
from mcp_proof.fuzz.catalogue import CATALOGUE, about

SOURCES = [path.read_text(encoding="utf-8") for path in Path(fuzz.__file__).parent.rglob("*.py")]
ORACLES = Path(fuzz.__file__).parent


def test_every_name_that_a_complaint_can_have_is_in_the_catalogue():
    named = {name for source in SOURCES for name in re.findall(r'oracle="([\w-]+)"', source)}
    assert named == set(CATALOGUE)


def test_the_levels_are_those_of_the_source():
    for path in ORACLES.glob("oracles/*.py"):
        used = set(re.findall(r"\bLevel\.([A-Z]+)", path.read_text(encoding="utf-8")))
        told = {
            level.name
            for each in CATALOGUE.values()
            if each.module == f"oracles.{path.stem}"
            for level in each.levels
        }
        assert told == used, path


def test_each_is_documented_with_what_it_tolerates():
    for each in CATALOGUE.values():
        assert each.summary.endswith("."), each.name
        assert "\n\n" in each.documentation, each.name


def test_a_check_of_schemathesis_is_told_as_one():
    assert "Schemathesis" in about("not_a_server_error").summary
