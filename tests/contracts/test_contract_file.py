"""Contract files: what is wrong with one is said with its line, its place and what is allowed."""

import base64
import contextlib
import json
import re
from functools import cache

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_proof.cli import main
from mcp_proof_contracts.contract import TaskSettings
from mcp_proof_contracts.contract_file import (
    ContractError,
    DocumentError,
    checked_contract,
    contract_schema,
    load_contract,
)
from mcp_proof_contracts.yaml_text import YamlText
from mcp_proof_mocks.contract_source import LIBRARY
from mcp_proof_mocks.server import MockServer

INFO = "info: {name: mock, version: '1'}\n"
DOCUMENT = {"info": {"name": "mock", "version": "1"}}


@pytest.fixture
def load(tmp_path):
    def load(text, encoding="utf-8"):
        path = tmp_path / "contract.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return load_contract(path)

    return load


def refusal(load, text) -> str:
    with pytest.raises(ContractError) as caught:
        load(text)
    return str(caught.value)


# What YAML stands for


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (INFO + "tools: [", ":2: while parsing a flow node"),
        (INFO + "a: b: c", ":2: mapping values are not allowed here"),
        (INFO + "--- {}", ":2: expected a single document"),
        (INFO + "state: \x00", ":2: the character 0x0 is not allowed"),
        (INFO + "state: !!python/object/apply:os.getcwd []", ":2: could not determine a construct"),
        (INFO + "state: !own x", ":2: could not determine a constructor for the tag '!own'"),
        (INFO + "state: !!binary aGk=", "only what JSON can hold"),
        (INFO + "state: !!set {a}", "only what JSON can hold"),
        (INFO + "latency: .inf", ":2: .inf is no number that JSON can hold"),
        (INFO + "latency: -.Inf", ":2: -.Inf is no number that JSON can hold"),
        (INFO + "latency: {uniform: {min: 1,\n max: .nan}}", ":3: .nan is no number that JSON"),
        (INFO + "seed: 123456789012345678901234567890", ":2: an integer of more than 64 bits"),
        (INFO + "seed: -0x8000000000000001", ":2: an integer of more than 64 bits"),
        (INFO + "seed: " + "9" * 5000, ":2: an integer of more than 64 bits"),
        (INFO + 'state: "\\ud800"', "only what JSON can hold"),
        (INFO + "state: *nowhere", ":2: found undefined alias 'nowhere'"),
        (INFO + "tools: &a [*a]", ":2: an alias that holds itself"),
        (INFO + "extensions: &a {x: {y: *a}}", ":2: an alias that holds itself"),
        (INFO + "tools: " + "[" * 5000, ":2: nested too deeply"),
        (
            INFO + "tools:\n" + "".join(" " * n + "- \n" for n in range(2000)),
            ":2002: nested too deeply",
        ),
        ("- a list", "expected a mapping with `info`"),
        ("", "expected a mapping with `info`"),
        ("text", "expected a mapping with `info`"),
        (b"info: {name: \xff}", ":1: the byte 0xff is not UTF-8; save the file as UTF-8"),
        (INFO.encode() + "state: {a: b}  # cr\u00e8me".encode("latin-1"), ":2: the byte 0xe8"),
        (INFO.encode("utf-16"), ":1: it is UTF-16; save it as UTF-8"),
        (b"# " + b"x" * 17_000_000, "it is longer than 4 MB"),
        ("# " + "x" * 4_000_000, "it is longer than 4 MB"),
        (INFO + "info: {name: other, version: '2'}", ":2: 'info' is there twice, first in line 1"),
        (INFO + "tools:\n- name: a\n  name: b", ":4: 'name' is there twice, first in line 3"),
        (INFO + "on: x", ":2: the name of a member must be text; put it in quotes"),
        (INFO + "1: x", ":2: the name of a member must be text"),
        (INFO + "~: x", ":2: the name of a member must be text"),
        (INFO + "{a: b}: x", ":2: the name of a member must be text"),
    ],
)
def test_text_that_stands_for_no_document_is_refused(load, text, says):
    assert says in refusal(load, text)


@pytest.mark.parametrize("filler", ["x", "x" * 100_000])
def test_a_few_lines_that_stand_for_billions_of_values_are_refused(load, filler):
    lines = [f"  a0: &a0 [{filler}]"]
    for n in range(1, 12):
        aliases = ", ".join([f"*a{n - 1}"] * 10)
        lines.append(f"  a{n}: &a{n} [{aliases}]")
    said = refusal(load, INFO + "extensions:\n" + "\n".join(lines))
    assert re.search(r"contract.yaml:\d+: stands for more than 1000000 values", said)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ContractError, match=re.escape(str(tmp_path))):
        load_contract(tmp_path)


