"""Cassettes in the tests of another repository: `mcp_cassette`."""

import pytest

TEST = """
    import pytest

    @pytest.mark.mcp_cassette
    def test_echo(mcp_client):
        assert mcp_client.call_tool("echo", {"message": "hi"}).text == "hi"

    @pytest.mark.mcp_cassette
    @pytest.mark.parametrize("text", ["a/b", "a-b"])
    def test_many(mcp_client, text):
        for _ in range(20):
            assert mcp_client.call_tool("echo", {"message": text}).text == text

    class TestThem:
        @pytest.mark.mcp_cassette("shared.ndjson", mode="once")
        def test_own_file(self, mcp_cassette):
            assert mcp_cassette.file.name == "shared.ndjson"
            assert mcp_cassette.url.startswith("http://127.0.0.1")
"""


def test_a_test_plays_the_cassette_that_it_has_recorded(repository_with, pytester):
    repository_with(TEST, "--mcp-record", "once", "-n2").assert_outcomes(passed=4)
    files = sorted(str(each.relative_to(pytester.path)) for each in pytester.path.rglob("*.ndjson"))
    assert files[0] == "cassettes/test_it/test_echo.ndjson"
    assert len(files) == 4
    assert files[-1] == "shared.ndjson"
    repository_with(TEST, target="nobody-has-this-command").assert_outcomes(passed=4)


@pytest.mark.parametrize("end", ["raise KeyError", "pytest.skip()", "raise KeyboardInterrupt"])
def test_what_a_test_recorded_that_has_not_passed_is_not_kept(end, repository_with, pytester):
    text = f"""
        import pytest

        @pytest.mark.mcp_cassette
        def test_echo(mcp_client):
            mcp_client.call_tool("echo", {{"message": "hi"}})
            {end}
        """
    result = repository_with(text, "--mcp-record=once")
    assert [each for each in pytester.path.rglob("*") if each.suffix in (".ndjson", ".part")] == []
    if "KeyError" in end:
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*test_echo.ndjson was not written: a recording is kept*"])


def test_the_cassette_of_a_test_that_fails_while_it_records_anew_stays(repository_with, pytester):
    repository_with(TEST, "--mcp-record=all", "-k", "test_echo").assert_outcomes(passed=1)
    [file] = pytester.path.rglob("*.ndjson")
    before = file.read_bytes()
    failing = TEST.replace('"hi"}).text == "hi"', '"hi"}).text == "other"')
    result = repository_with(failing, "--mcp-record=all", "-k", "test_echo")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*test_echo.ndjson is as it was: a recording is kept*"])
    assert file.read_bytes() == before


def test_what_is_configured_to_be_hidden_is_in_no_cassette(repository_with, pytester):
    configured = {"mcp-proof__toml": "redact = ['quite .*ly']\n"}
    text = """
        import pytest

        @pytest.mark.mcp_cassette
        def test_echo(mcp_client):
            mcp_client.call_tool("echo", {"message": "quite secretly"})
        """
    repository_with(text, "--mcp-record=once", **configured).assert_outcomes(passed=1)
    [file] = pytester.path.rglob("*.ndjson")
    assert b"tools/call" in file.read_bytes()
    assert b"secretly" not in file.read_bytes()


def test_a_missing_cassette_is_told_with_what_records_it(repository_with):
    result = repository_with(TEST, "-k", "test_echo")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no cassette *test_echo.ndjson. Record one: pytest --*"])


def test_what_is_not_in_the_cassette_fails_the_test(repository_with):
    repository_with(TEST, "--mcp-record=all", "-k", "test_echo").assert_outcomes(passed=1)
    result = repository_with(
        """
        import pytest

        @pytest.mark.mcp_cassette
        def test_echo(mcp_client):
            params = {"name": "echo", "arguments": {"message": "other"}}
            answer = mcp_client.request("tools/call", params)
            assert answer.message.error_code == -32603
        """,
        target=None,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(['*/arguments/message: expected "hi", was "other"*'])
    result.stdout.fnmatch_lines(["*record it: pytest --mcp-record new *"])


@pytest.mark.parametrize("arguments", [(), ("--mcp-record=once",)], ids=["marker", "option"])
def test_a_marker_that_says_too_much_is_told(arguments, repository_with):
    result = repository_with(
        """
        import pytest

        @pytest.mark.mcp_cassette(mod="once")
        def test_it(mcp_cassette):
            pass

        @pytest.mark.mcp_cassette(mode="sometimes")
        def test_mode(mcp_cassette):
            pass

        @pytest.mark.mcp_cassette("../../evil.ndjson")
        def test_outside(mcp_cassette):
            pass
        """,
        *arguments,
    )
    result.assert_outcomes(errors=3)
    for line in (
        "*mcp_cassette has no argument 'mod': it takes a file, and mode, target, order by name.*",
        "* Did you mean mode?*",
        "*mcp_cassette: there is no mode 'sometimes'; known are none, once, new, all.*",
        "*the file '../../evil.ndjson' is outside of *",
    ):
        result.stdout.fnmatch_lines([line])


def test_a_hint_can_be_copied_into_a_shell(repository_with):
    result = repository_with(
        """
        import pytest

        @pytest.mark.mcp_cassette
        @pytest.mark.parametrize("text", ["a b"])
        def test_many(mcp_client, text):
            pass
        """
    )
    result.stdout.fnmatch_lines(["*--mcp-target TARGET 'test_it.py::test_many[[]a b]'*"])
