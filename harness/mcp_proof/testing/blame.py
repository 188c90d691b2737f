"""Errors that are no fault of a test: told in one line, without a traceback."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from mcp_proof.errors import McpProofError

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test


@contextmanager
def told_plainly() -> Generator[None]:
    """Fail the running test with the text of an error of mcp-proof: it says what to do.

    Raises:
        pytest.fail.Exception: there was one.
    """
    try:
        yield
    except McpProofError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