def test_an_alias_is_a_copy_and_a_merge_takes_members_over(load):
    text = "tools:\n- &a {name: a, answer: {text: A}}\n- {<<: *a, name: b}\n"
    contract = load(INFO + text)
    assert [tool.name for tool in contract.tools] == ["a", "b"]
    assert [tool.cases[0].answer for tool in contract.tools] == [{"text": "A"}] * 2


def test_what_looks_like_a_date_is_text(load):
    contract = load("info: {name: m, version: 2026-07-28}\nrevisions: [2025-11-25]\n")
    assert contract.info["version"] == "2026-07-28"
    assert contract.revisions == ("2025-11-25",)


def test_integers_may_be_written_with_a_fraction_of_zero(load):
    rate = "tools: [{name: t, rate_limit: {calls: 2.0, per: 1}}]"
    tasks = "tasks: {ttl_ms: 5.0, poll_ms: 6.0}"
    contract = load(INFO + f"page_size: 3.0\nseed: 4.0\n{tasks}\n{rate}")
    read = [contract.page_size, contract.seed, contract.tools[0].rate_limit.calls]
    read += [contract.tasks.ttl_ms, contract.tasks.poll_ms]
    assert read == [3, 4, 2, 5, 6]
    assert all(isinstance(n, int) for n in read)
    assert load(INFO + "tasks: {ttl_ms: null}").tasks == TaskSettings(ttl_ms=None)


# What is wrong, where, and what is allowed

