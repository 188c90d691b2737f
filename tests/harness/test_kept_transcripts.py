"""A transcript that was kept without secrets is judged as the run itself was."""

import json

import pytest
from echoing import CURSOR
from echoing_http import SESSION, echoing

from mcp_proof.cli import main
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Rule, registry
from mcp_proof_contracts.transcript import Transcript, from_ndjson

RULES = ("tools-", "page-", "session-", "http-", "ping-", "jsonrpc-")
TOKEN = "Bearer a-token-of-the-user-1"


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Transcript, dict[str, str]]:
    """The transcript of a run as it is read back, and the run's own verdicts."""
    folder = tmp_path_factory.mktemp("run")
    transcript, report = folder / "transcript.ndjson", folder / "report.json"
    with echoing("a-cookie-of-the-server-2") as host:
        main(
            [
                *("verify", "--quiet", "--revision=2025-11-25", "--timeout=5"),
                *(f"--only={prefix}" for prefix in RULES),
                *(f"--header=Authorization: {TOKEN}", f"--report=transcript={transcript}"),
                *(f"--report=json={report}", f"http://{host}/mcp"),
            ]
        )
    with transcript.open("rb") as lines:
        kept = from_ndjson(lines)
    verdicts = json.loads(report.read_bytes())["verdicts"]
    return kept, {verdict["rule"]: verdict["verdict"] for verdict in verdicts}


def test_what_only_looks_like_a_secret_is_kept_where_the_protocol_needs_it(run):
    events = run[0].events
    sent = [event.message for event in events if event.message and event.sender == "client"]
    assert {message.params["cursor"] for message in sent if "cursor" in message.params} >= {CURSOR}
    sessions = {str(event.data.get("headers", {})) for event in events if "status" in event.data}
    assert all(SESSION in headers for headers in sessions)
    assert any(event.data.get("id") == SESSION for event in events)


def test_every_rule_has_the_verdict_it_had(run):
    kept, verdicts = run
    rules: list[Rule] = [rule for rule in registry if rule.id in verdicts]
    again = {v.rule.id: v.outcome.value for v in judge(kept, Revision("2025-11-25"), rules)}
    assert again == verdicts
    assert again["tools-output-sanitized"] == Outcome.VIOLATED


def test_nothing_of_the_secrets_is_kept(run):
    raw = b"".join(event.message.raw for event in run[0].events if event.message)
    assert b"[hidden: an AWS access key]" in raw
    assert b"[hidden: a private key]" in raw
    assert b"of-the-user" not in raw
    assert b"of-the-server" not in raw
