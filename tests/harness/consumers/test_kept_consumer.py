"""`verify --consumer`: a provider is checked against all that its clients need."""

import asyncio
import gc
import os
import select
import signal
import subprocess
import sys

import pytest
from surfaces import BOUND

from mcp_proof.consumers.folder import consumers_in
from mcp_proof.consumers.states import called_for_states, state_command
from mcp_proof.consumers.stimuli import consumer_stimuli
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import MemoryTarget, UrlTarget
from mcp_proof_contracts.agreements.kept_consumer import consumer_agreements, id_of
from mcp_proof_contracts.consumers.consumer import read_consumer
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
DEGREES = {"type": "object", "properties": {"degrees": {"type": "number"}}, "required": ["degrees"]}
READ_ONLY = {"readOnlyHint": True}


def provider(**tool):
    weather = {
        "name": "weather",
        "inputSchema": CITY,
        "answer": {"structured": {"degrees": 7}},
        **tool,
    }
    return {
        "info": {"name": "p", "version": "1"},
        "tools": [weather],
        "prompts": [
            {"name": "greet", "arguments": [{"name": "who", "required": True}], "messages": []}
        ],
        "resources": [{"uri": "memo://a", "text": "a"}],
    }


def interaction(**members):
    return {
        "name": "it",
        "tool": "weather",
        "arguments": CITY,
        "examples": [{"city": "Oslo"}],
        **members,
    }


def verdict(live, needed, *, set_up=None, tools=()):
    return verdicts(live, {"interactions": [needed]}, set_up=set_up, tools=tools)["consumer-app-it"]


def verdicts(live, document, *, set_up=None, tools=(), target=None, spoken=Revision.R2025_11_25):
    consumer = read_consumer({"consumer": "app", **document})
    server = MockServer(live) if target is None else None
    options = VerifyOptions(
        agreements=tuple(consumer_agreements(consumer)),
        stimuli=tuple(consumer_stimuli([consumer], set_up)),
        only=("consumer-",),
        tools=tools,
        revision=spoken if isinstance(spoken, Revision) else None,
        dialect=None if isinstance(spoken, Revision) else spoken,
    )

    async def run():
        async with asyncio.timeout(BOUND):
            where = target or MemoryTarget(server)
            return {
                event.verdict.rule.id: event.verdict
                async for event in Verification(where, options).events()
                if isinstance(event, VerdictReached)
            }

    return asyncio.run(run())


# What the lists promise


def test_a_tool_that_takes_what_is_given_is_enough_where_nothing_is_read():
    assert verdict(provider(), interaction()).outcome is PASSED


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ({"name": "other"}, "there is no tool weather"),
        ({"inputSchema": {**CITY, "required": ["city", "unit"]}}, "it needs the argument unit"),
        ({"inputSchema": {"type": "object", "additionalProperties": False}}, "does not take"),
        (
            {"inputSchema": {"type": "object", "properties": {"city": {"enum": ["Rome"]}}}},
            "does not take",
        ),
    ],
)
def test_a_tool_that_is_gone_or_takes_less_is_a_violation(tool, said):
    found = verdict(provider(**tool), interaction())
    assert found.outcome is VIOLATED
    assert any(said in finding.message for finding in found.findings), found.findings
    assert all(finding.events for finding in found.findings)


def test_a_schema_without_examples_is_compared_as_a_whole():
    needed = interaction(examples=[])
    assert verdict(provider(), needed).outcome is PASSED
    narrow = {"type": "object", "properties": {"city": {"enum": ["Rome"]}}, "required": ["city"]}
    assert verdict(provider(inputSchema=narrow), needed).outcome is VIOLATED


ONLY_EXAMPLES = {"name": "it", "tool": "weather", "examples": [{"unit": "C"}]}


@pytest.mark.parametrize("known", [{}, {"arguments": {"type": "object"}}])
@pytest.mark.parametrize("tool", [{}, {"annotations": READ_ONLY}])
def test_an_example_without_what_the_tool_requires_is_a_violation(tool, known):
    found = verdict(provider(**tool), {**ONLY_EXAMPLES, **known})
    assert found.outcome is VIOLATED
    assert ["city" in each.message for each in found.findings] == [True]


def test_what_is_missing_within_an_argument_is_told_beside_an_argument_that_is_needed():
    where = {"type": "object", "properties": {"at": CITY}, "required": ["city", "at"]}
    needed = {"arguments": {"required": ["at"]}, "examples": [{"at": {}}]}
    found = verdict(provider(inputSchema=where), interaction(**needed))
    said = [each.message for each in found.findings]
    assert said[0] == "it needs the argument city"
    assert [each.endswith('/at: "city" is missing') for each in said[1:]] == [True]


