"""What a server says itself that it uses: its metrics, in Prometheus' text format, at a URL."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import httpx2

from mcp_proof.errors import UsageError
from mcp_proof.recorder import shown_url
from mcp_proof.transports.tls import NOBODY, trusted
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.growth.lazy_runtime import tells_of_laziness
from mcp_proof_load.growth.prometheus_text import Metrics, NoMetricsError, metrics_in
from mcp_proof_load.growth.resources import GoneError

NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "memory": ("process_resident_memory_bytes", "process_memory_usage_bytes"),
        "handles": ("process_open_fds", "process_files_open_files", "process_open_handles"),
        "threads": (
            *("process_threads", "process_num_threads", "process_thread_count"),
            *("jvm_threads_current", "jvm_threads_live_threads", "go_goroutines"),
        ),
    }
)
"""The metrics that tell of a resource, by resource; the first that is there counts."""
NO_NUMBER_OF_SESSIONS: Final = ("max", "limit", "seconds", "duration", "bytes", "ratio", "expired")
"""Words in the names of gauges about sessions that do not count those that are open."""
TIMEOUT: Final = 2.0
"""Seconds; the next sample comes soon."""
LONGEST: Final = 8 << 20
"""Bytes of metrics that are read."""
PATIENCE: Final = 10
"""Answers in a row that may be missing: a loaded server has other things to do."""


class MetricsEndpoint:
    """A URL at which metrics are read.

    `sessions` is the one gauge whose name holds `session` and no word for something else than a
    number of them, such as `max` or `seconds`.
    """

    def __init__(self, url: str, *, timeout: float = TIMEOUT) -> None:
        self._url = url
        self._timeout = timeout
        self._missed = 0
        self.about = f"metrics at {shown_url(url)}"
        self.untested: Mapping[str, str] = {}
        self.lazy = False

    async def open(self) -> None:
        """Look for the first time.

        Raises:
            UsageError: there are no metrics, or none that tell of a resource.
        """
        try:
            metrics = await self._metrics()
        except (httpx2.HTTPError, httpx2.InvalidURL, NoMetricsError) as error:
            raise UsageError(
                f"--metrics {shown_url(self._url)}: {error or type(error).__name__}. Expected "
                "Prometheus' text format, such as http://127.0.0.1:8000/metrics"
            ) from error
        self.lazy = tells_of_laziness(metrics.values)
        values, self.untested = resources_in(metrics)
        if not values:
            expected = ", ".join(names[0] for names in NAMES.values())
            raise UsageError(
                f"--metrics {shown_url(self._url)} tells of no resource. Expected one of "
                f"{expected}, or a gauge whose name holds `session`; there are "
                f"{excerpt(', '.join(metrics.values))}"
            )

    async def read(self) -> Mapping[str, float]:
        """Return what the metrics tell of.

        Raises:
            GoneError: nothing could be read for several times.
        """
        try:
            values, _ = resources_in(await self._metrics())
        except (httpx2.HTTPError, NoMetricsError) as error:
            self._missed += 1
            if self._missed >= PATIENCE:
                why = str(error) or type(error).__name__
                raise GoneError(f"no {self.about}, {PATIENCE} times in a row: {why}") from error
            return {}
        self._missed = 0
        return values

    async def _metrics(self) -> Metrics:
        verify = trusted() if self._url.startswith("https:") else NOBODY
        async with httpx2.AsyncClient(
            verify=verify, timeout=self._timeout, trust_env=False
        ) as client:
            accepted = {"Accept": "text/plain"}
            async with client.stream("GET", self._url, headers=accepted) as response:
                response.raise_for_status()
                body = b""
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LONGEST:
                        raise NoMetricsError(f"it holds more than {LONGEST >> 20} MiB")
        return metrics_in(body.decode(errors="replace"))


def resources_in(metrics: Metrics) -> tuple[dict[str, float], dict[str, str]]:
    """Return the values by resource, and for each one that is unknown the reason."""
    values: dict[str, float] = {}
    missing: dict[str, str] = {}
    for resource, names in NAMES.items():
        there = next((name for name in names if name in metrics.values), None)
        if there is None:
            missing[resource] = f"the metrics hold none of {', '.join(names)}"
        else:
            values[resource] = metrics.values[there]
    gauges = _session_gauges(metrics)
    if len(gauges) == 1:
        values["sessions"] = metrics.values[gauges[0]]
    elif gauges:
        missing["sessions"] = f"the metrics hold several gauges of them: {', '.join(gauges)}"
    else:
        missing["sessions"] = "the metrics hold no gauge whose name holds `session`"
    return values, missing


def _session_gauges(metrics: Metrics) -> list[str]:
    return [
        name
        for name in metrics.values
        if "session" in name.lower()
        and metrics.types.get(name) == "gauge"
        and not any(word in name.lower().split("_") for word in NO_NUMBER_OF_SESSIONS)
    ]
