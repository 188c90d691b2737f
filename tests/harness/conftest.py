"""Another repository, whose tests use the plugin."""

import sys
import textwrap
from collections.abc import Callable

import pytest

MOCK = [sys.executable, "-m", "mcp_proof_mocks", "everything"]


@pytest.fixture
def repository_with(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., pytest.RunResult]:
    """Another repository: gives what writes a test file, and the run of pytest there.

    The other plugins that happen to be installed would take most of the time of each run;
    `test_plugin_elsewhere.py` runs beside such ones.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "mcp_proof.plugin,xdist.plugin")

    def run(test: str, *arguments: str, target: object = MOCK, **files: str) -> pytest.RunResult:
        if target is not None:
            pytester.makeconftest(
                "import pytest\n\n@pytest.fixture(scope='session')\ndef mcp_target():\n"
                f"    return {target!r}\n"
            )
        pytester.makepyfile(test_it=textwrap.dedent(test))
        for name, text in files.items():
            pytester.path.joinpath(name.replace("__", ".")).write_text(textwrap.dedent(text))
        return pytester.runpytest_subprocess("-Werror", *arguments, timeout=60)

    return run
