"""The contract of what a server shows: it serves the same again, and keeps what is the user's."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surfaces import served_surface, surface
from test_yaml_render import ODD

from mcp_proof.errors import PeerError
from mcp_proof.lock.contract_text import locked_text
from mcp_proof.lock.presentable import presentable
from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.contract_file import load_contract
from mcp_proof_contracts.contract_of_surface import Seen
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.listed_items import by_name
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.yaml_text import YamlText
from mcp_proof_mocks.server import MockServer

HERE = Path()
REVISION = Revision.R2025_11_25


def locked(shown, old=None, revision=REVISION, folder=HERE):
    return locked_text(Seen(surface=shown, revision=revision), old, folder)


def seen(**members):
    info = {"name": "s", "version": "1"}
    return Surface(**{"info": info, "capabilities": {"tools": {}}, **members})


def tools(*listed):
    return seen(
        tools={each["name"]: {"inputSchema": {"type": "object"}, **each} for each in listed}
    )


def document(text):
    return YamlText(text).value


@pytest.mark.parametrize("revision", [Revision.R2025_06_18, REVISION, Revision.R2026_07_28])
@pytest.mark.parametrize("contract", ["everything", "plain", "chatty", "modern"])
def test_a_mock_of_the_lock_shows_what_was_locked(contract, revision, tmp_path):
    server = MockServer(contract)
    if revision not in server.contract.revisions:
        revision = server.contract.revisions[-1]
    shown = surface(server, revision)
    text = locked(shown, revision=revision)
    assert text.left_out == ()
    path = tmp_path / "contract.yaml"
    path.write_text(text.text)
    again = surface(MockServer(path), revision)
    assert compare(shown, again) == []
    assert locked(again, revision=revision).text == text.text
    assert locked(again, text.text, revision=revision).text == text.text


@pytest.mark.parametrize(
    ("contract", "spoken"),
    [
        ("email_tools", Dialect.REST),
        ("contextframe", Dialect.CONTEXTFRAME),
        ("kailash", Dialect.OPENAPI_JSONRPC),
        ("websocket", Dialect.WEBSOCKET),
        ("gateway", Dialect.GATEWAY),
    ],
)
def test_a_mock_of_the_lock_shows_the_same_tools_in_every_dialect(contract, spoken):
    shown = served_surface(contract, spoken)
    text = locked(shown, revision=None).text
    assert document(text)["dialect"] == spoken
    assert served_surface(document(text), spoken).tools == shown.tools


def test_the_order_in_which_a_server_lists_does_not_matter():
    listed = [{"name": name} for name in "cab"]
    assert locked(tools(*listed)).text == locked(tools(*reversed(listed))).text


def test_tools_answer_at_once_and_by_their_output_schema():
    output = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    written = document(locked(tools({"name": "a"}, {"name": "b", "outputSchema": output})).text)
    first, second = written["tools"]
    assert first["answer"] == {"text": "Generated."}
    assert second["answer"] == {"generate": True}


OURS = """\
# Mine.
info: {name: s, version: '1'}   # quoted
caching: {ttl_ms: 5}
tools:
  - name: b
    inputSchema: {type: object}
    cases:   # hand-written
      - when: {arguments: {x: 1}}
        answer: {text: one}
      - answer: {text: other}
    latency: 20
  # On a.
  - name: a
    description: Old.
    answer: {text: mine}