TOOL = INFO + "tools:\n- name: t\n"
BY_SCHEMA = [
    ("revisions: [2025-11-25]", ': "info" is missing'),
    (INFO + "tols: []", ":2: tols: unknown (allowed: announces, authorization, "),
    (INFO + "tols: []", "Did you mean tools?"),
    (INFO + "page_size: 0", ":2: page_size: is beyond the minimum of 1"),
    (INFO + "revisions: [2025-11-26]", ':2: revisions[0]: must be "2024-11-05", "2025-03-26"'),
    (INFO + "announces: [tool]", ':2: announces[0]: must be "tools", "resources" or "prompts"'),
    (INFO + "http:\n  answers: sometimes", ':3: http.answers: must be "json" or "sse"'),
    (INFO + "http: {sesions: true}", "Did you mean sessions?"),
    (INFO + "latency: -1", ":2: latency: is beyond the minimum of 0"),
    (INFO + "latency: {unifrm: {min: 1, max: 2}}", ":2: latency.unifrm: unknown (allowed: expon"),
    (INFO + "latency: {uniform: {min: 1}}", ':2: latency.uniform: "max" is missing'),
    (INFO + "authorization: {scheme: bearer, secret: x}", ":2: authorization.secret: "),
    (INFO + "faults:\n- {name: wrong-id, idd: other}", ":3: faults[0].idd: unknown (allowed: name"),
    (INFO + "tools: [{}]", ':2: tools[0]: "name" is missing'),
    (TOOL + "  answer: {txt: hi}", ":4: tools[0].answer.txt: unknown (allowed: _meta, content, "),
    (TOOL + "  inputSchema: {properties: {}}", ':4: tools[0].inputSchema: "type" is missing'),
    (TOOL + "  inputSchema: {type: array}", ':4: tools[0].inputSchema.type: must be "object"'),
    (TOOL + "  when: {state: x}\n  answer: {text: a}", ":4: tools[0].when: does not belong here"),
    (TOOL + "  then: x\n  answer: {text: a}", ":4: tools[0].then: does not belong here; put it in"),
    (TOOL + "  answer: {text: a}\n  cases: [{}]", ":4: tools[0].answer: does not belong here"),
    (TOOL + "  cases: []", ":4: tools[0].cases: "),
    (TOOL + "  cases: [{wen: {}}]", "Did you mean when?"),
    (TOOL + "  cases: [{when: {call: 0}}]", ":4: tools[0].cases[0].when.call: is beyond the min"),
    (TOOL + "  cases: [{when: {call: {to: 3}}}]", ":4: tools[0].cases[0].when.call.to: unknown"),
    (TOOL + "  steps: [{lgo: {data: 1}}]", ":4: tools[0].steps[0].lgo: unknown (allowed: announ"),
    (TOOL + "  steps: [{lgo: {data: 1}}]", "Did you mean log?"),
    (TOOL + "  steps: [{log: {data: 1, level: loud}}]", ":4: tools[0].steps[0].log.level: must be"),
    (TOOL + "  steps: [{delay: 1, announce: tools}]", ":4: tools[0].steps[0]: "),
    (TOOL + "  steps: [{ask: {a: {method: ping}}}]", ":4: tools[0].steps[0].ask.a.method: must be"),
    ("info: {name: m, version: 1.0}", ":1: info.version: must be string, is 1.0; put it in quotes"),
    ("info: {name: 5, version: '1'}", ":1: info.name: must be string, is 5; put it in quotes"),
    (TOOL + "  answer: {error: no}", ":4: tools[0].answer.error: must be "),
    (TOOL + "  answer: {error: no}", "is false; put it in quotes"),
    (TOOL + "  answer: {text: yes}", "is true; put it in quotes"),
    (INFO + "resources: [{uri: a, text: no}]", "is false; put it in quotes"),
    (
        TOOL + "  answer:\n    refusal: {code: 1, message: x}\n    text: a",
        ":6: tools[0].answer.text: does not go with `refusal`; leave one out",
    ),
    (TOOL + "  answer: {refusal: {code: 1, message: x}, _meta: {}}", "answer._meta: does not go"),
    (
        TOOL + "  outputSchema: {}\n  answer: {structured: {}, generate: true}",
        ":5: tools[0].answer.generate: does not go with `structured`",
    ),
    (
        INFO + "prompts: [{name: p, messages: [], refusal: {code: 1, message: x}}]",
        ":2: prompts[0].messages: does not go with `refusal`",
    ),
    (
        INFO + "prompts: [{name: p, cases: [{messages: [], refusal: {code: 1, message: x}}]}]",
        ":2: prompts[0].cases[0].messages: does not go with `refusal`",
    ),
    (INFO + "resources: [{uri: a, refusal: {code: 1, message: x}, cases: [{text: x}]}]", "belong"),
    (INFO + "prompts: [{name: p, messages: [{role: usr, content: {type: text}}]}]", '"user" or'),
]
BY_LINKS = [
    (TOOL + "  answr: {text: hi}", ":4: tools[0].answr: unknown. Did you mean answer?"),
    (TOOL + "  inputSchema: {type: object, required: x}", ":4: tools[0].inputSchema: no usable"),
    (TOOL + "  outputSchema: {type: objct}", ":4: tools[0].outputSchema: no usable JSON Schema"),
    (TOOL + "  cases: [{when: {pattern: {'a/b': '('}}}]", ".when.pattern.a/b: no regular expres"),
    (TOOL + "  cases: [{when: {schema: {type: x}}}]", ":4: tools[0].cases[0].when.schema: no us"),
    (TOOL + "- name: t", ":3: tools[0].name: 't' twice"),
    (TOOL + "- name: t", ":4: tools[1].name: 't' twice"),
    (INFO + "prompts: [{name: p}, {name: p}]", ":2: prompts[1].name: 'p' twice"),
    (INFO + "resources: [{uri: a, text: x}, {uri: a, text: x}]", ":2: resources[1].uri: 'a' twice"),
    (INFO + "resources: [{uri: a}]", ":2: resources[0]: expected one of `text`, `blob`, `file`"),
    (INFO + "resources: [{uri: a, text: x, blob: eA==}]", ":2: resources[0]: expected one of"),
    (INFO + "resources: [{uri: a, cases: [{then: x}]}]", ":2: resources[0].cases[0]: expected one"),
    (INFO + "resource_templates: [{uriTemplate: a, text: x, blob: eA==}]", "expected one of"),
    (INFO + "resource_templates: [{uriTemplate: a, steps: []}]", "expected one of `text`"),
    (INFO + "resource_templates: [{uriTemplate: a, cases: [{}]}]", "expected one of `text`"),
    (
        TOOL + "  steps: [announce: tools]",
        ":4: tools[0].steps[0].announce: add `announces: [tools]`",
    ),
    (TOOL + "  steps: [offer: [t]]", ":4: tools[0].steps[0].offer: add `announces: [tools]`"),
    (TOOL + "  steps: [update: a]", "add `subscriptions: true`"),
    (
        TOOL + "  steps: [withdraw: [tt]]\nannounces: [tools]",
        "there is no tool 'tt'. Did you mean t?",
    ),
    (
        INFO + "on_initialized: [offer: [x]]\nannounces: [tools]",
        ":2: on_initialized[0].offer: there",
    ),
    (
        TOOL + "  cases: [{when: {state: opn}}, {then: open}]",
        ":4: tools[0].cases[0].when.state: nothing leads to the state 'opn'. Did you mean open?",
    ),
    (
        TOOL + "  steps: [ask: {a: {method: roots/list}}, ask: {a: {method: roots/list}}]",
        ":4: tools[0].steps[1].ask: 'a' is asked by an earlier step",
    ),
    (
        TOOL + "  answer: {generate: true}",
        ":4: tools[0].answer.generate: there is nothing to go by; give the tool an `outputSchema`",
    ),
    (TOOL + "  cases: [{answer: {generate: true}}]", ":4: tools[0].cases[0].answer.generate: ther"),
    (
        TOOL + "  answer: {text: 'a {{ $input.a }}'}",
        ":4: tools[0].answer.text: there is no slot `$input` (allowed: $inputs, $call, $state). D",
    ),
    (TOOL + "  answer: {structured: [{a: '{{$}}'}]}", ":4: tools[0].answer.structured[0].a: there"),
    (TOOL + "  answer: {text: '{{ a }} {{ b }'}", ":4: tools[0].answer.text: `{{` opens a slot th"),
    (TOOL + "  answer: {text: '{{ a {{ b }}'}", ":4: tools[0].answer.text: `{{` opens a slot that"),
    (
        TOOL + "  steps: [{log: {data: '{{ $cal }}'}}]",
        ":4: tools[0].steps[0].log.data: there is no",
    ),
    (TOOL + "  cases: [{steps: [task: '{{'], answer: {}}]", ":4: tools[0].cases[0].steps[0].task:"),
    (INFO + "on_initialized: [{log: {data: '{{ $now }}'}}]", ":2: on_initialized[0].log.data: the"),
    (INFO + "resources: [{uri: a, text: '{{ $user }}'}]", ":2: resources[0].text: there is no slo"),
    (
        INFO + "prompts: [{name: p, refusal: {code: 1, message: '{{ $user }}'}}]",
        ":2: prompts[0].refusal.message: there is no slot",
    ),
    (
        TOOL + "authorization: {scheme: bearer, tools: {tt: [s]}}",
        ":4: authorization.tools.tt: there is no such tool. Did you mean t?",
    ),
]


