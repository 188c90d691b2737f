"""The plugin's fixtures, in the tests of another repository."""

import sys

import pytest

MOCK = [sys.executable, "-m", "mcp_proof_mocks", "everything"]


def test_a_client_is_connected_to_the_target(repository_with):
    repository_with(
        """
        def test_tools(mcp_client):
            assert "echo" in [tool["name"] for tool in mcp_client.list_tools()]
            assert mcp_client.call_tool("echo", {"message": "hello"}).succeeded().text == "hello"
            assert mcp_client.server_info["name"] == "everything"
            assert mcp_client.revision == "2026-07-28"
            assert "tools" in mcp_client.capabilities
            mcp_client.ping()

        def test_the_rest(mcp_client):
            [uri, *_] = [resource["uri"] for resource in mcp_client.list_resources()]
            assert mcp_client.read_resource(uri)[0]["uri"] == uri
            assert mcp_client.list_resource_templates()
            [prompt, *_] = [prompt["name"] for prompt in mcp_client.list_prompts()]
            assert mcp_client.get_prompt(prompt)["messages"]

        def test_raw(mcp_client):
            answer = mcp_client.request("nonsense")
            assert answer.message.error_code == -32601
            assert answer.result is None
            before = len(mcp_client.transcript.events)
            mcp_client.send([1, 2])
            mcp_client.notify("notifications/nothing")
            said = [e.message.raw for e in mcp_client.transcript.events[before:] if e.message]
            assert b"[1,2]" in said
        """,
    ).assert_outcomes(passed=3)


SERVER = """
    import os, pathlib, runpy, sys
    with pathlib.Path("started.txt").open("a") as file:
        file.write(f"{os.getpid()}\\n")
    sys.argv[1:] = ["everything"]
    runpy.run_module("mcp_proof_mocks", run_name="__main__")
    """


def test_a_command_is_started_once_for_all_tests_and_again_when_it_dies(repository_with):
    repository_with(
        """
        import os, pathlib, signal

        def started():
            return pathlib.Path("started.txt").read_text().split()

        def test_one(mcp_client):
            mcp_client.ping()
            assert len(started()) == 1

        def test_two(mcp_client):
            mcp_client.ping()
            assert len(started()) == 1

        def test_crash(mcp_client):
            os.kill(int(started()[0]), signal.SIGKILL)
            mcp_client.request("server/discover")  # lost, or answered by another one at once

        def test_three(mcp_client):
            mcp_client.ping()
            assert len(started()) == 2
        """,
        target=[sys.executable, "server.py"],
        server__py=SERVER,
    ).assert_outcomes(passed=4)


def test_a_transcript_holds_the_traffic_of_its_test_only(repository_with):
    repository_with(
        """
        from mcp_proof.testing import assert_kept

        def messages(transcript):
            return [e.message.method for e in transcript.events if e.message and e.message.method]

        def test_one(mcp_client, mcp_transcript):
            mcp_client.call_tool("echo", {"message": "one"})
            assert "tools/call" in messages(mcp_transcript)
            assert_kept(mcp_transcript, "tools-")

        def test_two(mcp_client, mcp_transcript):
            assert messages(mcp_transcript) == ["server/discover"]
            mcp_client.ping()
            assert_kept(mcp_transcript)
        """,
    ).assert_outcomes(passed=2)


