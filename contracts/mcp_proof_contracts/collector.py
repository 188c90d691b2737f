"""Pausing Python's cyclic garbage collector while much is built of which nothing is garbage."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Generator[None]:
    """Keep the collector from looking at every new object again and again.

    Reading a long transcript makes millions of objects that all live on; the collector takes half
    of the time for finding that out.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