@pytest.mark.parametrize(("text", "says"), [*BY_SCHEMA, *BY_LINKS])
def test_a_mistake_is_named_with_its_line_its_place_and_what_is_allowed(load, text, says):
    said = refusal(load, text)
    assert says in said
    assert all("contract.yaml:" in line for line in said.splitlines())


def test_slots_that_can_be_filled_and_braces_that_are_none_are_taken(load):
    schema = "inputSchema: {type: object, properties: {$filter: {}}}"
    text = "{{$call}} {{ $inputs.a.b }} {{ $state }} {{ $filter }} {{ city }} {{{ x }}} { } }} {a}"
    load(TOOL + f"  {schema}\n  answer: {{text: '{text}'}}\n")
    load(INFO + "prompts: [{name: p, arguments: [{name: $a}], messages: " + MESSAGES + "}]")


MESSAGES = "[{role: user, content: {type: text, text: '{{ $a }}'}}]"


def test_every_mistake_is_named_at_once(load):
    said = refusal(load, TOOL + "  answer: {txt: 1}\npage_size: 0\nstat: x\n")
    assert re.findall(r"contract.yaml:(\d)", said) == ["4", "5", "6"]


def test_members_of_a_server_of_its_own_are_listed(load):
    tool = load(TOOL + "  com.example/owner: me\n").tools[0]
    assert tool.listed["com.example/owner"] == "me"


@pytest.mark.parametrize("value", [5, None, "x", [5], [{}], {"a": 5}])
@pytest.mark.parametrize(
    ("kind", "name"), [("tools", "arguments"), ("prompts", "inputSchema"), ("prompts", "answer")]
)
def test_what_means_something_elsewhere_is_listed_whatever_it_holds(kind, name, value):
    contract = checked_contract({**DOCUMENT, kind: [{"name": "x", name: value}]})
    assert getattr(contract, kind)[0].listed[name] == value


# Files beside the contract


