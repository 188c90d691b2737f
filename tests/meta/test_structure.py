"""The four roots keep their direction, their wheel and their distance from a user's folders."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ALLOWED = {
    "contracts/mcp_proof_contracts": {"mcp_proof_contracts"},
    "mocks/mcp_proof_mocks": {"mcp_proof_contracts", "mcp_proof_mocks"},
    "harness/mcp_proof": {"mcp_proof_contracts", "mcp_proof_mocks", "mcp_proof"},
    "load/mcp_proof_load": {
        "mcp_proof_contracts",
        "mcp_proof_mocks",
        "mcp_proof",
        "mcp_proof_load",
    },
}
OURS = set().union(*ALLOWED.values())
IO_MODULES = {"asyncio", "httpx2", "socket", "subprocess", "urllib.request", "threading"}


def imported(path: Path) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            modules.add(node.module)
    return modules


@pytest.mark.parametrize("root", ALLOWED)
def test_a_root_imports_only_what_lies_below_it(root, repository):
    for path in (repository / root).rglob("*.py"):
        packages = {module.partition(".")[0] for module in imported(path)}
        assert packages & OURS <= ALLOWED[root], path


def test_contracts_do_no_input_or_output(repository):
    for path in (repository / "contracts").rglob("*.py"):
        assert not imported(path) & IO_MODULES, path


def test_no_file_outgrows_its_room(repository):
    for root in (*ALLOWED, "tests", "scripts", "benches"):
        limit = 600 if root == "tests" else 400
        for path in (repository / root).rglob("*.py"):
            lines = len(path.read_text().splitlines())
            assert lines <= limit, f"{path}: {lines} lines"


def files(repository: Path) -> set[str]:
    names: set[str] = set()
    for root in ALLOWED:
        folder = repository / root
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                names.add(path.relative_to(folder.parent).as_posix())
    return names


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory) -> Path:
    """The wheel, built from the source distribution as a packager would."""
    built = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build"]
    subprocess.run([*command, "-t", "sdist", "-d", built], cwd=repository, check=True, timeout=60)
    archive = next(built.glob("*.tar.gz"))
    subprocess.run(["tar", "xzf", archive, "-C", built], check=True, timeout=60)
    source = next(path for path in built.iterdir() if path.is_dir())
    subprocess.run([*command, "-t", "wheel", "-d", built], cwd=source, check=True, timeout=60)
    return next(built.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_four_packages_and_nothing_else(repository, wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == files(repository)


@pytest.mark.parametrize("command", [["-m", "pytest"], ["-c", "import pytest; pytest.main()"]])
def test_a_project_with_its_own_mocks_and_load_folders_is_left_alone(command, wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    for folder in ("mocks", "load", "contracts", "harness"):
        (tmp_path / "project" / folder).mkdir(parents=True)
        (tmp_path / "project" / folder / "__init__.py").write_text("MINE = True\n")
    (tmp_path / "project" / "conftest.py").write_text("")
    (tmp_path / "project" / "test_mine.py").write_text(
        "import contracts, harness, load, mocks\n"
        "import mcp_proof\n\n"
        "def test_both_are_there():\n"
        "    assert mocks.MINE and load.MINE and contracts.MINE and harness.MINE\n"
        "    assert mcp_proof.Revision.R2026_07_28\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path / "project",
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_facade_is_small_and_every_name_of_it_exists():
    import mcp_proof

    assert len(mcp_proof.__all__) <= 20
    for name in mcp_proof.__all__:
        assert getattr(mcp_proof, name).__name__ == name


def test_help_and_the_package_load_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules)\n"
        "import mcp_proof\n"
        "from mcp_proof.cli.parser import command_line\n"
        "command_line().format_help()\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    heavy = ("asyncio", "rich", "orjson", "jsonschema", "httpx2", "yaml", "httptools", "tomllib")
    assert not [name for name in heavy if f"'{name}" in done.stdout]


WITHOUT_EXTRAS = """
import sys
extras = ("websockets", "redis", "jwt", "respx", "testcontainers")
for name in (*extras, "hypothesis", "schemathesis", "uritemplate"):
    sys.modules[name] = None  # importing it fails
from mcp_proof.cli import main
from mcp_proof.targets import target_of
from mcp_proof_mocks.fault import faults
assert list(faults)
command = [sys.executable, "-m", "mcp_proof_mocks", "plain"]
sys.exit(main(["verify", "--only", "tools-", "--", *command]))
"""


def test_a_server_is_verified_where_no_extra_is_installed():
    command = [sys.executable, "-c", WITHOUT_EXTRAS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert " 0 violated" in done.stdout
