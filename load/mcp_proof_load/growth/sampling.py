"""Look again and again at what the server uses while it is loaded."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from mcp_proof.in_thread import in_thread
from mcp_proof_load.events import Sampled
from mcp_proof_load.growth.metrics_endpoint import MetricsEndpoint
from mcp_proof_load.growth.resources import Resources, UnwatchableError
from mcp_proof_mocks.loopback import is_loopback

PORTS: Mapping[str, int] = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Sampler:
    """Reads the resources of one server; where two sources tell of one, the last counts."""

    def __init__(self, sources: Sequence[Resources]) -> None:
        self._sources = sources
        self.about = " and ".join(each.about for each in sources)
        """What is looked at."""
        self.lazy = any(each.lazy for each in sources)
        unknown = set[str].intersection(*(set(source.untested) for source in sources))
        self.untested = tuple(
            f"{name}: {source.untested[name]}"
            for source in sources[-1:]
            for name in sorted(unknown)
        )
        """What stays unknown, each with its reason."""

    async def sample(self, at: float, calls: int) -> Sampled:
        """Return what the server uses now.

        Args:
            at: seconds since the load began.
            calls: calls ended so far.

        Raises:
            GoneError: there is nothing left to look at, for the reason that it tells.
        """
        values: dict[str, float] = {}
        for source in self._sources:
            values |= await source.read()
        return Sampled(at=at, calls=calls, values=values)


async def sampler(*, url: str = "", pids: Collection[int] = (), metrics: str = "") -> Sampler:
    """Return what reads the resources of a server.

    Args:
        url: where the server itself listens; not that of a queue it takes its work from.
        pids: the processes that were started for it, of a command.
        metrics: the URL of its metrics, which count more than what its processes show.

    Raises:
        UnwatchableError: nothing can be read, for the reason that it tells.
        UsageError: the metrics cannot be read, or tell of no resource.
    """
    sources: list[Resources] = []
    try:
        sources.append(await in_thread(lambda: _local(url, pids)))
    except UnwatchableError:
        if not metrics:
            raise
    if metrics:
        endpoint = MetricsEndpoint(metrics)
        await endpoint.open()
        sources.append(endpoint)
    return Sampler(sources)


def _local(url: str, pids: Collection[int]) -> Resources:
    # psutil costs its time, and comes with an extra.
    from mcp_proof_load.growth.listening import listening_at  # noqa: PLC0415
    from mcp_proof_load.growth.processes import Processes  # noqa: PLC0415

    if pids or not url:
        return Processes(pids)
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise UnwatchableError(f"whoever works behind {parts.scheme}: URLs is not known")
    if not is_loopback(parts.hostname or ""):
        raise UnwatchableError(f"{parts.hostname} is another machine; give --metrics URL")
    port = parts.port or PORTS[parts.scheme]
    try:
        return Processes(listening_at(port))
    except UnwatchableError as error:
        container = _container(port)
        if container is not None:
            return container
        raise UnwatchableError(f"{error}; give --metrics URL") from error


def _container(port: int) -> Resources | None:
    """The container behind a port; `None` where there is none, or nobody who would know."""
    try:
        from mcp_proof_load.growth.container import published_at  # noqa: PLC0415  # an extra
    except ImportError:
        return None
    try:
        return published_at(port)
    except UnwatchableError:
        return None
