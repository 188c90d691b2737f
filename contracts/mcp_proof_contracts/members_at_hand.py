"""Enum members as plain attributes of their class, as they are from Python 3.12 on.

Python 3.11 calls a function for each `Kind.RESULT`, which costs rules more than what they compare.
"""

from enum import Enum


def members_at_hand(enum: type[Enum]) -> None:
    """Keep the members of an enum where the interpreter finds them without a call."""
    for name, member in enum.__members__.items():
        type.__setattr__(enum, name, member)