fuzz: {dictionary: [x]}
"""


def test_an_update_keeps_what_only_the_file_has_and_takes_what_the_server_says():
    shown = tools({"name": "a", "description": "New."}, {"name": "b"}, {"name": "aa"})
    after = locked(shown, OURS).text
    expected = OURS.replace("Old.", "New.").replace(
        "    answer: {text: mine}\n",
        "    answer: {text: mine}\n"
        "  - name: aa\n"
        "    inputSchema: {type: object}\n"
        "    answer: {text: Generated.}\n",
    )
    assert after == expected


def test_what_the_server_no_longer_has_goes_with_its_comments():
    after = locked(tools({"name": "b"}), OURS).text
    begin, end = OURS.index("  # On a."), OURS.index("fuzz:")
    assert after == OURS[:begin] + OURS[end:]


def test_a_list_that_could_not_be_read_stays_as_it_was():
    shown = seen(unread={"tools": "no disk"})
    assert locked(shown, OURS).text == OURS


def test_tools_that_are_hidden_at_first_are_the_users():
    hidden = OURS.replace("    latency: 20\n", "    latency: 20\n    offered: false\n")
    assert "name: b" in locked(tools({"name": "a", "description": "Old."}), hidden).text


def test_a_revision_is_added_to_those_of_the_file():
    text = OURS.replace("# Mine.\n", "revisions: [2024-11-05]\n")
    shown = tools({"name": "a", "description": "Old."}, {"name": "b"})
    assert document(locked(shown, text).text)["revisions"] == ["2024-11-05", "2025-11-25"]
    assert "revisions" not in document(locked(shown, OURS).text)


def test_a_tool_of_a_file_of_its_own_stays_there_while_that_says_the_same(tmp_path):
    definition = {"name": "send", "description": "Sends.", "input_schema": {"type": "object"}}
    (tmp_path / "send.json").write_text(json.dumps(definition))
    path = tmp_path / "contract.yaml"
    path.write_text(
        "info: {name: m, version: '1'}\ndialect: rest\ntools:\n"
        "  - definition: send.json   # theirs\n    answer: {text: sent}\n"
    )
    shown = served_surface(path, Dialect.REST)
    assert locked(shown, path.read_text(), None, tmp_path).text == path.read_text()
    (tool,) = shown.tools.values()
    changed = Surface(
        info=shown.info, dialect=Dialect.REST, tools={"send": {**tool, "description": "New."}}
    )
    after = document(locked(changed, path.read_text(), None, tmp_path).text)["tools"][0]
    assert (after["name"], after["description"], after["answer"]) == (
        "send",
        "New.",
        {"text": "sent"},
    )
    assert "definition" not in after


# What a hostile server lists


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("definition", "/etc/passwd"),
        ("answer", {"refusal": {"code": 1, "message": "x"}}),
        ("cases", [{"answer": {"text": "x"}}]),
        ("latency", 1e9),
        ("steps", [{"delay": 1e9}]),
        ("task", "required"),
    ],
)
def test_a_member_that_means_something_to_us_is_never_taken_from_a_server(member, value):
    written = document(locked(tools({"name": "a", member: value})).text)["tools"][0]
    assert written.get(member) in (None, {"text": "Generated."})


AT_LEAST = {"type": "object", "properties": {"n": {"maximum": 1.7976931348623157e308}}}


def test_a_bound_that_was_rounded_is_written_as_it_was_read():
    text = locked(tools({"name": "a", "inputSchema": AT_LEAST}))
    assert text.left_out == ()
    assert document(text.text)["tools"][0]["inputSchema"] == AT_LEAST


@pytest.mark.parametrize(
    ("tool", "why"),
    [
        ({"inputSchema": {"type": "string"}}, "inputSchema"),
        ({"inputSchema": {"type": "object", "properties": 3}}, "inputSchema"),
        ({"outputSchema": []}, "outputSchema"),
        ({"inputSchema": AT_LEAST | {"properties": {"n": {"const": 1.2e22}}}}, "than 64 bits"),
        ({"outputSchema": AT_LEAST | {"properties": {"n": {"enum": [1, -1.2e22]}}}}, "1.2e+22"),
        ({"execution": 3}, "its member 'execution'"),
        ({"desciption": "x"}, "its member 'desciption'"),
    ],
)
def test_what_no_contract_can_hold_is_left_out_and_told(tool, why):
    text = locked(tools({"name": "bad", **tool}, {"name": "good"}))
    assert [each for each in text.left_out if why in each and "bad" in each], text.left_out
    assert "good" in text.text
    MockServer(document(text.text))


def test_only_what_no_contract_can_hold_is_left_out_wherever_it_stands():
    bad = {"inputSchema": {"type": "string"}, "outputSchema": []}
    listed = [{"name": f"t{n:02}", **(bad if n in (2, 9, 10) else {})} for n in range(13)]
    text = locked(tools(*listed))
    kept = [each["name"] for each in document(text.text)["tools"]]
    assert kept == [f"t{n:02}" for n in range(13) if n not in (2, 9, 10)]
    assert len(text.left_out) == 3


def test_what_is_nested_too_deeply_leaves_the_list_unknown_and_the_others_locked():
    deep = {"type": "object"}
    for _ in range(400):
        deep = {"type": "object", "properties": {"a": deep}}
    named, why = by_name([{"name": "deep", "inputSchema": deep}, {"name": "good"}], "name")
    assert "nested deeper than 100 levels" in why
    assert [tool["name"] for tool in document(locked(seen(tools=named)).text)["tools"]] == ["good"]


def test_megabytes_of_description_read_back():
    text = "long - [ &a *b !!python/object:os.system\n" * 80_000
    written = locked(tools({"name": "a", "description": text}))
    assert document(written.text)["tools"][0]["description"] == text


def test_more_than_a_file_may_have_is_refused():
    with pytest.raises(PeerError, match="cannot stand in one file: it is longer than 4 MB"):
        locked(tools({"name": "a", "description": "long " * 1_000_000}))


def test_halves_of_characters_become_whole_ones_and_secrets_are_hidden():
    shown = presentable(
        tools({"name": "a", "description": "\ud800 s3cret-of-mine"}), Mask(["s3cret-of-mine"])
    )
    assert shown.tools["a"]["description"] == "\ufffd [hidden]"


names = st.sampled_from([odd for odd in ODD if odd])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(names, st.fixed_dictionaries({"description": names}), max_size=4))
def test_whatever_it_is_called_it_is_locked_and_updated_to_the_same(described):
    shown = tools(*({"name": name, **members} for name, members in described.items()))
    text = locked(shown).text
    read = {tool["name"]: tool["description"] for tool in document(text).get("tools", [])}
    assert read == {name: members["description"] for name, members in described.items()}
    assert locked(shown, text).text == text
    assert locked(tools(), text).text.rstrip().endswith("tools: []") or not described


# The command


PLAIN = [sys.executable, "-m", "mcp_proof_mocks", "plain"]


def run(*arguments, cwd):
    command = [sys.executable, "-m", "mcp_proof", "lock", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_a_file_is_written_then_found_unchanged_then_updated_and_told(tmp_path):
    done = run("-o", "c.yaml", "--", *PLAIN, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "c.yaml: written, with 1 tools\n")
    path = tmp_path / "c.yaml"
    first = path.read_text()
    done = run("-o", "c.yaml", "--", *PLAIN, cwd=tmp_path)
    assert (done.stdout, path.read_text()) == ("c.yaml: nothing changed\n", first)
    path.write_text(first.replace("Returns the message it was given.", "Old."))
    done = run("-o", "c.yaml", "--", *PLAIN, cwd=tmp_path)
    assert "c.yaml: updated\n  ~ /tools/echo/description (compatible)" in done.stdout
    assert path.read_text() == first
    assert load_contract(path).tools[0].name == "echo"


def test_without_a_file_the_contract_goes_to_standard_output(tmp_path):
    done = run("--", *PLAIN, cwd=tmp_path)
    assert document(done.stdout)["info"]["name"] == "plain"
    assert list(tmp_path.iterdir()) == []


def test_a_recording_that_shows_the_lists_is_locked_like_its_server(tmp_path):
    verify = [sys.executable, "-m", "mcp_proof", "verify", "--only", "tools", "--quiet"]
    recording = ["--report", "transcript=r.ndjson", "--", *PLAIN]
    subprocess.run([*verify, *recording], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert run("r.ndjson", cwd=tmp_path).stdout == run("--", *PLAIN, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("services: {a: 1}\n", "compose.yaml:1: services: unknown"),
        ("info: {name: a\n b", "compose.yaml:2: "),
        ("a: \x00", "compose.yaml:1: the character 0x0"),
        ("- 1\n", "expected a mapping"),
        ("info: {name: a, version: '1'}\nx: !!python/object:os.system {}\n", "compose.yaml:2"),
    ],
)
def test_a_foreign_or_damaged_file_is_named_with_its_line_and_left_alone(tmp_path, text, why):
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    done = run("-o", "compose.yaml", "--", *PLAIN, cwd=tmp_path)
    assert done.returncode == 2
    assert why in done.stderr
    assert path.read_text() == text
    assert "Traceback" not in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["compose.yaml"]


def test_a_server_that_does_not_start_leaves_no_file(tmp_path):
    done = run("-o", "c.yaml", "--", sys.executable, "-c", "raise SystemExit(1)", cwd=tmp_path)
    assert done.returncode == 3
    assert list(tmp_path.iterdir()) == []
