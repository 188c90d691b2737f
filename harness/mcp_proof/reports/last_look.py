"""The last look at a report before it is written."""

from collections.abc import Sequence
from typing import Protocol

from mcp_proof_contracts.secrets.mask import Mask


class Masked(Protocol):
    """What knows the secrets of a run."""

    @property
    def mask(self) -> Mask:
        """Hides them."""
        ...


def without_secrets(report: bytes, runs: Sequence[Masked]) -> bytes:
    """Hide what a report should have hidden itself, where every secret was still whole."""
    text = report.decode()
    for mask in {id(run.mask): run.mask for run in runs}.values():
        text = mask(text)
    return text.encode()