def test_a_file_in_the_folder_becomes_text_or_blob(load, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.txt").write_text("héllo")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\xff")
    text = "resources:\n- {uri: a, file: notes/a.txt}\n- {uri: b, cases: [{file: b.png}]}\n"
    first, second = load(INFO + text).resources
    assert first.cases[0].answer == {"text": "héllo"}
    assert second.cases[0].answer == {"blob": base64.b64encode(b"\x89PNG\xff").decode()}
    assert "file" not in first.listed


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "link", "folder/../../secret", "."])
def test_a_file_outside_the_folder_is_not_read(tmp_path, name):
    (tmp_path / "secret").write_text("secret")
    home = tmp_path / "home"
    (home / "folder").mkdir(parents=True)
    (home / "link").symlink_to(tmp_path / "secret")
    path = home / "contract.yaml"
    path.write_text(INFO + f"resources:\n- uri: a\n  file: {name}\n")
    with pytest.raises(ContractError, match=r"contract.yaml:4: resources\[0\].file: ") as caught:
        load_contract(path)
    assert "contract's folder" in str(caught.value)


def test_a_document_that_is_no_file_cannot_name_files():
    document = {**DOCUMENT, "resources": [{"uri": "a", "file": "a.txt"}]}
    with pytest.raises(DocumentError, match="only a contract that is a file itself"):
        checked_contract(document)


# Documents from Python


def test_a_tuple_in_a_document_is_a_list():
    authorization = {"scheme": "bearer", "keys": ("key",)}
    contract = checked_contract(
        {**DOCUMENT, "authorization": authorization, "faults": ("wrong-id",)}
    )
    assert contract.authorization.keys == ("key",)
    assert contract.faults == ["wrong-id"]


@pytest.mark.parametrize("value", [print, {1: 2}, b"x", {1}, "\ud800", 2**70])
def test_a_document_that_json_cannot_hold_is_refused(value):
    tools = [{"name": "t", "answer": {"structured": value}}]
    with pytest.raises(DocumentError, match="only what JSON can hold is allowed"):
        checked_contract({**DOCUMENT, "tools": tools})


# What editors get


@pytest.fixture(scope="module")
def editor():
    """A JSON Schema validator that knows nothing but the schema."""
    schema = json.loads(json.dumps(contract_schema()))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def example(repository) -> str:
    text = (repository / "docs/contract-file.md").read_text()
    return re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1]


def test_the_schema_is_one_document_without_references_outside():
    text = json.dumps(contract_schema())
    assert set(re.findall(r'"\$ref": "([^"]*)"', text)) <= {
        f"#/$defs/{name}" for name in contract_schema()["$defs"]
    }
    assert text.count('"$id"') == 1


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_accepts_the_contracts_of_the_library(editor, path):
    editor.validate(YamlText(path.read_text()).value)


def test_the_schema_accepts_the_example_of_the_documentation(editor, repository):
    editor.validate(YamlText(example(repository)).value)


@pytest.mark.parametrize("text", [text for text, _ in BY_SCHEMA])
def test_the_schema_rejects_what_the_mock_rejects(editor, text):
    assert not editor.is_valid(YamlText(text).value)


# Whatever a file holds

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(0, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@cache
def documented(repository) -> str:
    return json.dumps(YamlText(example(repository)).value)


def places(value, at=()):
    yield at
    members = value.items() if isinstance(value, dict) else ()
    for name, inner in enumerate(value) if isinstance(value, list) else members:
        yield from places(inner, (*at, name))


@settings(max_examples=200)
@given(data=st.data())
def test_any_value_anywhere_makes_a_server_or_a_contract_error(data, repository):
    document = json.loads(documented(repository))
    at = data.draw(st.sampled_from(list(places(document))[1:]))
    holder = document
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = data.draw(ANY)
    with contextlib.suppress(DocumentError):
        MockServer(document)


def test_the_command_line_prints_the_schema_without_a_contract(capsys):
    assert main(["mock", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == contract_schema()


NAMED = {"name": "mock", "version": "1"}


def test_load_gives_weights_to_tools_described_or_not():
    document = {"info": NAMED, "load": {"tools": {"order": {"weight": 3}, "report": {}}}}
    assert checked_contract(document).load.weights == {"order": 3, "report": 1}
    assert checked_contract({"info": NAMED}).load.weights == {}


@pytest.mark.parametrize(
    ("tool", "says"),
    [
        ({"weight": -1}, "weight"),
        ({"weihgt": 1}, "Did you mean weight?"),
        ({"weight": "a"}, "weight"),
    ],
)
def test_a_wrong_weight_is_told_with_its_place(tool, says):
    with pytest.raises(ContractError) as caught:
        checked_contract({"info": NAMED, "load": {"tools": {"order": tool}}})
    assert "load.tools.order.we" in str(caught.value)
    assert says in str(caught.value)
