"""Data that a page shows, read by what reads it for a user."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from markdown_page import Block

from mcp_proof.baseline import read_baseline
from mcp_proof.config import read_config
from mcp_proof.config.environment import read_environment
from mcp_proof.drift.matcher_file import load_matchers
from mcp_proof.gate import gate_of
from mcp_proof.record.foreign import read_recording
from mcp_proof.targets.desktop_config import desktop_targets
from mcp_proof_contracts.consumers.consumer import load_consumer
from mcp_proof_contracts.contract_file import contract_schema, load_contract
from mcp_proof_load.budget.budget_file import read_budget

REPOSITORY = Path(__file__).parents[2]
CONFIGURATIONS = ("mcp-proof.toml", "pyproject.toml")


def read_yaml(block: Block, folder: Path) -> None:
    """Read what CI systems read, contracts, also consumers', baselines, matchers."""
    for document in yaml.load_all(block.text, yaml.SafeLoader):
        file = folder / f"line-{block.line}.yaml"
        file.write_text(yaml.safe_dump(document), encoding="utf-8")
        if block.title.startswith(".github/workflows/"):
            _read_workflow(document)
        elif block.title == ".gitlab-ci.yml":
            _read_gitlab_jobs(document)
        elif block.title == ".pre-commit-config.yaml":
            _read_hooks(document)
        elif block.title == "matchers.yaml":
            load_matchers(file)
        elif isinstance(document, list):
            read_baseline(file)
        elif "consumer" in document:
            load_consumer(file)
        else:
            _read_contract(document, file)


def read_toml(block: Block, folder: Path) -> None:
    """Read the budget of a load run; or our part of a configuration file, with its baseline."""
    tomllib.loads(block.text)
    if block.title.endswith("budget.toml"):
        read_budget(folder / block.title)
        return
    assert block.title in CONFIGURATIONS, f"nobody reads a file {block.title!r}"
    gate_of(read_config(folder, {}))


def read_json(block: Block, folder: Path) -> None:
    """Read the servers of a desktop configuration, or a recording."""
    if block.title.endswith(".har"):
        read_recording(folder / block.title)
        return
    file = folder / f"line-{block.line}.json"
    file.write_text(block.text, encoding="utf-8")
    desktop_targets(file, {})


def _read_contract(document: Mapping[str, Any], file: Path) -> None:
    assert document.keys() <= contract_schema()["properties"].keys(), "this is no contract"
    file.write_text(yaml.safe_dump({"info": {"name": "part", "version": "1"}, **document}))
    load_contract(file)


def _read_workflow(workflow: Mapping[str, Any]) -> None:
    """Look at the steps of a workflow: what the action is given must be an input of it."""
    inputs = _ours("action.yml")["inputs"]
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    for step in steps:
        _read_variables(step.get("env", {}))
        if "/mcp-proof@" in step.get("uses", ""):
            assert step.get("with", {}).keys() <= inputs.keys(), f"inputs are {', '.join(inputs)}"
            _read_variables({_variable(name): text for name, text in step.get("with", {}).items()})


def _read_gitlab_jobs(jobs: Mapping[str, Any]) -> None:
    """Look at the variables of jobs, and that a job which is extended is one of ours."""
    includes = jobs.get("include", [])
    assert all((REPOSITORY / f"integrations/{_name(each)}").is_file() for each in includes)
    for name, job in jobs.items():
        if name != "include":
            assert "script" in job or name in _ours("integrations/gitlab-ci.yml"), name
            _read_variables(job.get("variables", {}))


def _read_hooks(configuration: Mapping[str, Any]) -> None:
    known = {hook["id"] for hook in _ours(".pre-commit-hooks.yaml")}
    for hook in (hook for source in configuration["repos"] for hook in source["hooks"]):
        assert hook["id"] in known, f"there is no hook {hook['id']}"


def _read_variables(variables: Mapping[str, Any]) -> None:
    read_environment({name: str(text) for name, text in variables.items()})


def _variable(name: str) -> str:
    return f"MCP_PROOF_{name.replace('-', '_').upper()}"


def _name(include: Mapping[str, str]) -> str:
    return include["remote"].rpartition("/")[2]


def _ours(file: str) -> Any:
    return yaml.safe_load((REPOSITORY / file).read_text(encoding="utf-8"))
