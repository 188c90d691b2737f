"""The metrics are what a strict reader of the text exposition format takes."""

import math
import re

import pytest
from load_runs import (
    UNJUDGED,
    crossed,
    cut_run,
    limit,
    load_run,
    lost_run,
    measured,
    planned,
    window,
)
from runs import HOSTILE

from mcp_proof_load.reports import FORMATS

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})\{{((?:{LABEL}(?:,(?!\}})|(?=\}})))*)\}} (\S+)")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def unescaped(text: str) -> str:
    return re.sub(r"\\[\\\"n]", lambda found: ESCAPES[found[0]], text)


def read(*runs) -> Samples:
    """Read a file as strictly as the format is written down."""
    text = FORMATS["prometheus"](runs).decode()
    assert not text or text.endswith("\n")
    found: Samples = {}
    family, kind, ended = "", "", set()
    for line in text.split("\n")[:-1]:
        if help_line := re.fullmatch(rf"# HELP ({NAME}) (?:[^\\]|\\[\\n])+", line):
            ended.add(family)
            family = help_line[1]
            assert family not in ended, "a family stands in one place"
        elif type_line := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            assert type_line[1] == family
            kind = type_line[2]
            assert family.endswith("_total") is (kind == "counter")
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] in [family + suffix for suffix in SUFFIXES[kind]]
            labels = tuple((name, unescaped(value)) for name, value in re.findall(LABEL, sample[2]))
            assert len({name for name, _ in labels}) == len(labels)
            assert (sample[1], labels) not in found, "each sample is told once"
            found[sample[1], labels] = float(sample[5])
    return found


def values(samples: Samples, name: str, **labels: str) -> list[float]:
    return [
        value
        for (each, own), value in samples.items()
        if each == f"mcp_proof_load_{name}" and labels.items() <= dict(own).items()
    ]


def test_calls_are_counted_by_operation_and_ending_with_the_warm_up():
    windows = (
        window(0.0, warm_up=True, echo=measured(1.0)),
        window(1.0, echo=measured(1.0, 2.0, failed=3)),
    )
    samples = read(load_run(windows=windows))
    assert values(samples, "calls_total", operation="echo", ending="answered") == [3]
    assert values(samples, "calls_total", operation="echo", ending="failed") == [3]
    assert values(samples, "sent_total") == [6]


def test_histograms_are_cumulative_and_end_with_all():
    samples = read(load_run())
    buckets = [
        (dict(labels)["le"], value)
        for (name, labels), value in samples.items()
        if name == "mcp_proof_load_latency_seconds_bucket" and ("operation", "echo") in labels
    ]
    bounds, counts = zip(*buckets, strict=True)
    assert [*map(float, bounds)] == sorted(map(float, bounds))
    assert float(bounds[-1]) == math.inf
    assert list(counts) == sorted(counts)
    assert dict(buckets)["0.0005"] == 0
    assert dict(buckets)["0.0025"] == 4
    assert dict(buckets)["0.005"] == 6
    assert counts[-1] == 6 == values(samples, "latency_seconds_count", operation="echo")[0]
    [total] = values(samples, "latency_seconds_sum", operation="echo")
    assert total == pytest.approx(0.012, rel=0.01)


def test_violations_are_counted_where_they_were_judged():
    samples = read(load_run(crossed(), plan=planned(check=0.0)))
    assert values(samples, "violations_total", kind="crossed") == [3]
    assert values(samples, "violations_total", kind="lost") == [0]
    assert values(samples, "violations_total", kind="rule") == []
    assert values(samples, "passed") == [0]


def test_limits_and_resources_are_gauges():
    samples = read(load_run(budget=(limit(), limit("p99", None))))
    assert values(samples, "budget_value", limit="p95", unit="ms") == [8]
    assert values(samples, "budget_value", limit="p99") == []
    assert values(samples, "budget_kept", limit="p99") == [0]
    unjudged = read(load_run(budget=(UNJUDGED,)))
    assert values(unjudged, "budget_value", limit="relative.p95") == [80]
    assert values(unjudged, "budget_kept", limit="relative.p95") == []
    assert values(unjudged, "passed") == [1]
    assert values(samples, "server_resource", resource="handles") == [12]
    assert values(samples, "rate") == [4]


def test_several_runs_are_told_apart():
    samples = read(load_run(), load_run())
    assert values(samples, "rate", run="1") == values(samples, "rate", run="2") == [4]


@pytest.mark.parametrize("run", [lost_run(), cut_run(), load_run(windows=())])
def test_runs_without_calls_can_be_read(run):
    assert values(read(run), "passed") == [0]


def test_labels_hold_any_name_and_no_secret():
    name, secret = f'{HOSTILE} "quoted\\" }}', "hunter2-hunter2"
    made = {name: measured(1.0), f"a {secret}": measured(1.0), "a [hidden]": measured(1.0)}
    samples = read(load_run(windows=(window(1.0, **made),), secrets=(secret,)))
    shown = {dict(labels).get("operation") for _, labels in samples}
    assert any('"quoted\\" }' in each for each in shown if each)
    assert not any(secret in each for each in shown if each)
    # What is called the same without its secret is counted together.
    assert values(samples, "sent_total", operation="a [hidden]") == [2]