LETTERS = {**CITY, "properties": {"city": {"type": "string", "pattern": "^[ab]+(?!c)$"}}}


@pytest.mark.parametrize(
    ("needed", "why"),
    [
        ({"name": "it", "tool": "weather"}, "it requires city"),
        (interaction(examples=[], arguments=LETTERS), "cannot be proved"),
    ],
)
def test_what_cannot_be_known_to_be_taken_is_untested_unless_a_call_shows_it(needed, why):
    pattern = {"type": "string", "pattern": "^(a|b)+$"}
    tool = {"inputSchema": {**CITY, "properties": {"city": pattern}}}
    found = verdict(provider(**tool), needed)
    assert (found.outcome, why in found.reason) == (UNTESTED, True), found.reason
    shown = verdict(
        provider(**tool, annotations=READ_ONLY), {**needed, "examples": [{"city": "a"}]}
    )
    assert shown.outcome is PASSED


def test_a_prompt_that_needs_what_no_example_gives_is_a_violation():
    found = verdict(provider(), {"name": "it", "prompt": "greet", "examples": [{"whom": "Ada"}]})
    said = {each.message for each in found.findings}
    assert {"it takes no argument whom", "it needs the argument who"} <= said


def test_what_the_output_schema_promises_is_read_without_a_call():
    reads = interaction(reads=["/structuredContent/degrees"])
    assert verdict(provider(outputSchema=DEGREES), reads).outcome is PASSED
    found = verdict(provider(), reads)
    assert found.outcome is UNTESTED
    assert "does not promise /structuredContent/degrees" in found.reason


# What is answered


def test_a_tool_that_may_be_called_shows_what_is_read():
    reads = interaction(reads=["/structuredContent/degrees"])
    assert verdict(provider(annotations=READ_ONLY), reads).outcome is PASSED
    assert verdict(provider(), reads, tools=("weather",)).outcome is PASSED


def test_an_answer_without_what_is_read_is_a_violation_whatever_was_promised():
    live = provider(annotations=READ_ONLY, answer={"text": "warm"})
    found = verdict(live, interaction(reads=["/structuredContent/degrees"]))
    assert found.outcome is VIOLATED
    assert "no /structuredContent/degrees" in found.findings[0].message


def test_an_answer_that_is_a_failure_is_a_violation():
    found = verdict(provider(annotations=READ_ONLY, answer={"error": "broken"}), interaction())
    assert (found.outcome, "broken" in found.findings[0].actual) == (VIOLATED, True)


def test_a_tool_that_may_not_be_called_is_not():
    server = MockServer(provider(answer={"refusal": {"code": 1, "message": "called"}}))
    found = verdicts(None, {"interactions": [interaction()]}, target=MemoryTarget(server))
    assert found["consumer-app-it"].outcome is PASSED


def test_prompts_and_resources_are_asked_for():
    prompt = {
        "name": "it",
        "prompt": "greet",
        "arguments": {"required": ["who"], "properties": {"who": {}}},
    }
    prompt["examples"] = [{"who": "Ada"}]
    assert verdict(provider(), {**prompt, "reads": ["/messages"]}).outcome is PASSED
    assert verdict(provider(), {**prompt, "reads": ["/messages/0"]}).outcome is VIOLATED
    assert verdict(provider(), {**prompt, "prompt": "leave"}).outcome is VIOLATED
    needless = {"name": "it", "prompt": "greet", "arguments": {"type": "object"}, "examples": [{}]}
    assert verdict(provider(), needless).outcome is VIOLATED
    resource = {"name": "it", "resource": "memo://a", "reads": ["/contents/0/text"]}
    assert verdict(provider(), resource).outcome is PASSED
    assert verdict(provider(), {**resource, "resource": "memo://b"}).outcome is VIOLATED


def test_capabilities_and_what_is_spoken_are_agreed_on_too():
    found = verdicts(provider(), {"speaks": ["2025-11-25"], "capabilities": ["prompts"]})
    assert {v.outcome for v in found.values()} == {PASSED}
    found = verdicts(provider(), {"speaks": ["2024-11-05"], "capabilities": ["completions"]})
    assert found["consumer-app-speaks"].outcome is UNTESTED
    assert found["consumer-app-capabilities"].outcome is VIOLATED


