"""`@pytest.mark.mcp_fuzz`: a test that Hypothesis calls with arguments for a tool."""

import sys

import pytest

SERVER = """
import json, sys

TOOL = {
    "name": "add",
    "inputSchema": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
}

def answer(method, params):
    if method == "initialize":
        info = {"name": "adder", "version": "1"}
        return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call":
        a, b = params["arguments"].get("a"), params["arguments"].get("b")
        if not (isinstance(a, int) and isinstance(b, int)):
            return {"content": [{"type": "text", "text": "no integers"}], "isError": True}
        total = a + b if abs(a) < 1000 else 0
        return {"content": [{"type": "text", "text": str(total)}]}
    return {}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        result = answer(message["method"], message.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
"""
IMPORTS = "import pytest\n"


@pytest.fixture
def adder(repository_with):
    """Run tests of a server that adds small numbers."""

    def run(test: str, *arguments: str, server: str = SERVER):
        target = [sys.executable, "adder.py"]
        return repository_with(IMPORTS + test, *arguments, target=target, adder__py=server)

    return run


def test_hypothesis_finds_and_shrinks_what_breaks_a_property(adder):
    result = adder(
        """
@pytest.mark.mcp_fuzz(tool="add")
def test_sum(mcp_client, arguments):
    result = mcp_client.call_tool("add", arguments)
    assert result.text == str(arguments["a"] + arguments["b"])
"""
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *assert '0' == '1000'", "E *arguments={'a': 1000, 'b': 0}"])


def test_the_arguments_are_valid_invalid_or_any_as_it_is_asked_for(adder):
    schema = {"a": "integer", "b": "integer"}
    result = adder(
        f"""
SEEN = {{"valid": set(), "invalid": set(), "any": set()}}

def is_valid(arguments):
    return set(arguments) == {set(schema)!r} and all(
        type(value) is int or (type(value) is float and value.is_integer())
        for value in arguments.values()
    )

@pytest.mark.mcp_fuzz(tool="add", max_examples=30)
def test_valid(arguments):
    SEEN["valid"].add(is_valid(arguments))

@pytest.mark.mcp_fuzz(tool="add", mode="invalid", max_examples=30)
def test_invalid(arguments):
    SEEN["invalid"].add(is_valid(arguments))

@pytest.mark.mcp_fuzz(tool="add", mode="any", max_examples=60)
def test_any(arguments):
    SEEN["any"].add(is_valid(arguments))

def test_all():
    assert SEEN == {{"valid": {{True}}, "invalid": {{False}}, "any": {{True, False}}}}
"""
    )
    result.assert_outcomes(passed=4)


def test_the_same_seed_gives_the_same_arguments(adder):
    result = adder(
        """
SEEN = {}

@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.mcp_fuzz(tool="add", max_examples=20, seed=7)
def test_it(arguments, time):
    SEEN.setdefault(time, []).append(arguments)

def test_all():
    assert len(SEEN["first"]) == 20
    assert SEEN["first"] == SEEN["second"]
"""
    )
    result.assert_outcomes(passed=3)


def test_methods_static_ones_and_whole_modules_can_be_marked(adder):
    result = adder(
        """
pytestmark = pytest.mark.mcp_fuzz(tool="add", max_examples=3)

def test_function(arguments):
    assert arguments.keys() == {"a", "b"}

class TestThem:
    def test_method(self, arguments):
        assert arguments.keys() == {"a", "b"}

    @staticmethod
    def test_static(arguments):
        assert arguments.keys() == {"a", "b"}

class TestInherited(TestThem):
    pass
"""
    )
    result.assert_outcomes(passed=5)


def test_the_settings_of_hypothesis_and_its_examples_apply(adder):
    result = adder(
        """
from hypothesis import Phase, example, settings

SEEN = []

@settings(max_examples=5, phases=[Phase.explicit, Phase.generate])
@example(arguments={"a": 1, "b": 2})
@pytest.mark.mcp_fuzz(tool="add")
def test_it(arguments):
    SEEN.append(arguments)

def test_all():
    assert SEEN[0] == {"a": 1, "b": 2}
    assert len(SEEN) == 6
"""
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("tool='ad'", "the server has no tool 'ad'. Did you mean add?"),
        ("", 'needs the name of a tool: mcp_fuzz(tool="NAME")'),
        ("'add'", "takes tool, mode, max_examples, seed by name"),
        ("tool='add', max_example=1", "not max_example. Did you mean max_examples?"),
        ("tool='add', mode='vald'", "mode 'vald' is none of valid, invalid, any. Did you mean"),
    ],
)
def test_a_wrong_marker_is_told(adder, marker, said):
    result = adder(f"@pytest.mark.mcp_fuzz({marker})\ndef test_it(arguments): pass\n")
    assert result.parseoutcomes().keys() & {"errors", "failed"}
    assert said in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_a_function_without_the_parameter_is_told(adder):
    result = adder("@pytest.mark.mcp_fuzz(tool='add')\ndef test_it(argument): pass\n")
    assert "test_it has no parameter `arguments`" in result.stdout.str()


def test_a_schema_of_which_nothing_can_be_made_fails_the_test_with_the_reason(adder):
    server = SERVER.replace('"additionalProperties": False', '"maxProperties": 1')
    result = adder(
        "@pytest.mark.mcp_fuzz(tool='add')\ndef test_it(arguments): pass\n", server=server
    )
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*add has no valid arguments: input schema: *"])


def test_a_test_may_be_a_coroutine(adder):
    result = adder(
        """
SEEN = []

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
@pytest.mark.mcp_fuzz(tool="add", max_examples=4)
async def test_it(mcp_client, arguments):
    SEEN.append((await mcp_client.aio.call_tool("add", arguments)).text)

def test_all():
    assert len(SEEN) == 4
""",
        "-p",
        "anyio",
    )
    result.assert_outcomes(passed=2)


def test_without_the_extra_it_says_what_to_install(adder):
    result = adder(
        "import sys\nsys.modules['hypothesis'] = None\n"
        "@pytest.mark.mcp_fuzz(tool='add')\ndef test_it(arguments): pass\n"
    )
    said = "*fuzzing needs the package hypothesis, *: pip install 'mcp-proof[[]fuzz[]]'"
    result.stdout.fnmatch_lines([said])


def test_nothing_of_it_is_loaded_where_nobody_asks_for_it(adder):
    result = adder(
        """
import sys

def test_it(mcp_client):
    assert mcp_client.call_tool("add", {"a": 1, "b": 2}).text == "3"
    heavy = {"hypothesis", "schemathesis", "uritemplate", "mcp_proof.fuzz"}
    assert not heavy & sys.modules.keys()
"""
    )
    result.assert_outcomes(passed=1)
