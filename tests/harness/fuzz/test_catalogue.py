"""The catalogue of oracles says of each what its source does."""

import re
from pathlib import Path

from mcp_proof import fuzz
from mcp_proof.fuzz.catalogue import CATALOGUE

SOURCES = [path.read_text(encoding="utf-8") for path in Path(fuzz.__file__).parent.rglob("*.py")]
ORACLES = Path(fuzz.__file__).parent / "oracles"


def test_every_name_that_a_complaint_can_have_is_in_the_catalogue():
    named = {name for source in SOURCES for name in re.findall(r'oracle="([\w-]+)"', source)}
    assert named == set(CATALOGUE)


def test_the_levels_are_those_of_the_source():
    for path in ORACLES.glob("*.py"):
        used = set(re.findall(r"\bLevel\.([A-Z]+)", path.read_text(encoding="utf-8")))
        told = {
            level.name
            for about in CATALOGUE.values()
            if about.module == path.stem
            for level in about.levels
        }
        assert told == used, path


def test_each_is_documented_with_what_it_tolerates():
    for about in CATALOGUE.values():
        assert about.summary.endswith("."), about.name
        assert "\n\n" in about.documentation, about.name
