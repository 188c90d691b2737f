"""What of a value is compared can be said in a file; every mistake in it has a line."""

import pytest
from drifted import call, contract, drifted, recorded, told, tool

from mcp_proof.drift.comparison import Comparison
from mcp_proof.drift.matcher import Matchers
from mcp_proof.drift.matcher_file import load_matchers
from mcp_proof.drift.shape import Shape
from mcp_proof.errors import UsageError
from mcp_proof_mocks.server import MockServer


def differences(recorded_values, live, text="[]", folder=None):
    matchers = ()
    if folder is not None:
        file = folder / "matchers.yaml"
        file.write_text(text)
        matchers = load_matchers(file)
    comparison = Comparison(Matchers(matchers))
    comparison.compare(Shape(recorded_values), live)
    return [(each.path, each.change.value) for each in comparison.differences]


def test_a_value_can_be_compared_itself(tmp_path):
    text = "- {path: /unit, match: equal}"
    recordings = [{"unit": "C"}, {"unit": "K"}]
    assert differences(recordings, {"unit": "K"}, text, tmp_path) == []
    assert differences(recordings, {"unit": "F"}, text, tmp_path) == [("/unit", "value")]
    assert differences(recordings, {}, text, tmp_path) == [("/unit", "gone")]


def test_a_text_can_be_held_to_a_regular_expression(tmp_path):
    text = "- path: /items/*/id\n  match: {regex: '^n-[0-9]+$'}"
    recordings = [{"items": [{"id": "n-1"}]}]
    assert differences(recordings, {"items": [{"id": "n-77"}]}, text, tmp_path) == []
    found = differences(recordings, {"items": [{"id": "n-x"}, {"id": "7"}]}, text, tmp_path)
    assert found == [("/items/*/id", "value")]


def test_what_is_ignored_may_be_anything_or_nothing(tmp_path):
    text = "- {path: /debug, match: ignore}"
    assert differences([{"debug": {"a": 1}}], {"debug": 7}, text, tmp_path) == []
    assert differences([{"debug": 1}], {}, text, tmp_path) == []
    assert differences([{}], {"debug": 1}, text, tmp_path) == []


def test_the_longer_path_wins_and_then_the_later_matcher(tmp_path):
    text = (
        "- {path: /a, match: equal}\n"
        "- {path: /a/b, match: type}\n"
        "- {path: /c, match: equal}\n"
        "- {path: /c, match: type}\n"
    )
    recordings = [{"a": {"b": 1, "d": 1}, "c": 1}]
    live = {"a": {"b": 2, "d": 2}, "c": 2}
    assert differences(recordings, live, text, tmp_path) == [("/a/d", "value")]


def test_paths_go_on_through_a_text_that_is_json(tmp_path):
    text = "- {path: /content/*/text/city, match: equal}"
    recordings = [{"content": [{"type": "text", "text": '{"city": "Oslo", "n": 1}'}]}]
    live = {"content": [{"type": "text", "text": '{"city": "Rome", "n": 2}'}]}
    assert differences(recordings, live, text, tmp_path) == [("/content/*/text/city", "value")]


def test_a_matcher_can_be_about_one_tool_or_one_method(tmp_path):
    file = tmp_path / "matchers.yaml"
    file.write_text(
        "- {path: /structuredContent, match: equal, tool: exact}\n"
        "- {path: /instructions, match: equal, method: introduction}\n"
    )

    def server(number):
        answer = {"structured": {"n": number}}
        return MockServer(
            contract(tool("exact", answer), tool("loose", answer), instructions=f"Say {number}.")
        )

    before = recorded(server(1), [call("exact"), call("loose")])
    tally = drifted(before, server(2), matchers=load_matchers(file))
    assert told(tally) == [
        ("introduction", "/instructions", "value"),
        ("tool exact", "/structuredContent/n", "value"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {path: /a, match: same}", ":1: `match` is one of type, equal, ignore, or"),
        ("- {path: a}", ":1: `path` is a JSON pointer"),
        ("- {match: type}", ":1: `path` is a JSON pointer"),
        ("- {path: /a}\n- {path: /a, tol: x}", ":2: 'tol' is not one of path, match, tool"),
        ("- {path: /a, match: {regex: '('}}", ':1: "(" is no regular expression'),
        ("- {path: /a, match: {regex: 3}}", ":1: 3 is no regular expression"),
        ("- {path: /a, tool: 3}", ":1: `tool` is a name"),
        ("- /a", ":1: expected a mapping"),
        ("path: /a", ": expected a list of matchers"),
        ("- {path: /a\n", ":2: "),
        ("", ": expected a list of matchers"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, says):
    file = tmp_path / "matchers.yaml"
    file.write_text(text)
    with pytest.raises(UsageError) as error:
        load_matchers(file)
    assert f"matchers.yaml{says}" in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        load_matchers(tmp_path / "none.yaml")


def test_a_file_of_another_size_than_matchers_have_is_not_read(tmp_path):
    file = tmp_path / "matchers.yaml"
    file.write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(UsageError, match="larger than"):
        load_matchers(file)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([1], 2, []),
        ([1], 1.0, []),
        ([1], 1.5, [("", "type")]),
        ([1.5], 2, []),
        ([True], 1, [("", "type")]),
        (["a"], "b", []),
        (["a"], None, [("", "type")]),
        ([None], "a", [("", "type")]),
        ([None, "a"], "b", []),
        ([[1, 2]], [], []),
        ([[]], [1], []),
        ([[1]], ["a"], [("/*", "type")]),
        ([[{"a": 1}, {"a": 1, "b": 2}]], [{"a": 3}], []),
        ([[{"a": 1}, {"a": 1, "b": 2}]], [{"b": 3}, {"b": 4}], [("/*/a", "gone")]),
        ([{"content": [{"type": "text", "text": ""}]}], {"content": []}, [("/content/*", "gone")]),
        ([{"content": []}], {"content": [{"type": "text", "text": ""}]}, []),
        (
            [{"content": [{"type": "text", "text": ""}]}],
            {"content": [{"type": "image", "data": ""}]},
            [("/content/*", "gone"), ("/content/*", "new")],
        ),
        (['{"a": 1}'], "text", [("", "type")]),
        (["text"], '{"a": 1}', [("", "type")]),
        (["text", '{"a": 1}'], "other", []),
        (['{"a": 1}', '{"a": 1, "b": 2}'], '{"b": 1}', [("/a", "gone")]),
        ([{"2026-01-01": 1, "2026-01-02": 2}], {"2026-02-01": 3}, []),
        ([{"2026-01-01": 1}], {"2026-02-01": "a"}, [("/*", "type")]),
        ([{"/etc/a": {"size": 1}}], {"/etc/b": {}}, [("/*/size", "gone")]),
        ([{"tools": {"a/b": {}}}], {"tools": {}}, [("/tools/a~1b", "gone")]),
        ([10**30], 10**31, []),
        (["\ud800"], "x", []),
    ],
)
def test_types_and_members_are_compared_and_values_are_not(before, now, expected):
    assert differences(before, now) == expected


def test_many_elements_are_compared_in_time():
    rows = [{"id": number, "tags": ["a", "b"]} for number in range(20_000)]
    assert differences([{"rows": rows}, {"rows": rows}], {"rows": rows}) == []


def test_what_is_deep_is_compared_too():
    def nested(depth, inner):
        return inner if not depth else {"a": nested(depth - 1, inner)}

    found = differences([nested(150, 1)], nested(150, "x"))
    assert found == [("/a" * 150, "type")]
