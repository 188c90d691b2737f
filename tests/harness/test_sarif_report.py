"""The SARIF report: what its schema, and what GitHub's code scanning, ask for."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from installed import PEERS, needs
from jsonschema import Draft4Validator, FormatChecker
from runs import HOSTILE, MUST, SHOULD, finding, passed, run, said, untested, violated

from mcp_proof.reports import FORMATS
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Sender

SCHEMA = PEERS / "node/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
PROBED, PROBE = "tools-invalid-args-execution-error", "invalid-arguments"

UNUSUAL = {
    "nothing": run(),
    "violated": run(
        violated(MUST), violated(SHOULD), passed("tools-name-unique"), untested(PROBED)
    ),
    "interrupted": run(passed(MUST), untested(SHOULD), interrupted=True),
    "lost": run(revision=None, lost="cannot start 'server'"),
    "not spoken": run(revision=None, asked=Revision.R2024_11_05, not_spoken="only 2025-11-25"),
    "own fault": run(untested(MUST), faults=("Traceback: ZeroDivisionError",)),
    "excused": run(violated(MUST), violated(SHOULD), baseline={MUST: "mended soon"}),
    "stale": run(passed(MUST), baseline={MUST: "mended long ago"}),
    "hostile": run(violated(MUST, finding(HOSTILE, events=(said(HOSTILE),))), peer=HOSTILE),
}


def report(*runs):
    return json.loads(FORMATS["sarif"](runs))["runs"]


def results(*runs):
    return [result for one in report(*runs) for result in one["results"]]


def asking(method: str, request_id: int, *, probe: str = "", name: str = "echo"):
    """A request as evidence, and its answer."""
    params = {"name": name, "arguments": {"value": request_id}}
    body = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    request = said(json.dumps(body), sender=Sender.CLIENT, seq=request_id)
    answer = said(json.dumps({"jsonrpc": "2.0", "id": request_id, "result": {}}))
    return replace(request, probe=probe, channel=f"post-{request_id}"), answer


@needs("node")
@pytest.mark.parametrize("name", UNUSUAL)
def test_it_keeps_the_schema_of_sarif(name):
    schema = json.loads(SCHEMA.read_bytes())
    document = json.loads(FORMATS["sarif"]([UNUSUAL[name], UNUSUAL["violated"]]))
    Draft4Validator(schema, format_checker=FormatChecker()).validate(document)
    assert len(document["runs"]) == 2


def test_a_violation_is_a_result_with_the_weight_of_its_level():
    [must, should] = results(UNUSUAL["violated"])
    assert (must["ruleId"], must["level"]) == (MUST, "error")
    assert (should["ruleId"], should["level"]) == (SHOULD, "warning")
    assert must["message"]["text"].startswith("Both members are there. A response has either")
    assert f"Reproduce: mcp-proof verify --only {MUST}" in must["message"]["text"]


def test_a_result_points_at_its_rule_which_has_a_page_and_a_clause():
    [one] = report(UNUSUAL["violated"])
    rules = one["tool"]["driver"]["rules"]
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    described = next(rule for rule in rules if rule["id"] == MUST)
    clause = "https://modelcontextprotocol.io/specification/2025-11-25/basic#responses"
    assert described["helpUri"] == clause
    assert clause in described["help"]["markdown"]
    assert described["properties"]["tags"] == ["mcp", "jsonrpc"]
    assert described["properties"]["precision"] == "very-high"


def test_what_github_requires_is_there_for_every_result():
    for name, unusual in UNUSUAL.items():
        [one] = report(unusual)
        for rule in one["tool"]["driver"]["rules"]:
            assert 0 < len(rule["fullDescription"]["text"]) <= 1024, name
            assert 0 < len(rule["shortDescription"]["text"]) <= 1024, name
            assert rule["help"]["text"], name
        for result in one["results"]:
            [location] = result["locations"]
            assert location["physicalLocation"]["artifactLocation"]["uri"] == "mcp-proof.toml"
            assert location["physicalLocation"]["region"]["startLine"] == 1
            assert result["partialFingerprints"]["primaryLocationLineHash"]


def test_a_result_is_in_the_file_that_asked_for_the_run(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ci of mine").mkdir()
    [result] = results(run(violated(MUST), file="ci of mine/baseline.yaml"))
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "ci%20of%20mine/baseline.yaml"
    [unusual] = results(run(violated(MUST), file="caf\udce9.toml"))
    physical = unusual["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "caf%E9.toml"
    [elsewhere] = results(run(violated(MUST), file="/somewhere/else.yaml"))
    physical = elsewhere["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "mcp-proof.toml"


def test_untested_rules_are_notifications_with_their_reasons_and_no_results():
    [one] = report(UNUSUAL["violated"])
    assert PROBED not in [result["ruleId"] for result in one["results"]]
    [told] = one["invocations"][0]["toolExecutionNotifications"]
    assert told["descriptor"]["id"] == "untested"
    assert told["associatedRule"]["id"] == PROBED
    assert told["message"]["text"] == "the server has no tools"
    assert one["properties"]["counts"] == {"passed": 1, "violated": 2, "untested": 1}


@pytest.mark.parametrize(
    ("name", "told"),
    [("lost", "lost"), ("interrupted", "interrupted"), ("own fault", "own-fault")],
)
def test_a_run_that_did_not_come_to_its_end_was_not_successful(name, told):
    [one] = report(UNUSUAL[name])
    [invocation] = one["invocations"]
    assert invocation["executionSuccessful"] is False
    notified = {n["descriptor"]["id"]: n for n in invocation["toolExecutionNotifications"]}
    assert notified[told]["level"] == "error"


def test_a_revision_that_is_not_spoken_is_no_failure_and_no_pass():
    [one] = report(UNUSUAL["not spoken"])
    [invocation] = one["invocations"]
    [told] = invocation["toolExecutionNotifications"]
    assert (told["descriptor"]["id"], told["level"]) == ("not-spoken", "note")
    assert invocation["executionSuccessful"] is True
    assert (one["results"], one["tool"]["driver"]["rules"]) == ([], [])


def test_what_the_baseline_excuses_is_suppressed_for_its_reason():
    excused, other = results(UNUSUAL["excused"])
    [suppression] = excused["suppressions"]
    assert (suppression["kind"], suppression["justification"]) == ("external", "mended soon")
    assert other["suppressions"] == []


def test_a_stale_entry_of_the_baseline_is_an_error_of_the_configuration():
    [one] = report(UNUSUAL["stale"])
    [told] = one["invocations"][0]["toolConfigurationNotifications"]
    assert (told["level"], told["associatedRule"]["id"]) == ("error", MUST)


def test_the_evidence_is_a_flow_of_the_messages():
    [result] = results(run(violated(MUST)))
    [flow] = result["codeFlows"][0]["threadFlows"]
    texts = [step["location"]["message"]["text"] for step in flow["locations"]]
    assert texts == [
        'client: {"jsonrpc":"2.0","id":1,"method":"ping"}',
        'server: {"jsonrpc":"2.0","id":1,"result":{},"error":{}}',
    ]


def fingerprints(*runs):
    return [one["partialFingerprints"]["primaryLocationLineHash"] for one in results(*runs)]


def test_a_fingerprint_is_the_same_in_a_run_with_other_ids_values_and_ports():
    first, again = (
        run(
            violated(MUST, finding(f"saw {number}", events=asking("tools/call", number))),
            peer=f"http://127.0.0.1:{4000 + number}/mcp",
        )
        for number in (1, 2)
    )
    assert fingerprints(first) == fingerprints(again)


@pytest.mark.parametrize(
    "other",
    [
        run(violated(SHOULD, finding(events=asking("tools/call", 1)))),
        run(violated(MUST, finding(events=asking("tools/list", 1)))),
        run(violated(MUST, finding(events=asking("tools/call", 1, name="add")))),
        run(violated(MUST, finding(events=asking("tools/call", 1))), peer="python other.py"),
    ],
    ids=["rule", "method", "tool", "server"],
)
def test_a_fingerprint_tells_apart(other):
    assert fingerprints(run(violated(MUST, finding(events=asking("tools/call", 1))))) != (
        fingerprints(other)
    )


def test_the_case_of_a_probe_is_a_place_only_for_the_rules_that_need_the_probe():
    cases = [finding(events=asking("tools/call", 1, probe=f"{PROBE}/{n}")) for n in "ab"]
    assert len(results(run(violated(PROBED, *cases)))) == 2
    assert len(results(run(violated(MUST, *cases)))) == 1


def test_findings_of_one_place_are_one_result_that_counts_them():
    alike = [finding(events=asking("tools/call", number)) for number in range(1, 4)]
    [result] = results(run(violated(MUST, *alike)))
    assert result["occurrenceCount"] == 3


def test_what_nobody_asked_for_is_known_by_its_own_method():
    texts = ('{"jsonrpc":"2.0","method":"notifications/message"}', '{"jsonrpc":"2.0","result":{}}')
    first, second = (run(violated(MUST, finding(events=(said(text),)))) for text in texts)
    assert results(first)[0]["properties"]["place"] == "notifications/message"
    assert fingerprints(first) != fingerprints(second)


def test_runs_of_one_file_have_names_of_their_own():
    alike = [run(passed(MUST)) for _ in range(3)]
    ids = [one["automationDetails"]["id"] for one in report(*alike, UNUSUAL["not spoken"])]
    # GitHub's category is what stands before the last slash.
    categories = [name.rpartition("/")[0] for name in ids]
    assert len(set(categories)) == 4
    assert categories[0] == "mcp-proof/python server.py/2025-11-25"
    assert categories[3] == "mcp-proof/python server.py/2024-11-05"


def test_the_name_of_a_run_does_not_hold_the_port_of_a_local_server():
    names = [report(run(peer=f"http://localhost:{port}/mcp")) for port in (1, 2)]
    first, second = (one[0]["automationDetails"]["id"] for one in names)
    assert first == second == "mcp-proof/http://localhost/mcp/2025-11-25/"
    [remote] = report(run(peer="https://example.com:8443/mcp"))
    assert ":8443" in remote["automationDetails"]["id"]


def test_what_the_server_says_becomes_no_link():
    [result] = results(UNUSUAL["hostile"])
    texts = [result["message"]["text"]]
    texts += [
        step["location"]["message"]["text"]
        for step in result["codeFlows"][0]["threadFlows"][0]["locations"]
    ]
    [lost] = report(run(revision=None, lost=HOSTILE))
    [told] = lost["invocations"][0]["toolExecutionNotifications"]
    texts.append(told["message"]["text"])
    assert "evil.example" in texts[0]
    assert "evil.example" in texts[-1]
    assert not [text for text in texts if "](" in text]


def test_a_megabyte_of_a_server_is_cut():
    long = finding("x" * 2**20, expected="y" * 2**20, actual="z" * 2**20)
    assert len(FORMATS["sarif"]([run(violated(MUST, long))])) < 20_000


def test_secrets_are_hidden_wherever_they_stand():
    secret = "correct-horse-battery"
    leaky = finding(secret, actual=f"Bearer {secret}", events=(said(f'{{"a":"{secret}"}}'),))
    tally = run(
        violated(MUST, leaky),
        untested(SHOULD, f"refused {secret}"),
        peer=f"server --key {secret}",
        baseline={MUST: f"see {secret}"},
        mask=Mask([secret]),
    )
    document = FORMATS["sarif"]([tally]).decode()
    assert "[hidden]" in document
    assert secret not in document


def test_the_times_are_those_of_the_run():
    [one] = report(run(passed(MUST)))
    [invocation] = one["invocations"]
    times = [invocation["startTimeUtc"], invocation["endTimeUtc"]]
    assert times == ["2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"]
    assert all(earlier < later for earlier, later in pairwise(times))


@pytest.mark.parametrize("told", ["", "long ago", "0001-01-01T00:00:00+14:00"])
def test_times_that_a_recording_does_not_tell_are_left_out(told):
    recorded = run(passed(MUST))
    recorded.started = replace(recorded.started, started=told)
    [one] = report(recorded)
    assert not {"startTimeUtc", "endTimeUtc"} & set(one["invocations"][0])


def test_a_secret_that_is_renewed_changes_neither_name_nor_fingerprint():
    first, again = (
        run(violated(MUST), peer=f"server --key {secret}", mask=Mask([secret]))
        for secret in ("correct-horse", "battery-staple")
    )
    assert fingerprints(first) == fingerprints(again)
    assert report(first)[0]["automationDetails"] == report(again)[0]["automationDetails"]
