"""Reports: consumers of what runs came to, one module per format, loaded when it is written."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Final, TypeAlias

from mcp_proof.tally import Tally

Report: TypeAlias = Callable[[Sequence[Tally]], bytes]
"""Makes a file of one or more runs: each is one server, at one revision."""


def _later(module: str, name: str) -> Report:
    """The report `name` of `module`, which is loaded when the report is made."""

    def report(runs: Sequence[Tally]) -> bytes:
        made: Report = getattr(import_module(f"{__name__}.{module}"), name)
        return made(runs)

    return report


FORMATS: Final[Mapping[str, Report]] = MappingProxyType(
    {
        "html": _later("html", "html_report"),
        "json": _later("json_report", "json_report"),
        "junit": _later("junit", "junit_report"),
        "sarif": _later("sarif", "sarif_report"),
        "markdown": _later("markdown", "markdown_report"),
        "badge": _later("badge", "badge_report"),
    }
)
"""What `--report FORMAT=FILE` can write."""
