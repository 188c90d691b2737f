"""What a client asks a cassette for in vain is told while it is played."""

from mcp_proof.replay.misses import MOST, Misses


def told(*misses: str) -> list[str]:
    """What is said of some misses."""
    said: list[str] = []
    teller = Misses(said.append)
    for each in misses:
        teller(each)
    teller.close()
    return said


def test_a_miss_is_one_line():
    assert told("no answer to a\nnearest: b") == ["no answer to a"]


def test_repeated_misses_are_told_once_and_counted():
    assert told("a", "b", "a", "a") == ["a", "b", "3 times: a"]


def test_the_lines_are_bounded():
    said = told(*(f"miss {number}" for number in range(MOST + 30)))
    assert said[:MOST] == [f"miss {number}" for number in range(MOST)]
    assert said[MOST:] == [
        "more is asked in vain, and counted only",
        "30 further requests were asked in vain",
    ]
