"""`pytest --mcp-fuzz`: a test for each operation of the server under test."""

import shlex
import sys
from pathlib import Path

import pytest

PLANTED = Path(__file__).parents[2] / "peers" / "planted" / "server.py"
TARGET = shlex.join([sys.executable, str(PLANTED)])
MOCK = shlex.join([sys.executable, "-m", "mcp_proof_mocks", "everything"])
OTHERS = "def test_other(): pass"
QUICK = "[tool.mcp-proof]\nmax-examples = 1\n"


@pytest.fixture
def fuzzed(repository_with):
    """Run pytest with `--mcp-fuzz` on a server, a few inputs for each operation."""

    def run(*arguments: str, target: str = TARGET, settings: str = QUICK, **files: str):
        options = ["--mcp-fuzz", f"--mcp-target={target}", *arguments]
        return repository_with(OTHERS, *options, target=None, pyproject__toml=settings, **files)

    return run


def test_a_failure_fails_the_test_of_its_operation_and_tells_how_to_see_it_again(fuzzed):
    result = fuzzed("-k", "divide_budget or open_draft")
    assert result.parseoutcomes()["failed"] == 1
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(
        [
            "*_ mcp-fuzz::tool divide_budget _*",
            "MUST tool divide_budget crash: the server ended instead of answering",
            "  input     {*}",
            "  expected  an answer to every request, and a server that goes on",
            "  actual    exit code 1; *ZeroDivisionError*",
            "  reproduce mcp-proof fuzz --case '{*divide_budget*}' -- *server.py",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_the_tests_are_the_same_in_all_processes(fuzzed):
    result = fuzzed("-n", "2", "-k", "look_up_product or open_draft")
    assert "Different tests were collected" not in result.stdout.str()
    assert result.parseoutcomes() == {"failed": 1, "passed": 1}


def test_what_may_not_be_called_is_skipped_with_the_reason_and_allowed_by_the_settings(fuzzed):
    cautious = fuzzed("-rs", "-k", "test_simple_text", target=MOCK)
    cautious.stdout.fnmatch_lines(["SKIPPED*not judged: it does not declare itself read-only*"])
    allowed = fuzzed("-k", "tool", target=MOCK, settings=f'{QUICK}tool = ["test_simple_text"]\n')
    assert allowed.parseoutcomes()["passed"] == 1


def test_what_only_advises_does_not_fail_a_test(fuzzed):
    result = fuzzed("-rx", "-k", "quote_shipping")
    assert "failed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines(["XFAIL*ADVICE tool quote_shipping idempotent: *"])


def test_the_weakest_level_that_fails_is_that_of_the_settings(fuzzed):
    assert fuzzed("-k", "name_parent").parseoutcomes()["xfailed"] == 1
    strict = f'{QUICK}fail-on = "should"\n'
    assert fuzzed("-k", "name_parent", settings=strict).parseoutcomes()["failed"] == 1


def test_a_server_that_cannot_be_started_is_an_error_of_the_collection(fuzzed):
    result = fuzzed(target="/absent/command")
    assert result.parseoutcomes() == {"errors": 1}
    result.stdout.fnmatch_lines(["*cannot start '/absent/command': *"])
    assert "Traceback" not in result.stdout.str()


def test_without_a_named_server_it_is_a_wrong_usage(repository_with):
    result = repository_with(OTHERS, "--mcp-fuzz", target=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --mcp-fuzz: which server is under test? *"])


def test_a_wrong_setting_is_a_wrong_usage_that_names_it(fuzzed):
    result = fuzzed(settings="[tool.mcp-proof]\nmax-examples = -1\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: pyproject.toml: *max-examples*-1 is not between*"])


@pytest.mark.parametrize("missing", ["hypothesis", "schemathesis", "uritemplate"])
def test_without_the_extra_it_says_what_to_install(fuzzed, missing):
    conftest = f"import sys\nsys.modules[{missing!r}] = None\n"
    result = fuzzed(conftest__py=conftest)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = f"ERROR: fuzzing needs the package {missing}, *: pip install 'mcp-proof[[]fuzz[]]'"
    result.stderr.fnmatch_lines([said])
