"""What other people's CI runs: the GitHub action, the GitLab job, the pre-commit hook."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from lxml import etree

from mcp_proof.options import OPTIONS

RULE = "meta-unknown-keys-tolerated"
SERVER = f"{shlex.quote(sys.executable)} -m mcp_proof_mocks plain"
CONFIGURABLE = [option for option in OPTIONS if "verify" in option.configures]


@pytest.fixture
def action(repository) -> dict:
    """The GitHub action."""
    return yaml.safe_load((repository / "action.yml").read_text(encoding="utf-8"))


@pytest.fixture
def run(tmp_path):
    """Run a script as a CI system does; the command `mcp-proof` is that of these sources."""
    installed = tmp_path / "runner/mcp-proof/bin"
    installed.mkdir(parents=True)
    _program(installed / "mcp-proof", f'exec {shlex.quote(sys.executable)} -m mcp_proof "$@"')
    _program(installed / "pip", f'echo "$@" >> {tmp_path}/pip.log')
    (tmp_path / "work").mkdir()

    def run(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=tmp_path / "work",
            env={
                **os.environ,
                "PATH": f"{installed}:{os.environ['PATH']}",
                "RUNNER_TEMP": str(tmp_path / "runner"),
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def stub(tmp_path) -> dict[str, str]:
    """A Python that makes an environment with itself in it, and notes what it would install."""
    made = 'mkdir -p "$3/bin" && cp "$0" "$3/bin/python"'
    noted = 'for last; do :; done; echo "$last" >> installed'
    _program(tmp_path / "python", f'if [ "$2" = venv ]; then {made}; else {noted}; fi')
    return {"PYTHON": str(tmp_path / "python"), "GITHUB_ACTION_PATH": "/my action"}


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def step(action: dict, name: str) -> dict:
    [found] = [step for step in action["runs"]["steps"] if step.get("name") == name]
    return found


def environment(step: dict, inputs: dict[str, str], job: dict[str, str]) -> dict[str, str]:
    """What GitHub makes of the variables of a step: an input, or else a variable of the job."""
    made: dict[str, str] = {}
    for name, text in step["env"].items():
        found = re.fullmatch(r"\$\{\{ inputs\.([\w-]+)(?: \|\| env\.(\w+))? \}\}", text)
        if found is not None:
            made[name] = inputs.get(found[1], "") or job.get(found[2], "")
    return {**job, **made}


# The GitHub action


def test_every_option_of_verify_is_an_input_of_the_action(action):
    assert [*action["inputs"]] == [
        *(option.name for option in CONFIGURABLE),
        "version",
        "working-directory",
    ]
    assert all(told["description"].endswith(".") for told in action["inputs"].values())
    assert step(action, "Verify")["env"] == {
        option.variable: f"${{{{ inputs.{option.name} || env.{option.variable} }}}}"
        for option in CONFIGURABLE
    }


def test_no_text_of_a_user_stands_in_a_script(action):
    assert action["runs"]["using"] == "composite"
    scripts = [step for step in action["runs"]["steps"] if "run" in step]
    assert [step["shell"] for step in scripts] == ["bash", "bash"]
    assert not [step["run"] for step in scripts if "${{" in step["run"]]


@pytest.mark.parametrize(("fault", "code"), [("", 0), (f" {RULE}", 1)])
def test_the_action_verifies_the_command_that_is_its_input(fault, code, action, run):
    inputs = {"command": SERVER + fault, "only": f"{RULE}\nicons-", "report": "json=r.json"}
    verify = step(action, "Verify")
    done = run(verify["run"], **environment(verify, inputs, {}))
    assert done.returncode == code, done.stdout + done.stderr
    assert ("1 violated" in done.stdout) is bool(code)


def test_an_input_that_is_not_given_is_taken_from_the_job(action, run, tmp_path):
    verify = step(action, "Verify")
    job = {"MCP_PROOF_COMMAND": SERVER, "MCP_PROOF_ONLY": RULE, "MCP_PROOF_QUIET": "true"}
    done = run(verify["run"], **environment(verify, {"quiet": "false"}, job))
    assert (done.returncode, "speaks" in done.stdout) == (0, True)
    (tmp_path / "work/mcp-proof.toml").write_text(f'command = "{SERVER} {RULE}"\nonly = ["{RULE}"]')
    assert run(verify["run"], **environment(verify, {}, {})).returncode == 1


@pytest.mark.parametrize(
    "text", ["$(touch owned)", "`touch owned`", '"; touch owned; "', "'; touch owned #"]
)
def test_no_input_is_run_by_a_shell(text, action, run, stub, tmp_path):
    install, verify = step(action, "Install mcp-proof"), step(action, "Verify")
    run(install["run"], **environment(install, {"version": text}, {}), **stub)
    done = run(verify["run"], **environment(verify, dict.fromkeys(action["inputs"], text), {}))
    assert (done.returncode, done.stdout) == (2, "")
    assert "MCP_PROOF_" in done.stderr
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == ["installed"]


def test_the_action_installs_itself_or_the_version_that_is_asked_for(action, run, stub, tmp_path):
    install = step(action, "Install mcp-proof")
    for version in ("", "1.2.3"):
        done = run(install["run"], **environment(install, {"version": version}, {}), **stub)
        assert done.returncode == 0, done.stderr
    installed = (tmp_path / "work/installed").read_text()
    assert installed == "/my action[containers]\nmcp-proof[containers]==1.2.3\n"


# The GitLab job


@pytest.mark.parametrize(("fault", "code"), [("", 0), (f" {RULE}", 1)])
def test_the_gitlab_job_verifies_and_leaves_the_reports_that_it_names(
    fault, code, run, repository, tmp_path
):
    [job] = yaml.safe_load((repository / "integrations/gitlab-ci.yml").read_text()).values()
    variables = {**job["variables"], "MCP_PROOF_COMMAND": SERVER + fault, "MCP_PROOF_ONLY": RULE}
    done = run("\n".join(job["script"]), **variables)
    assert done.returncode == code, done.stdout + done.stderr
    assert (tmp_path / "pip.log").read_text() == "install --quiet mcp-proof\n"
    work = tmp_path / "work"
    suite = etree.parse(work / job["artifacts"]["reports"]["junit"]).getroot()[0]
    assert suite.attrib["failures"] == str(code)
    assert {path.name for path in work.iterdir()} == {
        job["artifacts"]["reports"]["junit"],
        *job["artifacts"]["paths"],
    }


# The pre-commit hook


@pytest.mark.parametrize(("fault", "code"), [("", 0), (f" {RULE}", 1)])
def test_the_hook_verifies_what_the_project_configures(fault, code, run, repository, tmp_path):
    [hook] = yaml.safe_load((repository / ".pre-commit-hooks.yaml").read_text())
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("mcp-proof", "python", False)
    assert hook["always_run"] is True
    (tmp_path / "work/mcp-proof.toml").write_text(f'command = "{SERVER}{fault}"\nonly = ["{RULE}"]')
    done = run(hook["entry"])
    assert done.returncode == code, done.stdout + done.stderr
