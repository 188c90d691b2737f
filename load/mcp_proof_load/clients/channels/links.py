"""The connections of a load process: so many for all of its users, or one for each."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, cast

from gevent.event import AsyncResult

from mcp_proof_load.clients.channels.shared_channel import SharedChannel
from mcp_proof_load.clients.client import BrokenError, SilentError
from mcp_proof_load.plan import Plan


class Link(Protocol):
    """A connection on which calls are made."""

    @property
    def alive(self) -> bool:
        """Whether calls can still be made."""
        ...

    def close(self) -> None:
        """Close it; what is under way is given up."""
        ...


class ChannelLink(Link, Protocol):
    """A link whose answers are found by their ids."""

    @property
    def channel(self) -> SharedChannel:
        """Where calls are made."""
        ...


L = TypeVar("L", bound=Link)


class Place(Generic[L]):
    """Where a link belongs: some users share it, and it is begun anew when it is over."""

    def __init__(self, begin: Callable[[], L]) -> None:
        self.users = 0
        self._begin = begin
        self._link: L | None = None
        self._beginning: AsyncResult[L] | None = None
        """What comes of the link that a user begins, for those who wait for it meanwhile."""

    def link(self) -> L:
        """Return a link that is not over; whoever finds none begins one, while others wait.

        Raises:
            BrokenError: none can be begun.
            SilentError: the server does not answer.
        """
        link = self._link
        if link is not None and link.alive:
            return link
        if self._beginning is None:
            return self._begun()
        return cast("L", self._beginning.get())

    def leave(self) -> None:
        """Need it no more; the last one closes the link."""
        self.users -= 1
        if not self.users:
            self._close()

    def _begun(self) -> L:
        promise: AsyncResult[L] = AsyncResult()
        self._beginning = promise
        try:
            self._close()
            link = self._link = self._begin()
        except (BrokenError, SilentError) as error:
            promise.set_exception(type(error)(*error.args))
            raise
        except BaseException:
            promise.set_exception(BrokenError("the user who began the connection was ended"))
            raise
        else:
            promise.set(link)
            return link
        finally:
            self._beginning = None

    def _close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()


class Links(Generic[L]):
    """All links of a load process to one server."""

    def __init__(self, begin: Callable[[], L], connections: int) -> None:
        """Begin nothing yet.

        Args:
            begin: begins a link, and says on it what comes before the first call.
            connections: how many users share; 0 for one each.
        """
        self._begin = begin
        self._shared = [Place(begin) for _ in range(connections)]

    def enter(self) -> Place[L]:
        """Return a place with one user more: the one with the fewest."""
        place = min(self._shared, key=_users) if self._shared else Place(self._begin)
        place.users += 1
        return place


class LinksByPlan(Generic[L]):
    """The links of each plan that a process was given, which is one but in tests."""

    def __init__(
        self, begin: Callable[[Plan], Callable[[], L]], connections: int | None = None
    ) -> None:
        """Know no plan yet.

        Args:
            begin: returns what begins a link for a plan.
            connections: how many links there are; `None` for as many as the plan says.
        """
        self._begin = begin
        self._connections = connections
        self._known: list[tuple[Plan, Links[L]]] = []

    def of(self, plan: Plan) -> Links[L]:
        """Return the links that all users of a plan share."""
        for known, links in self._known:
            if known is plan:
                return links
        number = plan.connections if self._connections is None else self._connections
        links = Links(self._begin(plan), number)
        self._known.append((plan, links))
        return links


def _users(place: Place[L]) -> int:
    return place.users
