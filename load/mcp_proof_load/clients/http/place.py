"""Where requests go, and what they all carry."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from mcp_proof_contracts.wire import as_list
from mcp_proof_load.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An endpoint, and the headers that the user gave for it."""

    host: str
    port: int
    authority: str
    """What the `Host` header says."""
    target: str = field(repr=False)
    """Path and query."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    tls: ssl.SSLContext | None = None

    def request(self, method: str, headers: Iterable[tuple[str, str]]) -> bytes:
        """Return the head of a request, as far as it is known before its body.

        Args:
            method: the HTTP method.
            headers: further headers; what the user gave under the same name wins.
        """
        given = {name.lower() for name, _ in self.headers}
        ours = [("Host", self.authority), ("User-Agent", "mcp-proof"), *headers]
        all_of_them = [*((n, v) for n, v in ours if n.lower() not in given), *self.headers]
        lines = [f"{method} {self.target} HTTP/1.1", *(f"{n}: {v}" for n, v in all_of_them)]
        return "\r\n".join((*lines, "")).encode()


def place_of(plan: Plan) -> Place:
    """Return the place that a plan names by `url` and `headers` (pairs)."""
    parts = urlsplit(str(plan.place["url"]))
    pairs = [as_list(pair) for pair in as_list(plan.place.get("headers"))]
    secure = parts.scheme == "https"
    query = f"?{parts.query}" if parts.query else ""
    return Place(
        host=parts.hostname or "",
        port=parts.port or (443 if secure else 80),
        authority=parts.netloc.rpartition("@")[2],
        target=f"{parts.path or '/'}{query}",
        headers=tuple((str(name), str(value)) for name, value in pairs),
        tls=_trusted() if secure else None,
    )


def _trusted() -> ssl.SSLContext:
    from mcp_proof.transports.tls import trusted  # noqa: PLC0415  # it takes its time

    return trusted()


def with_body(head: bytes, body: bytes) -> bytes:
    """Return a request of a head that only lacks the length of the body."""
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)
