"""Tools that do not answer some input."""

import time

from offering import NeverAnsweredError, planted, takes, tool


@tool(
    "Preview how loud a percentage of the volume is.",
    takes({"percent": {"type": "integer", "minimum": 0, "maximum": 100}}),
)
def preview_volume(given, _):
    return f"{int(given['percent']) * 0.8:.0f} dB"


@planted("preview_volume")
def hangs_at_full_volume(given, _):
    while given["percent"] == 100:
        time.sleep(1)


@tool(
    "Estimate how long a journey takes.",
    takes({"mode": {"type": "string", "enum": ["walk", "bicycle", "car", "ferry"]}}),
)
def estimate_journey(given, _):
    return f"{len(given['mode'])} hours"


@planted("estimate_journey")
def forgets_the_ferry(given, _):
    if given["mode"] == "ferry":
        raise NeverAnsweredError
