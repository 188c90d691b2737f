import orjson

from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.ledger import SENT, Ledger
from mcp_proof_load.measuring.report import Example, Report, Silence


def test_a_report_survives_its_way_as_json():
    ledger = Ledger.in_memory(["echo"])
    ledger.add(0, SENT)
    ledger.time(0, 0.25)
    report = Report(
        worker="a",
        rows=ledger.read(),
        users=3,
        pids=[7],
        examples=[Example(kind=Kind.CROSSED, operation="echo", message="mixed up")],
        silences=[Silence(operation="echo", sent_at=1.5)],
        breaches={"echo": {"tools-3": 2}},
        complaints={"echo: no": 1},
        faults=[],
    )
    assert Report.from_members(orjson.loads(report.to_json())) == report
