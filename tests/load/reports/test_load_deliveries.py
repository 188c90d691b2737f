"""What streams delivered stands beside the calls in every report, and never among them."""

import io
import json
import re
from dataclasses import replace

from load_runs import WINDOWS, histogram, load_run
from rich.console import Console

from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_load.measuring.measured import Deliveries
from mcp_proof_load.reports import FORMATS
from mcp_proof_load.reports.console import LoadConsole

CAME = Deliveries(messages=7, streams=2, latency=histogram(50.0, times=4))
HEARD = load_run(
    windows=(
        replace(WINDOWS[0], deliveries=Deliveries(messages=90, streams=1)),
        *(replace(each, deliveries=CAME) for each in WINDOWS[1:]),
    )
)


def test_the_json_report_has_them_without_the_warm_up():
    report = json.loads(FORMATS["json"]([HEARD]))
    came = report["deliveries"]
    assert (came["messages"], came["streams"], came["timed"]) == (14, 5, 8)
    assert 49 < came["latency"]["p50_ms"] < 51
    silent = json.loads(FORMATS["json"]([load_run()]))
    assert silent["deliveries"]["latency"]["p50_ms"] is None
    assert {**report, "deliveries": 0} == {**silent, "deliveries": 0}


def test_the_terminal_and_the_page_tell_of_them_where_somebody_listened():
    console = Console(record=True, width=200, file=io.StringIO())
    with LoadConsole(console, Mask(), quiet=False) as shown:
        shown.summarize(HEARD)
    assert "14 messages; streams were begun 5 times; 8 timed from" in console.export_text()
    assert "<h3>Deliveries</h3>" in FORMATS["html"]([HEARD]).decode()
    assert "<h3>Deliveries</h3>" not in FORMATS["html"]([load_run()]).decode()


def test_monitoring_gets_them_as_metrics_of_their_own():
    text = FORMATS["prometheus"]([HEARD]).decode()
    assert re.search(r"^mcp_proof_load_delivered_total\S* 14$", text, re.MULTILINE)
    assert re.search(r"^mcp_proof_load_delivery_latency_seconds_count\S* 8$", text, re.MULTILINE)
    assert "delivery_latency" not in FORMATS["prometheus"]([load_run()]).decode()
