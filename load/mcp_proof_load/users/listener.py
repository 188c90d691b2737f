"""A user that calls nothing: it holds a stream open, on which the server tells what happens."""

from typing import Final, cast

from gevent import Greenlet, spawn
from locust import task
from locust.exception import StopUser

from mcp_proof_load.clients.client import BrokenError, SilentError
from mcp_proof_load.clients.listening import stream_of
from mcp_proof_load.clients.streams import Stream
from mcp_proof_load.users.planned_user import PlannedUser

PAUSE: Final = 1.0
"""Seconds before a stream that has ended, or that there is none of, is asked for again."""


class Listener(PlannedUser):
    """One stream, begun anew whenever it ends."""

    @task
    def work(self) -> None:
        """Listen for as long as the run lasts."""
        listening = cast("Greenlet[..., object]", spawn(self._listen))
        try:
            self.leaving.wait()
        finally:
            listening.kill()

    def _listen(self) -> None:
        while self.going:
            try:
                self._follow(stream_of(self.plan, self.opened, self.desk.number()))
            except (BrokenError, SilentError) as error:
                self.desk.complain(f"stream: {error}")
            except StopUser:
                return
            self.leave()
            self.leaving.wait(PAUSE)

    def _follow(self, stream: Stream) -> None:
        """Hear what comes, until the stream ends."""
        stream.begun = self.desk.stream_begun
        try:
            stream.open()
            for message in stream.messages():
                self.desk.deliver(message.body, message.at)
        finally:
            stream.close()
