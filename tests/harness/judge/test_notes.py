"""What a client's user was told comes behind what told it, however busy the machine is."""

from types import SimpleNamespace

import pytest

from mcp_proof.judge import notes as module
from mcp_proof.judge.notes import Notes
from mcp_proof_contracts.transcript import Event, EventKind, Sender

WALL = 1_800_000_000.0
BEGAN = 100.0
ANSWER = Event(
    seq=0, at=5.0, session="s", channel="s", sender=Sender.SERVER, kind=EventKind.MESSAGE
)


class Clocks:
    """Two clocks of a process that is held up for so long before a reading, and then no more."""

    def __init__(self, *held_up: float) -> None:
        self.now = BEGAN
        self._held_up = list(held_up)

    def monotonic(self) -> float:
        self.now += self._held_up.pop(0) if self._held_up else 0.0
        return self.now

    def time(self) -> float:
        return self.monotonic() + WALL


@pytest.mark.parametrize("held_up", [[0.0], [3.0], [0.0, 3.0], [0.0, 0.0, 3.0]])
def test_what_is_told_after_an_answer_is_noted_after_it(monkeypatch, held_up):
    clocks = Clocks(*held_up)
    monkeypatch.setattr(
        module, "time", SimpleNamespace(monotonic=clocks.monotonic, time=clocks.time)
    )
    notes = Notes(BEGAN)
    told = BEGAN + ANSWER.at + 0.0005
    notes.add(EventKind.TOLD, "client", Sender.CLIENT, {}, told + WALL)
    kinds = [event.kind for event in notes.among([ANSWER])]
    assert kinds == [EventKind.MESSAGE, EventKind.TOLD]
    assert [event.at for event in notes.among([ANSWER])][1] == pytest.approx(5.0005, abs=1e-5)
