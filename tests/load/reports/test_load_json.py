"""The JSON report keeps its schema, and says what later runs are compared with."""

import json
import math
from pathlib import Path

import jsonschema
import pytest
from load_runs import (
    LOST_WORKER,
    UNJUDGED,
    crossed,
    cut_run,
    disturbed,
    limit,
    load_run,
    long_run,
    lost_run,
    planned,
)

from mcp_proof_load import reports
from mcp_proof_load.events import Kind
from mcp_proof_load.reports import FORMATS

SCHEMA = json.loads(Path(reports.__file__).with_name("load.schema.json").read_bytes())
CHECK = jsonschema.Draft202012Validator(SCHEMA)
EVENTS = (crossed(), disturbed(), LOST_WORKER, disturbed(recovered=None))


def written(*runs) -> dict:
    report = json.loads(FORMATS["json"](runs))
    CHECK.validate(report)
    return report


def closed(schema):
    """The schema, demanding that nothing else is there: it must name all that is written."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    if "properties" in made and "required" in made:
        made["unevaluatedProperties"] = False
    return made


def test_the_schema_is_one_and_names_all_that_is_written():
    CHECK.check_schema(SCHEMA)
    strict = closed(SCHEMA)
    # What is put together of two parts is closed as a whole.
    operations = strict["$defs"]["run"]["properties"]["operations"]["items"]
    operations["unevaluatedProperties"] = False
    for part in (operations["allOf"][1], strict["$defs"]["counts"]):
        del part["unevaluatedProperties"]
    budget = (limit(value=None), limit(relative_to=7.0), UNJUDGED)
    report = written(load_run(*EVENTS, budget=budget, complaints={"refused": 3}, found=("a",)))
    assert report["complaints"] == [{"message": "refused", "times": 3}]
    assert report["found"] == ["a"]
    jsonschema.Draft202012Validator(strict).validate(report)


def test_a_limit_says_whether_it_was_judged():
    one, other = written(load_run(budget=(limit(), UNJUDGED)))["budget"]
    assert (one["ok"], one["judged"]) == (True, True)
    assert (other["ok"], other["judged"]) == (False, False)


def test_the_schema_has_every_kind_of_violation():
    assert SCHEMA["$defs"]["kind"]["enum"] == [kind.value for kind in Kind]


@pytest.mark.parametrize(
    "run",
    [lost_run(), cut_run(), load_run(interrupted=True), load_run(windows=()), long_run(20)],
    ids=["lost", "cut", "interrupted", "empty", "long"],
)
def test_every_run_keeps_the_schema(run):
    written(run)


def test_totals_have_the_warm_up_and_what_is_judged_has_not():
    report = written(load_run())
    assert report["totals"]["sent"] == report["totals"]["answered"] == 11
    assert report["judged"]["sent"] == 8
    assert report["rate"] == 4.0
    assert report["operations"][0]["name"] == "echo"
    assert report["operations"][0]["sent"] == 6


def test_percentiles_are_in_milliseconds_and_without_the_warm_up():
    latency = written(load_run())["percentiles"]["latency"]
    assert latency["p50_ms"] == pytest.approx(2.0, rel=0.01)
    assert latency["max_ms"] == pytest.approx(8.0, rel=0.01)
    assert latency["mean_ms"] == pytest.approx(3.0, rel=0.01)


def test_what_was_not_measured_is_null():
    report = written(lost_run())
    assert set(report["percentiles"]["service"].values()) == {None}
    assert report["planned"] is None
    assert report["lost"] == "nothing listens at 127.0.0.1:3001"


def test_windows_are_told_in_their_order():
    first, *_, last = written(load_run())["windows"]
    assert first["warm_up"]
    assert not last["warm_up"]
    assert last == {
        "at": 2.0,
        "seconds": 1.0,
        "users": 4,
        "workers": 1,
        "rate": 4.0,
        "warm_up": False,
        "sent": 4,
        "ended": 4,
        "errors": 0,
        "p50_ms": 2.004,
        "p95_ms": 8.015,
        "p99_ms": 8.015,
        "max_ms": 8.015,
    }


def test_growth_has_the_samples_and_a_trend_of_those_after_the_warm_up():
    growth = written(load_run())["growth"]
    assert [sample["at"] for sample in growth["samples"]] == [0, 1, 2, 3]
    memory, handles = growth["trend"]
    assert memory["samples"] == 3
    assert memory["per_call"] == pytest.approx(1024 * 1024 / 10)
    assert handles["per_call"] == 0


def test_what_is_not_finite_is_null():
    report = written(load_run(disturbed(before={"p95": math.nan}, recovered=math.inf)))
    [fault] = report["disturbances"]
    assert fault["before"] == {"p95": None}
    assert fault["recovered"] is None


def test_several_runs_stand_in_one_report():
    report = written(load_run(), load_run(crossed()), lost_run())
    assert [each["counts"]["MUST"] for each in report["runs"]] == [0, 1, 0]
    assert report["counts"] == {"MUST": 1, "SHOULD": 0, "ADVICE": 0}


def test_secrets_are_in_no_value():
    secret = "s3cr3t-of-the-user"
    plan = planned(operations={f"tool {secret}": 1}, untested=(secret,))
    run = load_run(crossed(actual=secret, operation=secret), plan=plan, secrets=(secret,))
    assert secret.encode() not in FORMATS["json"]([run])
