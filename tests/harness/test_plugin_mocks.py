"""Mocks in the tests of another repository: `mcp_mock` and `make_mcp_mock`."""

import subprocess
import sys

CLIENT = """
import anyio
from mcp.client import Client


def call(url, tool, arguments=None):
    async def talk():
        async with Client(url) as client:
            return await client.call_tool(tool, arguments or {})

    return anyio.run(talk)
"""


def test_a_mock_answers_at_its_url_and_knows_what_it_was_asked(repository_with):
    repository_with(
        """
        import pytest
        from client import call

        def test_empty(mcp_mock):
            mcp_mock.register_mock_tool("double", lambda arguments: {"twice": 2 * arguments["n"]})
            assert call(mcp_mock.url, "double", {"n": 2}).structured_content == {"twice": 4}
            mcp_mock.journal.assert_called_once_with("double", {"n": 2})

        def test_the_next_test_has_a_new_one(mcp_mock):
            assert not mcp_mock.tools and not mcp_mock.call_history

        def test_many(make_mcp_mock):
            everything = make_mcp_mock("everything")
            mine = {"tools": [{"name": "echo", "answer": {"text": "mine"}}]}
            broken = make_mcp_mock(mine, ["late-response:seconds=0.01"])
            assert everything.url != broken.url
            assert call(everything.url, "echo", {"message": "hi"}).content[0].text == "hi"
            assert call(broken.url, "echo").content[0].text == "mine"
        """,
        target=None,
        client__py=CLIENT,
    ).assert_outcomes(passed=3)


def test_what_a_mock_does_not_foresee_fails_the_test(repository_with):
    result = repository_with(
        """
        import pytest
        from client import call

        def test_it(mcp_mock):
            with pytest.raises(Exception):
                call(mcp_mock.url, "nope")

        def test_made(make_mcp_mock):
            with pytest.raises(Exception):
                call(make_mcp_mock().url, "nope")

        def test_forgiving(make_mcp_mock):
            with pytest.raises(Exception):
                call(make_mcp_mock(strict=False).url, "nope")
        """,
        target=None,
        client__py=CLIENT,
    )
    result.assert_outcomes(passed=3, errors=2)
    for title in ("mcp_mock", "the mock at http://127.0.0.1:*"):
        result.stdout.fnmatch_lines(
            ["the contract does not foresee:", "  tools/call nope*", f"*MCP traffic of {title}*"]
        )
    assert "contextlib.py" not in result.stdout.str()
    assert "another exception" not in result.stdout.str()


def test_a_wrong_contract_or_fault_is_told_where_it_is_asked_for(repository_with):
    result = repository_with(
        """
        def test_contract(make_mcp_mock):
            make_mcp_mock("wether")

        def test_fault(make_mcp_mock):
            make_mcp_mock("everything", ["tools-name-uniqe"])
        """,
        target=None,
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E*wether*", "E*tools-name-uniqe*Did you mean tools-name-unique*"])


def test_the_traffic_of_a_mock_is_shown_when_a_test_fails(repository_with):
    result = repository_with(
        """
        from client import call

        def test_it(mcp_mock):
            mcp_mock.register_mock_tool("double", lambda arguments: "four")
            assert call(mcp_mock.url, "double").content[0].text == "5"

        def test_made(make_mcp_mock):
            mock = make_mcp_mock({"tools": [{"name": "triple", "answer": {"text": "six"}}]})
            assert call(mock.url, "triple").content[0].text == "7"
        """,
        target=None,
        client__py=CLIENT,
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*MCP traffic of mcp_mock*", 'client {*"name":"double"*'])
    result.stdout.fnmatch_lines(["*MCP traffic of the mock at http*", 'client {*"name":"triple"*'])


def test_requests_of_httpx_clients_are_led_to_mocks_without_a_socket(repository_with):
    repository_with(
        """
        import httpx
        import pytest
        from client import call

        def test_sdk(mcp_respx, mcp_mock):
            mcp_mock.register_mock_tool("double", lambda arguments: {"twice": 2 * arguments["n"]})
            mcp_respx.mount("https://mcp.example.com/mcp", mcp_mock)
            answer = call("https://mcp.example.com/mcp", "double", {"n": 2})
            assert answer.structured_content == {"twice": 4}
            mcp_mock.journal.assert_called_once_with("double", {"n": 2})
            with pytest.raises(AssertionError, match="elsewhere.example.com"):
                httpx.get("https://elsewhere.example.com/")
        """,
        target=None,
        client__py=CLIENT,
    ).assert_outcomes(passed=1)


def test_what_tests_import_serves_without_pytest():
    code = "import sys; sys.modules['pytest'] = None; import mcp_proof.testing.routing"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
