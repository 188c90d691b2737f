"""The metrics as an OpenTelemetry collector takes them, and what is said when it does not."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from load_runs import crossed, cut_run, load_run, lost_run

from mcp_proof.errors import UsageError
from mcp_proof_load.reports import FORMATS
from mcp_proof_load.reports.otlp_push import push


def resources(*runs) -> list[dict]:
    request = json.loads(FORMATS["otlp"](runs))
    assert list(request) == ["resourceMetrics"]
    return request["resourceMetrics"]


def metrics(run) -> dict[str, dict]:
    [resource] = resources(run)
    [scope] = resource["scopeMetrics"]
    return {metric["name"].removeprefix("mcp_proof.load."): metric for metric in scope["metrics"]}


def attributes(point: dict) -> dict[str, str]:
    return {each["key"]: each["value"]["stringValue"] for each in point["attributes"]}


def test_counters_are_monotonic_and_cumulative_sums_of_texts():
    calls = metrics(load_run())["calls"]["sum"]
    assert calls["aggregationTemporality"] == 2
    assert calls["isMonotonic"] is True
    counts = {tuple(attributes(each).values()): each["asInt"] for each in calls["dataPoints"]}
    assert counts["echo", "answered"] == "8"
    assert counts["add", "failed"] == "0"


def test_times_are_nanoseconds_as_texts_from_the_start_to_the_end_of_the_run():
    [point] = metrics(load_run())["rate"]["gauge"]["dataPoints"]
    assert point["startTimeUnixNano"] == "1767323045000000000"
    assert point["timeUnixNano"] == "1767323048200000000"
    assert point["asDouble"] == 4.0


def test_histograms_have_a_bucket_more_than_bounds_and_64_bits_as_texts():
    latency = metrics(load_run())["latency"]
    assert latency["unit"] == "s"
    assert latency["histogram"]["aggregationTemporality"] == 2
    for point in latency["histogram"]["dataPoints"]:
        assert len(point["bucketCounts"]) == len(point["explicitBounds"]) + 1
        assert point["explicitBounds"] == sorted(set(point["explicitBounds"]))
        assert all(isinstance(count, str) for count in point["bucketCounts"])
        assert sum(map(int, point["bucketCounts"])) == int(point["count"])
        assert point["min"] <= point["sum"] / int(point["count"]) <= point["max"]


def test_every_metric_has_one_kind_of_data_and_no_integer_of_64_bits_is_a_number():
    for metric in metrics(load_run(crossed())).values():
        [data] = {"sum", "gauge", "histogram"} & set(metric)
        assert metric["description"].endswith(".")
        for point in metric[data]["dataPoints"]:
            for name in ("asInt", "count", "startTimeUnixNano", "timeUnixNano"):
                assert isinstance(point.get(name, ""), str)


def test_each_run_is_a_resource_with_its_target():
    runs = [load_run(), load_run(peer="http://other/mcp"), lost_run(), cut_run()]
    named = [attributes(each["resource"]) for each in resources(*runs)]
    assert [each["mcp_proof.load.target"] for each in named][1] == "http://other/mcp"
    assert {each["service.name"] for each in named} == {"mcp-proof"}


class _Collector(BaseHTTPRequestHandler):
    status, answer = 200, b"{}"
    seen: tuple[tuple[str, dict[str, str], bytes], ...] = ()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).seen = (*self.seen, (self.path, dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_):
        """Be silent."""


@contextmanager
def collector(status: int = 200, answer: bytes = b"{}") -> Iterator[tuple[str, type[_Collector]]]:
    handler = type("Handler", (_Collector,), {"status": status, "answer": answer})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/metrics", handler
        server.shutdown()
        thread.join()


def test_metrics_are_posted_as_json_with_the_users_headers():
    body = FORMATS["otlp"]([load_run()])
    with collector() as (url, seen):
        push(url, body, {"x-api-key": "k"})
        [(path, headers, received)] = seen.seen
    assert path == "/v1/metrics"
    assert headers["content-type"] == "application/json"
    assert headers["x-api-key"] == "k"
    assert received == body


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (401, b"no token", "with status 401: no token\nGive the credentials"),
        (404, b"", "with status 404\nThe path of its OTLP/HTTP receiver is /v1/metrics"),
        (503, b"busy", "with status 503: busy\nIts log says more"),
        (
            200,
            b'{"partialSuccess": {"rejectedDataPoints": "7", "errorMessage": "too old"}}',
            "took only a part of the metrics: 7 points were refused: too old",
        ),
    ],
)
def test_what_a_collector_refuses_is_told(status, answer, told):
    with collector(status, answer) as (url, _), pytest.raises(UsageError) as caught:
        push(url, b"{}", {})
    assert told in str(caught.value)


@pytest.mark.parametrize("answer", [b"", b"{}", b"ok", b'{"partialSuccess": {}}', b"[]"])
def test_what_a_collector_takes_whole_is_no_error(answer):
    with collector(200, answer) as (url, seen):
        push(url, b"{}", {})
        assert len(seen.seen) == 1


def test_where_nobody_listens_is_told_without_secrets():
    with collector() as (url, _):
        address = url.replace("http://", "http://me:hunter2-hunter2@")
    with pytest.raises(UsageError) as caught:
        push(address, b"{}", {"authorization": "Bearer hunter3-hunter3"})
    said = str(caught.value)
    assert "no metrics were pushed to http://" in said
    assert "Start the collector" in said
    assert "hunter" not in said


def test_a_collector_that_repeats_the_token_does_not_get_it_printed():
    with (
        collector(403, b"hunter3-hunter3 may not") as (url, _),
        pytest.raises(UsageError) as caught,
    ):
        push(url, b"{}", {"authorization": "Bearer hunter3-hunter3"})
    assert "hunter3" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "ftp://host/v1/metrics", "http://[::1", "http://"])
def test_what_is_no_url_is_a_wrong_usage(url):
    with pytest.raises(UsageError, match="no metrics were pushed"):
        push(url, b"{}", {})