def test_a_failure_names_the_request_and_shows_the_traffic_but_no_inside(repository_with):
    result = repository_with(
        """
        def test_unknown(mcp_client):
            mcp_client.call_tool("nope", {"a": 1})
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '>*mcp_client.call_tool("nope", {"a": 1})',
            "E*ErrorAnswerError: tools/call *nope* was answered by error -32602: Unknown*",
            "*MCP traffic of mcp_client*",
            'client {"jsonrpc":"2.0",*"method":"tools/call"*',
            'server *"error":{"code":-32602*',
        ]
    )
    assert "client.py" not in result.stdout.str()
    assert "operations.py" not in result.stdout.str()


def test_every_kind_of_failure_has_its_type(repository_with):
    repository_with(
        """
        import pytest
        from mcp_proof.testing import (
            ErrorAnswerError, SchemaViolationError, ToolFailedError, ToolSucceededError,
            assert_conforms, assert_kept, ContractViolationError,
        )

        def test_error(mcp_client):
            with pytest.raises(ErrorAnswerError, match="Unknown tool: nope") as failed:
                mcp_client.call_tool("nope")
            assert failed.value.code == -32602

        def test_tool_failed(mcp_client):
            result = mcp_client.call_tool("echo", {})
            with pytest.raises(ToolFailedError, match="the tool echo failed: "):
                result.succeeded()
            assert result.failed("message") is result
            with pytest.raises(ToolSucceededError, match="without saying 'weather'"):
                result.failed("weather")

        def test_tool_succeeded(mcp_client):
            with pytest.raises(ToolSucceededError, match="the tool echo did not fail: hi"):
                mcp_client.call_tool("echo", {"message": "hi"}).failed()

        def test_schema(mcp_client):
            assert_conforms({"a": 1}, {"required": ["a"]})
            with pytest.raises(SchemaViolationError, match="does not satisfy") as failed:
                assert_conforms({"b": 1}, {"required": ["a"]})
            assert len(failed.value.problems) == 1
            with pytest.raises(ValueError, match="the schema cannot be used"):
                assert_conforms(1, {"type": "intger"})

        def test_nothing_observed(mcp_client, mcp_transcript):
            with pytest.raises(ContractViolationError, match="none of the rules with tools-st"):
                assert_kept(mcp_transcript, "tools-structured")
            with pytest.raises(ValueError, match="no rule begins with 'tols-'"):
                assert_kept(mcp_transcript, "tols-")
        """,
    ).assert_outcomes(passed=5)


def test_traffic_that_breaks_a_rule_fails_the_test_that_asks(repository_with):
    result = repository_with(
        """
        from mcp_proof.testing import assert_kept

        def test_it(mcp_client, mcp_transcript):
            mcp_client.request("tools/call", {"name": "echo", "arguments": {"message": "hi"}})
            assert_kept(mcp_transcript)
        """,
        target=[*MOCK, "result-and-error:tool=echo"],
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*ContractViolationError: MUST jsonrpc-result-xor-error: *"])


def test_a_rule_that_is_only_a_recommendation_is_not_said_to_be_unobserved(repository_with):
    result = repository_with(
        """
        from mcp_proof.testing import assert_kept

        def test_others_too(mcp_client, mcp_transcript):
            mcp_client.list_tools()
            assert_kept(mcp_transcript, "tools-name")

        def test_alone(mcp_client, mcp_transcript):
            mcp_client.list_tools()
            assert_kept(mcp_transcript, "tools-name-unique")
        """,
        target=[*MOCK, "tools-name-unique"],
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*none of the rules with tools-name-unique was seen kept:",
            "E*SHOULD tools-name-unique: *",
            "E*actual *",
        ]
    )


@pytest.mark.parametrize("cursor", ["'again'", "str(number)"])
def test_a_list_without_an_end_is_told(repository_with, cursor: str):
    result = repository_with(
        "def test_it(mcp_client): mcp_client.list_tools()",
        target=[sys.executable, "server.py"],
        server__py=f"""
        import json, sys

        for number, line in enumerate(sys.stdin):
            asked = json.loads(line)
            answer = {{"jsonrpc": "2.0", "id": asked.get("id")}}
            match asked["method"]:
                case "initialize":
                    answer["result"] = {{
                        "protocolVersion": "2025-11-25",
                        "capabilities": {{"tools": {{}}}},
                        "serverInfo": {{"name": "endless", "version": "1"}},
                    }}
                case "tools/list":
                    answer["result"] = {{"tools": [], "nextCursor": {cursor}}}
                case _:
                    answer["error"] = {{"code": -32601, "message": "no"}}
            if "id" in asked:
                print(json.dumps(answer), flush=True)
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E*McpAssertionError: tools/list has no end: page * leads on to *"]
    )


