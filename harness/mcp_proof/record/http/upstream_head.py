"""The head of a request as the target gets it: what a proxy cannot leave as it is."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mcp_proof.record.http.framing import Head
from mcp_proof_mocks.loopback import is_loopback

READABLE: Final = ("gzip", "x-gzip", "deflate", "identity")
"""The codings of a body that a recording can hold decoded (RFC 9110, section 8.4.1)."""
DROPPED: Final = ("sec-websocket-extensions",)
"""With an extension, such as compression, frames could not be read."""


class UpstreamHead:
    """Rewrites the heads of requests to one target.

    A `Host` that names us names the target instead. Another one stays, for servers to refuse it: it
    may be that of a page that has had its own name lead here (DNS rebinding).

    Args:
        target: the server.
        headers: what is added, in the place of what clients send under these names. The target's
            query is added too, to requests for its path that do not have it.
        exposed: whether we listen for other machines, which may know us under any name.
    """

    def __init__(
        self, target: SplitResult, headers: Mapping[str, str], *, exposed: bool = False
    ) -> None:
        self._host = target.netloc.rpartition("@")[2]
        self.origin = f"{target.scheme}://{self._host}"
        """Where the target is, as its own links name it."""
        self._path, self._query = target.path or "/", target.query
        self._exposed = exposed
        self._set = {name.lower(): (name, value) for name, value in headers.items()}

    def of(self, head: Head, raw: bytes) -> tuple[Head, bytes]:
        """Return the head of a request, and its bytes, as the target gets it."""
        fields, words = self._fields(head), self._words(head)
        if (words, fields) == (head.words, head.fields):
            return head, raw
        lines = [" ".join(words), *(f"{name}: {value}" for name, value in fields)]
        return Head(words, fields), "\r\n".join((*lines, "", "")).encode("latin-1")

    def _words(self, head: Head) -> tuple[str, ...]:
        if not self._query or len(head.words) < 2:  # noqa: PLR2004  # no request
            return head.words
        method, asked, *rest = head.words
        path, mark, query = asked.partition("?")
        if path != self._path or self._query in query:
            return head.words
        joined = f"{query}&{self._query}" if mark and query else self._query
        return (method, f"{path}?{joined}", *rest)

    def _fields(self, head: Head) -> list[tuple[str, str]]:
        waiting = dict(self._set)
        fields: list[tuple[str, str]] = []
        for name, value in head.fields:
            key = name.lower()
            if key in self._set:
                if key in waiting:
                    fields.append((name, waiting.pop(key)[1]))
            elif key == "host" and self._is_ours(value):
                fields.append((name, self._host))
            elif key == "accept-encoding":
                fields.append((name, _narrowed(value)))
            elif key not in DROPPED:
                fields.append((name, value))
        return [*fields, *waiting.values()]

    def _is_ours(self, host: str) -> bool:
        return self._exposed or is_loopback(_name(host))


def _name(host: str) -> str:
    """Return the name in the value of a `Host` header."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _narrowed(value: str) -> str:
    """Return the codings that can be read, of those that the client takes."""
    items = [item.strip() for item in value.split(",")]
    kept = [item for item in items if item.partition(";")[0].strip().lower() in READABLE]
    return ", ".join(kept) or "identity"
