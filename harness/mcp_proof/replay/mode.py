"""Where answers come from: the cassette, a real server that is recorded, or both."""

from enum import StrEnum


class Mode(StrEnum):
    """Who answers. What a real server answers goes into the cassette."""

    NONE = "none"
    """The cassette alone."""
    ONCE = "once"
    """The cassette; where there is none yet, the real server."""
    NEW = "new"
    """The cassette, and the real server what is not in it: that is appended."""
    ALL = "all"
    """The real server alone: the cassette is recorded anew."""
