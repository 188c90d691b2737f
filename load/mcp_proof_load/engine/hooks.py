"""Locust's events and messages, whose methods it leaves without types."""

from collections.abc import Callable
from typing import Any, cast

from locust.event import EventHook
from locust.runners import MasterRunner


def listen(hook: EventHook, heard: Callable[[], object]) -> None:
    """Have a function called whenever something happens."""

    def hear(**_members: object) -> None:
        heard()

    cast("Any", hook).add_listener(hear)


def fire(hook: EventHook, **members: object) -> None:
    """Tell all who listen that something has happened."""
    cast("Any", hook).fire(**members)


def receive(runner: MasterRunner, name: str, heard: Callable[..., None]) -> None:
    """Have a function called with each message of a worker, as `msg`, that has this name."""
    cast("Any", runner).register_message(name, heard)
