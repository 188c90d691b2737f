"""A test for each rule: `--mcp-verify` and the marker `mcp_contract`."""

import sys

import pytest

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import registry

MOCK = [sys.executable, "-m", "mcp_proof_mocks", "everything"]
OTHERS = "def test_other(): pass"
SERVER_RULES = [r for r in registry if r.side != "client" and r.holds_for(Dialect.MCP)]


def test_there_is_a_test_for_each_rule_and_what_is_untested_is_skipped(repository_with):
    result = repository_with(OTHERS, "--mcp-verify", "-rs")
    outcomes = result.parseoutcomes()
    assert (
        outcomes["passed"] + outcomes["skipped"] == len(SERVER_RULES) + 2
    )  # the gate, and the other
    assert outcomes["passed"] > 80
    assert set(outcomes) == {"passed", "skipped"}
    result.stdout.fnmatch_lines(["SKIPPED*: untested: the peer sent no request"])
    result.stdout.fnmatch_lines(["SKIPPED*: no part of 2026-07-28 over stdio"])


def test_a_violated_rule_fails_with_evidence_and_clause_and_a_warning_does_not(repository_with):
    target = [*MOCK, "jsonrpc-result-xor-error", "tools-name-unique"]
    result = repository_with(
        OTHERS, "--mcp-verify", "-rx", "-k", "xor-error or tools-name-unique", target=target
    )
    result.assert_outcomes(failed=1, xfailed=1, deselected=len(SERVER_RULES))
    result.stdout.fnmatch_lines(
        [
            "*_ *mcp-contract::jsonrpc-result-xor-error _*",
            "MUST jsonrpc-result-xor-error: *",
            "    expected  *",
            "    actual    *",
            "  clause    https://modelcontextprotocol.io/specification/2026-07-28/basic#responses",
            "  reproduce mcp-proof verify * --only jsonrpc-result-xor-error -- *",
        ]
    )
    result.stdout.fnmatch_lines(["XFAIL*mcp-contract::tools-name-unique - a warning: *"])
    assert "Traceback" not in result.stdout.str()
    assert "plugin.py" not in result.stdout.str()


def test_a_finding_on_an_object_of_the_process_is_reproduced_by_pytest(repository_with):
    result = repository_with(
        """
        import pytest
        from mcp_proof import MockServer

        @pytest.fixture(scope="session")
        def mcp_target():
            return MockServer("everything", ["jsonrpc-result-xor-error"])
        """,
        "--mcp-verify",
        "-k",
        "xor-error",
        target=None,
    )
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*reproduce pytest --mcp-verify -k jsonrpc-result-xor-error"])


def test_the_last_failed_run_again_alone(repository_with, pytester: pytest.Pytester):
    target = [*MOCK, "jsonrpc-result-xor-error"]
    first = repository_with(OTHERS, "--mcp-verify", target=target)
    assert first.parseoutcomes()["failed"] == 1
    again = pytester.runpytest_subprocess("--mcp-verify", "--lf", timeout=60)
    assert again.parseoutcomes()["failed"] == 1
    assert "passed" not in again.parseoutcomes()


def test_a_marked_function_is_a_test_for_each_rule_that_it_chooses(repository_with):
    result = repository_with(
        """
        import pytest

        @pytest.mark.mcp_contract(only=["tools-name", "sec-"], skip="tools-name-len")
        def test_contract(mcp_verdict):
            assert mcp_verdict.reached.verdict.outcome == "passed"

        class TestOlder:
            pytestmark = pytest.mark.mcp_contract(only="jsonrpc-", revision="2025-06-18")

            def test_contract(self):
                pass
        """,
        "-v",
    )
    result.stdout.fnmatch_lines(
        [
            "*test_contract[[]tools-name-charset[]] PASSED*",
            "*TestOlder::test_contract[[]jsonrpc-*PASSED*",
        ]
    )
    assert "tools-name-length" not in result.stdout.str()
    assert set(result.parseoutcomes()) <= {"passed", "skipped"}


def test_only_the_class_that_is_marked_asks_for_verdicts(repository_with):
    result = repository_with(
        """
        import pytest

        class Common:
            def test_contract(self):
                pass

        @pytest.mark.mcp_contract(only="tools-name-length")
        class TestMarked(Common):
            pass

        class TestNotMarked(Common):
            pass

        class TestWithoutSelf:
            @staticmethod
            @pytest.mark.mcp_contract(only="tools-name-length")
            def test_contract():
                pass
        """,
        "-v",
    )
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*TestMarked::test_contract[[]tools-name-length[]] PASSED*",
            "*TestNotMarked::test_contract PASSED*",
            "*TestWithoutSelf::test_contract[[]tools-name-length[]] PASSED*",
        ]
    )


def test_a_verification_is_made_once_for_all_the_tests_of_a_function(repository_with):
    repository_with(
        """
        import pathlib
        import pytest

        counts = set()

        @pytest.mark.mcp_contract(only="tools-name")
        def test_contract():
            counts.add(pathlib.Path("started.txt").read_text().count("started"))

        def test_last():
            assert len(counts) == 1
        """,
        target=[sys.executable, "server.py"],
        server__py="""
        import pathlib, runpy, sys
        with pathlib.Path("started.txt").open("a") as file:
            file.write("started\\n")
        sys.argv[1:] = ["everything"]
        runpy.run_module("mcp_proof_mocks", run_name="__main__")
        """,
    ).assert_outcomes(passed=4)


