"""The badge: what stands in it, in which colour, and that it can be read without being seen."""

import pytest
from lxml import etree
from runs import HOSTILE, MUST, SHOULD, passed, run, untested, violated

from mcp_proof.reports import FORMATS
from mcp_proof.reports.badge import AMBER, GREEN, GREY, RED
from mcp_proof_contracts.revision import Revision

SVG = "{http://www.w3.org/2000/svg}"
KEPT = run(passed(MUST), passed("tools-name-unique"), untested(SHOULD))
LOST = run(revision=None, lost="gone")
INTERRUPTED = run(passed(MUST), interrupted=True)
UNSPOKEN = run(revision=None, asked=Revision.R2024_11_05, not_spoken="no")
ANOTHER_UNSPOKEN = run(revision=None, peer="another server", not_spoken="no")
NOT_FAILING = run(passed(MUST), violated(SHOULD))


def badge(*runs):
    return etree.fromstring(FORMATS["badge"](runs))


def said(*runs) -> tuple[str, str]:
    """The text of the badge, and its colour."""
    drawn = badge(*runs)
    return drawn.findall(f".//{SVG}text")[1].text, drawn.find(f"{SVG}rect").get("fill")


@pytest.mark.parametrize(
    ("runs", "text", "colour"),
    [
        ([KEPT], "2 passed", GREEN),
        ([KEPT, KEPT], "4 passed", GREEN),
        ([KEPT, UNSPOKEN], "2 passed", GREEN),
        ([KEPT, ANOTHER_UNSPOKEN], "incomplete", GREY),
        ([run(violated(MUST), violated(SHOULD), passed("tools-name-unique"))], "2 violated", RED),
        ([run(violated(MUST), interrupted=True)], "1 violated", RED),
        ([run(violated(MUST)), LOST], "1 violated", RED),
        ([run(passed(MUST), baseline={MUST: "x"})], "fails", RED),
        ([NOT_FAILING], "1 passed, 1 violated", AMBER),
        ([run(passed(SHOULD), violated(MUST), baseline={MUST: "x"})], "1 passed, 1 excused", GREEN),
        ([run(untested(MUST))], "nothing judged", GREY),
        ([run()], "nothing judged", GREY),
        ([UNSPOKEN], "nothing judged", GREY),
        ([LOST], "lost", GREY),
        ([KEPT, LOST], "lost", GREY),
        ([INTERRUPTED], "interrupted", GREY),
        ([LOST, INTERRUPTED], "incomplete", GREY),
        ([NOT_FAILING, INTERRUPTED], "interrupted", GREY),
        ([run(passed(MUST), faults=("x",))], "own fault", GREY),
    ],
)
def test_it_says_what_the_runs_came_to(runs, text, colour):
    assert said(*runs) == (text, colour)


def test_it_is_green_only_when_a_rule_was_seen_to_be_kept():
    nothing = run(violated(MUST), baseline={MUST: "x"})
    assert said(nothing) == ("0 passed, 1 excused", AMBER)


def test_it_can_be_read_out():
    drawn = badge(run(violated(MUST), passed(SHOULD)))
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == "mcp-proof: 1 passed, 1 violated, 0 untested"
    assert drawn.find(f"{SVG}title").text == drawn.get("aria-label")
    expected = "mcp-proof: lost (0 passed, 0 violated, 0 untested)"
    assert badge(LOST).get("aria-label") == expected


def test_its_parts_are_as_wide_as_what_they_hold():
    drawn = badge(KEPT)
    label, text = drawn.findall(f".//{SVG}text")
    end = int(label.get("x")) + int(label.get("textLength"))
    assert end < int(text.get("x"))
    assert int(text.get("x")) + int(text.get("textLength")) < int(drawn.get("width"))


def test_it_refers_to_nothing_and_holds_nothing_of_the_server():
    drawn = FORMATS["badge"]([run(passed(MUST), name=HOSTILE, peer=HOSTILE)]).decode()
    assert drawn.count("http") == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert "evil" not in drawn
