"""How long a server took, from transcripts written by hand."""

from tape import Tape

from mcp_proof.probe import probes
from mcp_proof.reports.latency import FIRST, OWN_PAUSES, Latency, latencies
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Sender

REVISION = Revision.R2025_11_25


class Timed:
    """A conversation whose requests take a while."""

    def __init__(self, transport: str = "http") -> None:
        self.tape = Tape(transport)
        self.channel = "stdio" if transport == "stdio" else "memory"
        self.clock = 0.0

    def ask(self, method: str, seconds: float, **response: Json) -> None:
        number = len(self.tape.transcript.events)
        probe = str(response.pop("probe", ""))
        question: Json = {"jsonrpc": "2.0", "id": number, "method": method}
        answer: Json = {"jsonrpc": "2.0", "id": number, **(response or {"result": {}})}
        self.say(Sender.CLIENT, question, probe=probe)
        self.clock += seconds
        self.say(Sender.SERVER, answer)

    def say(self, sender: Sender, message: Json, *, probe: str = "") -> None:
        self.tape.say(sender, message, at=self.clock, channel=self.channel, probe=probe)

    def rows(self) -> dict[str, tuple[float, ...]]:
        rows = latencies(self.tape.transcript, REVISION)
        return {row.method: tuple(round(s, 6) for s in row.seconds) for row in rows}


def test_each_method_has_its_durations_and_the_slowest_comes_first():
    talk = Timed()
    talk.ask("ping", 0.001)
    talk.ask("tools/list", 0.2)
    talk.ask("ping", 0.003)
    talk.ask("ping", 0.002)
    assert list(talk.rows().items()) == [("tools/list", (0.2,)), ("ping", (0.001, 0.002, 0.003))]


def test_what_waits_for_a_process_to_start_is_not_held_against_its_method():
    talk = Timed("stdio")
    talk.ask("ping", 0.4)
    talk.ask("ping", 0.001)
    assert talk.rows() == {FIRST: (0.4,), "ping": (0.001,)}


def test_a_refusal_is_no_service_and_an_unanswered_request_has_no_duration():
    talk = Timed()
    talk.ask("tools/call", 0.001, error={"code": -32602, "message": "no"})
    talk.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": "last", "method": "ping"})
    assert talk.rows() == {}


def test_a_request_that_is_itself_wrong_does_not_count():
    talk = Timed()
    talk.say(Sender.CLIENT, {"jsonrpc": "1.0", "id": 1, "method": "ping"})
    talk.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "result": {}})
    assert talk.rows() == {}


def test_our_own_pauses_are_not_the_servers():
    [pausing] = OWN_PAUSES
    talk = Timed()
    talk.ask("ping", 0.03, probe=f"{pausing}/split")
    talk.ask("ping", 0.001, probe="echo")
    assert talk.rows() == {"ping": (0.001,)}
    assert {probe.name for probe in probes} >= OWN_PAUSES


def test_percentiles_are_durations_that_were_seen():
    hundred = Latency("ping", tuple(float(n) for n in range(1, 101)))
    assert [hundred.percentile(percent) for percent in (50, 95, 100)] == [50, 95, 100]
    one = Latency("ping", (0.5,))
    assert [one.percentile(percent) for percent in (50, 95)] == [0.5, 0.5]