def test_a_consumer_of_rest_is_checked_by_its_calls():
    needed = {
        "interactions": [
            {
                "name": "it",
                "tool": "find_contact",
                "arguments": {"type": "object"},
                "examples": [{"name": "a"}],
                "reads": ["/email"],
            }
        ]
    }
    live = {
        "info": {"name": "r", "version": "1"},
        "dialect": "rest",
        "tools": [
            {
                "name": "find_contact",
                "annotations": READ_ONLY,
                "answer": {"structured": {"email": "a@b"}},
            }
        ],
    }

    def run(document):
        server = MockServer({**live, "tools": [{**live["tools"][0], **document}]})

        async def served():
            async with serving(server) as url:
                consumer = read_consumer({"consumer": "app", **needed})
                options = VerifyOptions(
                    agreements=tuple(consumer_agreements(consumer)),
                    stimuli=tuple(consumer_stimuli([consumer], None)),
                    only=("consumer-",),
                    dialect=Dialect.REST,
                )
                return [
                    event.verdict.outcome
                    async for event in Verification(UrlTarget(url), options).events()
                    if isinstance(event, VerdictReached)
                ]

        return asyncio.run(served())

    assert run({}) == [PASSED]
    assert run({"answer": {"structured": {"mail": "a@b"}}}) == [VIOLATED]


# States


GIVEN = interaction(given="it rains", parameters={"mm": 3})


def test_without_a_hook_a_state_is_untested_and_never_passed():
    found = verdict(provider(annotations=READ_ONLY), GIVEN)
    assert (found.outcome, "--state-hook" in found.reason) == (UNTESTED, True)


def test_a_hook_that_brings_the_state_about_lets_it_be_asked():
    told = []

    async def set_up(state, parameters):
        told.append((state, parameters))

    assert verdict(provider(annotations=READ_ONLY), GIVEN, set_up=set_up).outcome is PASSED
    assert told == [("it rains", {"mm": 3})]


def test_a_state_in_which_the_tool_may_not_be_called_is_untested():
    async def set_up(_state, _parameters):
        return

    assert verdict(provider(), GIVEN, set_up=set_up).outcome is UNTESTED


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("echo no rain today; exit 3", "ended with 3: no rain today"),
        ("sleep 60", "did not end within 0.3 s"),
        ("yes", "did not end within 0.3 s"),
        ("echo first; yes | head -c 9000000; exit 4", "ended with 4: first"),
        ("no-such-command-anywhere", "ended with 127"),
    ],
)
def test_a_hook_that_fails_is_told_and_nothing_is_passed(command, why):
    found = verdict(provider(annotations=READ_ONLY), GIVEN, set_up=state_command(command, 0.3))
    assert (found.outcome, why in found.reason) == (UNTESTED, True), found.reason


def runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_hook_may_leave_a_server_behind_it(tmp_path):
    started = f"sleep 60 & echo $! > {tmp_path}/pid"
    asyncio.run(state_command(started, BOUND)("it rains", {}))
    pid = int((tmp_path / "pid").read_text())
    assert runs(pid)
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("ending", ["false", "sleep 60"])
def test_a_hook_that_fails_leaves_nothing_behind_it(tmp_path, ending):
    gone = tmp_path / "gone"
    os.mkfifo(gone)
    command = f"(exec sleep 60 > {gone}) & {ending}"

    reading = os.open(gone, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(PeerError):
        asyncio.run(state_command(command, 0.5)("it rains", {}))
    try:
        # The other end closes with the last process that has it; one may end before it has it.
        assert nobody_writes(reading)
    finally:
        os.close(reading)


def nobody_writes(reading):
    """Whether a pipe comes to its end."""
    try:
        return os.read(reading, 1) == b""
    except BlockingIOError:
        poll = select.poll()
        poll.register(reading, 0)
        return poll.poll(BOUND * 1000) == [(reading, select.POLLHUP)]


def test_a_hook_that_is_interrupted_while_it_prints_ends_without_a_word(tmp_path, capfd):
    begun = tmp_path / "begun"
    os.mkfifo(begun)

    async def run():
        command = f"echo > {begun}; yes"
        asking = asyncio.create_task(state_command(command, BOUND)("it rains", {}))
        await asyncio.to_thread(begun.read_bytes)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(run())
    gc.collect()
    assert capfd.readouterr().err == ""


def test_a_hook_need_not_read_what_it_is_told():
    large = {"text": "x" * 1_000_000}
    asyncio.run(state_command("true", BOUND)("it rains", large))


def test_the_hook_reads_the_state_and_its_parameters(tmp_path):
    asyncio.run(state_command(f"cat > {tmp_path}/told", 10)("it rains", {"mm": 3}))
    assert (tmp_path / "told").read_text() == '{"state":"it rains","parameters":{"mm":3}}'


def test_a_function_says_by_true_that_the_state_is_there():
    asyncio.run(called_for_states(lambda state, _: state == "it rains", 5)("it rains", {}))
    with pytest.raises(PeerError, match="nothing knows it"):
        asyncio.run(called_for_states(lambda *_: None, 5)("it rains", {}))
    with pytest.raises(PeerError, match="ZeroDivisionError"):
        asyncio.run(called_for_states(lambda *_: 1 / 0, 5)("it rains", {}))


# The folder


def test_every_file_of_the_folder_is_a_consumer_and_all_that_is_wrong_is_told(tmp_path):
    (tmp_path / "a.yaml").write_text("consumer: a\nspeaks: [rest]\n")
    (tmp_path / "b.yml").write_text("consumer: b\ncapabilities: [logging]\n")
    (tmp_path / "README.md").write_text("no consumer")
    assert [each.name for each in consumers_in(tmp_path)] == ["a", "b"]
    (tmp_path / "c.yaml").write_text("consumer: A\n")
    (tmp_path / "d.yaml").write_text("consumer: 3\n")
    with pytest.raises(UsageError) as wrong:
        consumers_in(tmp_path)
    assert "d.yaml:1" in str(wrong.value)
    assert "c.yaml: the consumer is called as in" in str(wrong.value)


def test_a_consumer_that_needs_nothing_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("consumer: A\ninteractions: []\n")
    with pytest.raises(UsageError, match=r"a\.yaml: it says nothing that 'A' needs"):
        consumers_in(tmp_path)


def test_a_file_that_would_be_passed_over_is_told(tmp_path):
    (tmp_path / "a.YAML").write_text("consumer: a\nspeaks: [rest]\n")
    (tmp_path / "README.md").write_text("about them")
    assert [each.name for each in consumers_in(tmp_path)] == ["a"]
    (tmp_path / "b.json").write_text('{"consumer": "b", "speaks": ["rest"]}')
    with pytest.raises(UsageError, match=r"b\.json: .* call it b\.yaml, or put it elsewhere"):
        consumers_in(tmp_path)


def test_a_folder_without_consumers_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no consumer contract"):
        consumers_in(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        consumers_in(tmp_path / "x")


def test_interactions_that_would_be_called_alike_are_told_apart():
    consumer = read_consumer(
        {
            "consumer": "App!",
            "interactions": [{"name": n, "tool": "t"} for n in ("a b", "a-b", "A b")],
        }
    )
    ids = [each.id for each in consumer_agreements(consumer)]
    assert ids == ["consumer-app-a-b", "consumer-app-a-b-2", "consumer-app-a-b-3"]
    assert id_of("App!") == "consumer-app"


APP = """\
consumer: app
interactions:
  - name: echoes
    tool: echo
    given: somebody listens
    examples: [{message: hi}]
    reads: [/content/0/text]
"""
PLAIN = [sys.executable, "-m", "mcp_proof_mocks", "plain"]


def test_the_command_checks_all_of_a_folder(tmp_path):
    folder = tmp_path / "consumers"
    folder.mkdir()
    (folder / "app.yaml").write_text(APP)
    verify = [
        sys.executable,
        "-m",
        "mcp_proof",
        "verify",
        "--only",
        "consumer-app",
        "--consumer",
        "consumers",
    ]

    def run(*more):
        command = [*verify, *more, "--", *PLAIN]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )

    assert "1 passed, 0 violated" in run("--state-hook", "grep -q somebody").stdout
    done = run()
    assert (done.returncode, "nothing was judged" in done.stdout) == (3, True)
    (folder / "app.yaml").write_text(APP.replace("/content/0/text", "/content/1"))
    done = run("--state-hook", "true")
    assert (done.returncode, "app can call the tool echo" in done.stdout) == (1, True)
    assert "--consumer consumers --state-hook true" in done.stdout


def test_in_pytest_a_hook_of_the_conftest_brings_the_states_about(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "mcp_proof.plugin")
    pytester.mkdir("consumers").joinpath("app.yaml").write_text(APP)
    pytester.path.joinpath("mcp-proof.toml").write_text(
        'consumer = "consumers"\nonly = ["consumer-"]\n'
    )
    pytester.makeconftest(
        "import pytest\n\n"
        "@pytest.fixture(scope='session')\n"
        f"def mcp_target():\n    return {PLAIN!r}\n\n"
        "def pytest_mcp_state(state, parameters):\n    return state == 'somebody listens'\n"
    )
    result = pytester.runpytest_subprocess("-Werror", "--mcp-verify", "-rA", timeout=60)
    result.stdout.fnmatch_lines(["PASSED mcp-contract::consumer-app-echoes"])
