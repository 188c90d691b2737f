"""What a server's metrics tell of its resources, and of which they do not tell."""

import asyncio

import pytest

from mcp_proof.errors import UsageError
from mcp_proof_load.growth.metrics_endpoint import PATIENCE, MetricsEndpoint, resources_in
from mcp_proof_load.growth.prometheus_text import NoMetricsError, metrics_in
from mcp_proof_load.growth.resources import GoneError

PYTHON = """\
# HELP process_resident_memory_bytes Resident memory size in bytes.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 6.1440000e+07
# TYPE process_open_fds gauge
process_open_fds 12.0
# TYPE mcp_sessions_active gauge
mcp_sessions_active{worker="1",name="a } \\"quoted\\" \\\\ one"} 3
mcp_sessions_active{worker="2"} 4 1700000000000
# TYPE mcp_sessions_created counter
mcp_sessions_created_total 900
"""


def test_resources_are_read_by_the_usual_names_and_summed_over_labels():
    values, missing = resources_in(metrics_in(PYTHON))
    assert values == {"memory": 61_440_000.0, "handles": 12.0, "sessions": 7.0}
    assert missing.keys() == {"threads"}
    assert "process_threads" in missing["threads"]


def test_counters_and_limits_of_sessions_are_no_open_sessions():
    text = """\
# TYPE tomcat_sessions_active_current_sessions gauge
tomcat_sessions_active_current_sessions 5
# TYPE tomcat_sessions_active_max_sessions gauge
tomcat_sessions_active_max_sessions 900
# TYPE tomcat_sessions_alive_max_seconds gauge
tomcat_sessions_alive_max_seconds 60
# TYPE tomcat_sessions_created_sessions_total counter
tomcat_sessions_created_sessions_total 4000
untyped_sessions 8
"""
    values, _missing = resources_in(metrics_in(text))
    assert values == {"sessions": 5.0}


def test_which_of_several_gauges_is_meant_is_not_guessed():
    text = "# TYPE a_sessions gauge\na_sessions 1\n# TYPE b_sessions gauge\nb_sessions 2\n"
    values, missing = resources_in(metrics_in(text))
    assert "sessions" not in values
    assert missing["sessions"].endswith("several gauges of them: a_sessions, b_sessions")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no metric"),
        ("# a comment\n", "no metric"),
        ("<html>\n", "line 1 is no metric: '<html>'"),
        ("a 1\nb one\n", "line 2 is no metric: 'b one'"),
        ('a{b="c} 1\n', "line 1"),
    ],
)
def test_what_is_no_metric_is_refused(text, why):
    with pytest.raises(NoMetricsError, match=why):
        metrics_in(text)


def test_values_that_are_no_number_tell_nothing():
    assert metrics_in("a NaN\nb 1\nc +Inf\n").values == {"b": 1.0}


async def serving(*answers):
    """A server that answers each request with the next of these, with the last for ever."""
    left = list(answers)

    async def connected(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        body = left.pop(0) if len(left) > 1 else left[0]
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        writer.write(head % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/metrics"


def test_an_answer_that_is_missing_is_left_out_and_many_in_a_row_end_the_sampling():
    async def read():
        good = PYTHON.encode()
        server, url = await serving(good, b"busy", good, b"gone")
        async with server:
            endpoint = MetricsEndpoint(url)
            await endpoint.open()
            assert await endpoint.read() == {}
            assert (await endpoint.read())["handles"] == 12.0
            for _ in range(PATIENCE - 1):
                assert await endpoint.read() == {}
            with pytest.raises(GoneError, match=f"{PATIENCE} times in a row: line 1 is no metric"):
                await endpoint.read()

    asyncio.run(read())


def test_metrics_of_something_else_are_told_with_what_is_there():
    async def opened():
        server, url = await serving(b"http_requests_total 5\n")
        async with server:
            await MetricsEndpoint(url).open()

    with pytest.raises(UsageError, match=r"tells of no resource.*there are http_requests_total"):
        asyncio.run(opened())