def test_a_server_that_cannot_be_started_is_no_pass_for_any_rule(repository_with):
    result = repository_with(OTHERS, "--mcp-verify", "-k", "tools-name", target=["/absent/command"])
    assert result.parseoutcomes()["errors"] == 3
    result.stdout.fnmatch_lines(["cannot start '/absent/command': *"])
    assert "Traceback" not in result.stdout.str()


def test_verify_without_a_target_is_a_wrong_usage(repository_with):
    result = repository_with(OTHERS, "--mcp-verify", target=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --mcp-verify: which server is under test? *"])


def test_verify_without_a_target_is_told_by_workers_too(repository_with):
    result = repository_with(OTHERS, "--mcp-verify", "-n", "1", target=None)
    result.stdout.fnmatch_lines(["!*--mcp-verify: which server is under test? *"])
    assert "passed" not in result.parseoutcomes()
    assert "INTERNALERROR" not in result.stdout.str()


def test_one_test_can_be_run_alone_where_all_runs_verify(repository_with):
    settings = "[pytest]\naddopts = --mcp-verify\n"
    result = repository_with(OTHERS, "test_it.py::test_other", pytest__ini=settings)
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("onyl='tools-'", "takes only, skip, revision, dialect, not onyl. Did you mean only?"),
        ("'tools-'", "takes only, skip, revision, dialect by name"),
        ("revision='2025-11-52'", "'2025-11-52' is none of *Did you mean 2025-11-25*"),
        ("dialect='reste'", "'reste' is none of mcp, rest,*Did you mean rest?*"),
        ("only='tols-'", "no rule is chosen by {*tols-*}"),
    ],
)
def test_a_wrong_marker_is_told(repository_with, marker: str, said: str):
    result = repository_with(
        f"import pytest\n@pytest.mark.mcp_contract({marker})\ndef test_it(): pass\n"
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}*"])


def test_the_verdict_is_for_marked_tests_only(repository_with):
    result = repository_with("def test_it(mcp_verdict): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["`mcp_verdict` is for tests that are marked with `mcp_contract`"])


TWO_SERVERS = """
    import sys
    import pytest

    @pytest.fixture(scope="session", params=["good", "bad"])
    def mcp_target(request):
        command = [sys.executable, "-m", "mcp_proof_mocks", "everything"]
        return command if request.param == "good" else [*command, "jsonrpc-result-xor-error"]
    """


def test_each_of_several_servers_has_a_verification_of_its_own(repository_with):
    result = repository_with(
        """
        import pytest

        @pytest.mark.mcp_contract(only="jsonrpc-result-xor-error")
        def test_contract():
            pass
        """,
        "-v",
        target=None,
        conftest__py=TWO_SERVERS,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_contract[[]*bad*FAILED*"])


def test_a_conftest_above_the_tests_that_are_asked_for_counts(repository_with):
    result = repository_with(
        OTHERS,
        "--mcp-verify",
        "-k",
        "xor-error",
        target=[*MOCK, "jsonrpc-result-xor-error"],
        pytest__ini="[pytest]\ntestpaths = test_it.py\n",
    )
    assert result.parseoutcomes()["failed"] == 1


def test_a_marked_test_case_of_unittest_is_no_pass(repository_with):
    result = repository_with(
        """
        import unittest
        import pytest

        @pytest.mark.mcp_contract(only="tools-name")
        class TestContract(unittest.TestCase):
            def test_contract(self):
                pass
        """
    )
    assert "passed" not in result.parseoutcomes()


def test_a_verification_that_judged_nothing_fails_its_gate(repository_with):
    result = repository_with(
        OTHERS,
        "--mcp-verify",
        target=None,
        pyproject__toml=(
            f"[tool.mcp-proof]\ncommand = {MOCK!r}\nonly = ['jsonrpc-request-id-type']\n"
        ),
    )
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["nothing was judged: no rule could be observed"])


def test_a_fault_of_our_own_is_no_pass_and_named_as_ours(repository_with):
    result = repository_with(
        OTHERS,
        "--mcp-verify",
        "-k",
        "gate or tools-unknown-tool-error",
        target=None,
        conftest__py=f"""
        import pytest
        from mcp_proof import CommandTarget
        from mcp_proof.probe import probes

        async def broken(driver):
            raise RuntimeError("planted, with a s3cr3t-t0ken")

        for probe in probes:
            object.__setattr__(probe, "run", broken)

        @pytest.fixture(scope="session")
        def mcp_target():
            return CommandTarget({MOCK!r}, env={{"API_TOKEN": "s3cr3t-t0ken"}})
        """,
    )
    result.assert_outcomes(failed=2, deselected=len(SERVER_RULES))
    result.stdout.fnmatch_lines(["the probe itself failed: a fault of mcp-proof", "*planted*"])
    result.stdout.fnmatch_lines(["a fault of mcp-proof itself: *"])
    assert "s3cr3t" not in result.stdout.str()
