"""What of a recording is sent again, in which order."""

from collections.abc import Iterator, Sequence

from mcp_proof.drift.permission import Permission
from mcp_proof.drift.recorded import Request


class Plan:
    """The recorded requests: what asks the same belongs together."""

    def __init__(self, requests: Sequence[Request]) -> None:
        self._requests = [(request, request.meaning) for request in requests]
        self._same: dict[bytes, list[Request]] = {}
        for request, meaning in self._requests:
            self._same.setdefault(meaning, []).append(request)

    def steps(self, permission: Permission) -> Iterator[tuple[Request, list[Request]]]:
        """Yield each request that is to be sent or told of, with all that ask the same.

        What changes nothing is sent once, and again only after what may have changed something.
        """
        done: set[bytes] = set()
        left_out: set[bytes] = set()
        for request, meaning in self._requests:
            if meaning in done or meaning in left_out:
                continue
            usable = [each for each in self._same[meaning] if _is_usable(each)]
            chosen = request if _is_usable(request) or not usable else usable[0]
            if permission.gone(chosen) or permission.refusal(chosen):
                left_out.add(meaning)
            elif permission.changes_nothing(chosen):
                done.add(meaning)
            elif chosen is request:
                done.clear()
            else:
                continue  # it has its turn where the recording has an answer to it
            yield chosen, usable or self._same[meaning]


def _is_usable(request: Request) -> bool:
    return not request.why_not and request.answer is not None
