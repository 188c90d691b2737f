"""What users give is tried: examples and dictionaries of a contract, strategies of their own."""

import sys
from pathlib import Path

import pytest
from fuzz.campaigns import campaign
from hypothesis import strategies as st

from mcp_proof.cli import main
from mcp_proof.errors import UsageError
from mcp_proof.fuzz import strategy
from mcp_proof.fuzz.given import Given
from mcp_proof.fuzz.hooks import load_hooks
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.fuzz.phases.explore import each
from mcp_proof.targets import MemoryTarget
from mcp_proof_contracts.contract_file import DocumentError, checked_contract
from mcp_proof_mocks.server import MockServer

INFO = {"name": "shop", "version": "1"}
ISBN = r"^97[89][0-9]{10}$"
SCHEMA = {
    "type": "object",
    "properties": {
        "isbn": {"type": "string", "format": "isbn"},
        "note": {"type": "string"},
        "copies": {"type": "integer"},
    },
    "required": ["isbn"],
}
OTHER = {"type": "object", "properties": {"note": {"type": "string"}}}


def shop(*, hint: bool = True) -> MockServer:
    server = MockServer({"info": INFO})
    hints = {"readOnlyHint": hint}
    server.register_mock_tool("order", "ordered", SCHEMA, annotations=hints)
    server.register_mock_tool("look", "seen", OTHER, annotations={"readOnlyHint": True})
    return server


def contract(fuzz=None, **members):
    return checked_contract({"info": INFO, **members, **({"fuzz": fuzz} if fuzz else {})})


def calls(server: MockServer, tool: str) -> list[dict]:
    return [dict(call.arguments) for call in server.call_history if call.name == tool]


def run(server: MockServer, given: Given, **options):
    return campaign(MemoryTarget(server), given=given, **{"max_examples": 0, **options})


def hooks(folder: Path, text: str) -> Path:
    file = folder / "hooks.py"
    file.write_text(
        "from hypothesis import strategies as st\nfrom mcp_proof.fuzz import strategy\n\n" + text
    )
    return file


# The contract


def test_examples_are_sent_first_and_as_they_are():
    examples = [{"isbn": "9780000000001", "copies": 3}, {"isbn": 7}]
    server = shop()
    run(server, Given(contract=contract({"tools": {"order": {"examples": examples}}})))
    assert calls(server, "order")[:2] == examples


def test_good_examples_are_varied():
    examples = [{"isbn": "9780000000001", "copies": 3}]
    server = shop()
    run(server, Given(contract=contract({"tools": {"order": {"examples": examples}}})))
    varied = [each for each in calls(server, "order") if each.get("isbn") == "9780000000001"]
    assert len(varied) > 5


def test_the_arguments_of_cases_are_examples_with_what_must_be_there():
    cases = [{"when": {"arguments": {"copies": 77}}, "answer": {"text": "many"}}]
    server = shop()
    run(server, Given(contract=contract(tools=[{"name": "order", "cases": cases}])))
    first = calls(server, "order")[0]
    assert first["copies"] == 77
    assert isinstance(first["isbn"], str)


def test_every_value_of_a_dictionary_is_tried_wherever_it_fits():
    fuzz = {"dictionary": ["'; --", 4096], "tools": {"look": {"dictionary": ["only here"]}}}
    server = shop()
    run(server, Given(contract=contract(fuzz)))
    orders, looks = calls(server, "order"), calls(server, "look")
    assert any(each.get("isbn") == "'; --" for each in orders)
    assert any(each.get("copies") == 4096 for each in orders)
    assert any(each.get("note") == "'; --" for each in orders)
    assert any(each.get("note") == "only here" for each in looks)
    assert not any("only here" in each.values() for each in orders)


def test_a_tool_is_left_alone_where_the_contract_says_so():
    server = shop()
    tally = run(server, Given(contract=contract({"tools": {"look": {"skip": True}}})))
    assert not calls(server, "look")
    assert {each.label: each.reason for each in tally.not_tried}["tool look"] == (
        "the contract says `skip: true` of it"
    )


def test_a_tool_may_be_tried_that_the_contract_calls_read_only():
    server = shop(hint=False)
    tally = run(server, Given(contract=contract({"tools": {"order": {"read_only": True}}})))
    assert calls(server, "order")
    assert "tool order" in {each.label for each in tally.tried}


def test_a_contract_without_anything_to_fuzz_with_changes_nothing():
    plain, given = shop(), shop()
    run(plain, Given())
    run(given, Given(contract=contract()))
    assert calls(plain, "order") == calls(given, "order")


def test_what_the_contract_describes_and_the_server_does_not_list_is_told():
    tally = run(shop(), Given(contract=contract(tools=[{"name": "pay"}])))
    reasons = {each.label: each.reason for each in tally.not_tried}
    assert reasons["tool pay"] == "the contract describes it, and the server does not list it"


def test_a_tool_that_the_server_does_not_have_is_an_error():
    given = Given(contract=contract({"tools": {"oder": {"skip": True}}}))
    expected = r"fuzz\.tools\.oder: the server has no tool 'oder'\. Did you mean order\?"
    with pytest.raises(UsageError, match=expected):
        run(shop(), given)


