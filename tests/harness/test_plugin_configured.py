"""The plugin goes by the same configuration as the command line."""

import sys

import pytest

OTHERS = "def test_other(): pass"
SERVER = (
    f'command = ["{sys.executable}", "-m", "mcp_proof_mocks", "everything", "tools-name-unique"]'
)


def test_the_target_the_choice_and_the_level_are_configured(repository_with):
    result = repository_with(
        "def test_it(mcp_client): assert mcp_client.revision == '2025-11-25'",
        "--mcp-verify",
        target=None,
        pyproject__toml=f"""
        [tool.mcp-proof]
        {SERVER}
        revision = "2025-11-25"
        only = ["tools-name"]
        skip = ["tools-name-length"]
        fail-on = "should"
        """,
    )
    result.assert_outcomes(passed=3, failed=1)  # the test itself, a rule, the gate
    result.stdout.fnmatch_lines(["SHOULD tools-name-unique: *"])


def test_a_baseline_excuses_and_its_stale_entry_fails(repository_with):
    result = repository_with(
        OTHERS,
        "--mcp-verify",
        "-rxf",
        target=None,
        **{
            "mcp-proof__toml": f"""
            {SERVER}
            only = ["tools-name"]
            fail-on = "should"
            baseline = "known.yaml"
            """,
            "known__yaml": """
            - {rule: tools-name-unique, reason: two teams}
            - {rule: tools-name-length, reason: long names}
            """,
        },
    )
    result.assert_outcomes(passed=3, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        ["the baseline excuses tools-name-length, which is now kept: remove the entry"]
    )
    result.stdout.fnmatch_lines(["XFAIL*tools-name-unique - excused by the baseline: two teams"])


def test_what_is_demanded_of_all_rules_is_a_test_of_its_own(repository_with):
    result = repository_with(
        OTHERS,
        "--mcp-verify",
        "-k",
        "gate",
        target=None,
        pyproject__toml=f"[tool.mcp-proof]\n{SERVER}\nmin-tested = 100\nonly = ['jsonrpc-']\n",
    )
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*rules that apply were tested*100 are demanded*"])


@pytest.mark.parametrize(
    ("test", "arguments", "ending"),
    [
        (OTHERS, ["--mcp-verify"], pytest.ExitCode.USAGE_ERROR),
        (OTHERS, ["--mcp-verify", "--mcp-target", "server"], pytest.ExitCode.USAGE_ERROR),
        (OTHERS, ["--mcp-verify", "-n", "1"], pytest.ExitCode.USAGE_ERROR),
        ("def test_it(mcp_client): pass", [], pytest.ExitCode.TESTS_FAILED),
        (
            "import pytest\n@pytest.mark.mcp_contract\ndef test_it(): pass",
            [],
            pytest.ExitCode.INTERRUPTED,
        ),
    ],
)
def test_a_wrong_setting_is_told_in_one_line(repository_with, test, arguments, ending):
    result = repository_with(
        test,
        *arguments,
        target=None,
        pyproject__toml=f"[tool.mcp-proof]\n{SERVER}\nrevison = '2025-11-25'\n",
    )
    assert result.ret == ending
    told = result.stdout.str() + result.stderr.str()
    assert "pyproject.toml: tool.mcp-proof.revison: " in told
    assert "Did you mean revision" in told
    assert "Traceback" not in told


def test_a_run_that_uses_none_of_it_reads_no_configuration(repository_with):
    repository_with(
        OTHERS, target=None, pyproject__toml="[tool.mcp-proof]\nrevison = 'x'\n"
    ).assert_outcomes(passed=1)