def test_a_server_that_goes_away_is_told_with_its_last_words(repository_with):
    result = repository_with(
        """
        def test_it(mcp_client):
            mcp_client.ping()
        """,
        target=[sys.executable, "-c", "import sys; sys.exit('no database here')"],
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the server did not answer*", "*no database here*"])
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize(
    ("arguments", "ini"),
    [
        (["--mcp-target", " ".join(MOCK)], ""),
        ([], f"mcp_target = {' '.join(MOCK)}"),
        (["--mcp-target", " ".join(MOCK)], "mcp_target = false"),
    ],
)
def test_the_target_is_an_option_or_a_setting(repository_with, arguments, ini):
    repository_with(
        "def test_it(mcp_client): mcp_client.ping()",
        *arguments,
        target=None,
        pytest__ini=f"[pytest]\n{ini}\n",
    ).assert_outcomes(passed=1)


def test_without_a_target_the_ways_to_give_one_are_told(repository_with):
    result = repository_with("def test_it(mcp_client): pass", target=None)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["which server is under test? Give --mcp-target, *"])


def test_objects_in_the_process_are_targets(repository_with):
    repository_with(
        """
        import pytest
        from mcp.server import MCPServer
        from mcp_proof import MockServer
        from mcp_proof_mocks.asgi import asgi_app

        sdk = MCPServer("sdk")

        @sdk.tool()
        def shout(text: str) -> str:
            return text.upper()

        @pytest.fixture(scope="session", params=["sdk", "asgi", "mock"])
        def mcp_target(request):
            everything = MockServer("everything")
            return {"sdk": sdk, "asgi": asgi_app(everything), "mock": everything}[request.param]

        def test_it(mcp_client):
            name = mcp_client.server_info["name"]
            if name == "sdk":
                assert mcp_client.call_tool("shout", {"text": "hi"}).structured == {"result": "HI"}
            else:
                assert mcp_client.call_tool("echo", {"message": "hi"}).text == "hi"
        """,
        target=None,
    ).assert_outcomes(passed=3)


def test_only_the_last_few_servers_are_kept_running(repository_with):
    repository_with(
        """
        import os, pathlib, sys
        import pytest
        from mcp_proof.testing.shared_servers import MOST

        @pytest.fixture(params=range(MOST + 2))
        def mcp_target(request):
            return [sys.executable, "server.py", str(request.param)]

        def runs(pid):
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                return False
            return True

        def test_it(mcp_client, request):
            mcp_client.ping()
            started = pathlib.Path("started.txt").read_text().split()
            assert len(started) == request.node.callspec.params["mcp_target"] + 1
            assert sum(map(runs, started)) == min(len(started), MOST)
        """,
        target=None,
        server__py=SERVER,
    ).assert_outcomes(passed=6)


def test_the_option_wins_over_the_fixture(repository_with):
    result = repository_with(
        "def test_it(mcp_client): mcp_client.ping()",
        "--mcp-target",
        "http://127.0.0.1:9/mcp",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*127.0.0.1:9*"])


def test_a_server_that_does_not_come_back_is_an_answer_that_never_came(repository_with):
    result = repository_with(
        """
        import pytest
        from mcp_proof.testing import NoAnswerError

        def test_it(mcp_client, tmp_path):
            import pathlib
            pathlib.Path("once.txt").write_text("it was here")
            assert mcp_client.request("stop").message is None
            answer = mcp_client.request("ping")
            assert answer.message is None and "did not come back" in answer.why
            with pytest.raises(NoAnswerError, match="did not come back"):
                mcp_client.ping()
            with pytest.raises(NoAnswerError, match="gone"):
                mcp_client.notify("gone")
        """,
        target=[sys.executable, "server.py"],
        server__py="""
        import pathlib, subprocess, sys
        if pathlib.Path("once.txt").exists():
            sys.exit(1)
        mock = subprocess.Popen(
            [sys.executable, "-m", "mcp_proof_mocks", "everything"], stdin=subprocess.PIPE
        )
        for line in sys.stdin.buffer:
            if b'"stop"' in line:
                mock.kill()
                mock.wait()
                sys.exit(0)
            mock.stdin.write(line)
            mock.stdin.flush()
        mock.stdin.close()
        mock.wait()
        """,
    )
    result.assert_outcomes(passed=1)