@pytest.mark.parametrize(
    ("fuzz", "said"),
    [
        ({"dictionaries": []}, r"fuzz\.dictionaries: unknown .*Did you mean dictionary\?"),
        ({"tools": {"a": {"example": []}}}, r"fuzz\.tools\.a\.example: unknown .*examples\?"),
        ({"tools": {"a": {"examples": [1]}}}, r"fuzz\.tools\.a\.examples\[0\]: .*object"),
        ({"tools": {"a": {"skip": "yes"}}}, r"fuzz\.tools\.a\.skip: .*boolean"),
        ({"dictionary": "word"}, r"fuzz\.dictionary: .*array"),
    ],
)
def test_a_wrong_member_is_told_with_its_place(fuzz, said):
    with pytest.raises(DocumentError, match=said):
        contract(fuzz)


def test_the_command_takes_a_file_or_a_bundled_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text("info: {name: shop, version: '1'}\nfuzz: {dictionry: []}\n")
    server = ["--", sys.executable, "-m", "mcp_proof_mocks", "plain"]
    assert main(["fuzz", "--contract", "shop.yaml", *server]) == 2
    assert "--contract: shop.yaml:2: fuzz.dictionry: unknown" in capsys.readouterr().err
    assert main(["fuzz", "--contract", "evrything", *server]) == 2
    assert "Did you mean everything?" in capsys.readouterr().err


# Strategies


def test_a_format_of_the_users_own_is_generated(tmp_path):
    text = f'@strategy(format="isbn")\ndef isbns():\n    return st.from_regex(r"{ISBN}")\n'
    server = shop()
    given = Given(strategies=load_hooks(hooks(tmp_path, text)))
    run(server, given, max_examples=40)
    made = [call["isbn"] for call in calls(server, "order") if "isbn" in call]
    assert sum(str(isbn).startswith(("978", "979")) for isbn in made) > 10


def test_a_property_is_that_of_the_tool_that_is_named(tmp_path):
    text = 'strategy(tool="look", property="/note")(st.just("from a strategy"))\n'
    server = shop()
    given = Given(strategies=load_hooks(hooks(tmp_path, text)))
    run(server, given, max_examples=40)
    assert {"note": "from a strategy"} in calls(server, "look")
    assert not any(each.get("note") == "from a strategy" for each in calls(server, "order"))


def test_a_strategy_of_a_tool_makes_all_its_arguments(tmp_path):
    text = 'strategy(tool="order")(st.just({"isbn": "x", "copies": 5}))\n'
    server = shop()
    given = Given(strategies=load_hooks(hooks(tmp_path, text)))
    run(server, given, max_examples=40)
    assert {"isbn": "x", "copies": 5} in calls(server, "order")


def test_what_is_said_of_one_tool_goes_before_what_is_said_of_all(tmp_path):
    text = (
        'strategy(tool="look", property="note")(st.just("mine"))\n'
        'strategy(property="note")(st.just("any"))\n'
    )
    look = Operation(kind=OperationKind.TOOL, name="look", input_schema=OTHER)
    given = Given(strategies=load_hooks(hooks(tmp_path, text)))
    made = []

    each(given.choices(look).properties["note"], 1, 0, made.append)
    assert made == ["mine"]


def test_what_the_schema_forbids_is_not_sent_as_good(tmp_path):
    text = 'strategy(tool="look", property="/note")(st.just(7))\n'
    server = shop()
    given = Given(strategies=load_hooks(hooks(tmp_path, text)))
    tally = run(server, given, max_examples=40)
    assert tally.failures == []


def test_a_strategy_for_a_tool_that_is_not_there_is_an_error(tmp_path):
    given = Given(strategies=load_hooks(hooks(tmp_path, 'strategy(tool="lok")(st.none())\n')))
    with pytest.raises(UsageError, match=r"no tool 'lok'.* Did you mean look"):
        run(shop(), given)


def test_a_strategy_that_fails_is_told_as_the_users(tmp_path):
    text = (
        '@strategy(property="note")\ndef notes():\n    return st.integers().map(lambda n: {}[n])\n'
    )
    given = Given(strategies=load_hooks(hooks(tmp_path, text)))
    tally = run(shop(), given, max_examples=20)
    assert "the strategy notes fails: KeyError" in tally.lost


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("strategy(format='a')(st.intergers())\n", r"hooks\.py:4: AttributeError: .*intergers"),
        ("def broken(:\n", r"hooks\.py:4: invalid syntax"),
        (
            "@strategy(format='a')\ndef none():\n    pass\n",
            "none\\(\\) returns NoneType, no strategy",
        ),
        ("strategy(format='a')(7)\n", r"hooks\.py:4: TypeError: strategy\(\) decorates int"),
        ("strategy()\n", "give a tool, a property or a format"),
        ("strategy(property='a', format='b')\n", "not both"),
        ("x = 1\n", "it registers no strategy"),
    ],
)
def test_a_wrong_file_is_told_with_the_line(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        load_hooks(hooks(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["fuzz", "--hooks", "none.py", "http://127.0.0.1:1/mcp"]) == 2
    assert "--hooks: none.py: expected a Python file (.py)" in capsys.readouterr().err


def test_strategies_are_registered_in_a_file_of_hooks_only():
    with pytest.raises(RuntimeError, match="--hooks"):
        strategy(format="isbn")(st.none())
