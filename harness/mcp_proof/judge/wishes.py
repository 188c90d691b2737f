"""What a client is asked to do, and what its user was told: two files, both JSON.

A client reads the first from the path in `MCP_PROOF_WISHES`:

    {"scenario": "...", "revision": "2025-11-25", "url": "...", "server": ["program", "..."],
     "declares": ["elicitation"], "user": {...}, "wishes": [{"do": "list", "what": "tools"}, ...],
     "outcomes": "/path"}

`authorization` is there where the server demands it: what the client knows of itself, which is
`redirect_uri` (nobody listens there: the authorization server redirects at once, so that `Location`
can be read), and `client_id` with `client_secret`, or `client_metadata_url`. The client appends a
line to the second, whose path is in `outcomes`, for each wish:

    {"wish": 0, "ok": true, "value": ..., "at": 1700000000.0}

Some scenarios have more servers, by name: `"servers": {"backup": "http://..."}`; a wish that is for
one of them names it as `server`. What the contract file says of the client is in `promises`.

Both are optional for the client: what it does by itself is judged as well.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import orjson

from mcp_proof.judge.client import Approach
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject

VARIABLE: Final = "MCP_PROOF_WISHES"
SCENARIO: Final = "MCP_PROOF_SCENARIO"
MOST: Final = 10_000
"""Lines of outcomes that are read."""


def asked_of(scenario: str, stage: Stage) -> JsonObject:
    """Return what a scenario asks of the client."""
    servers: dict[str, Json] = {name: other.url for name, other in stage.beside.items()}
    asked: JsonObject = {
        "scenario": scenario,
        "revision": stage.revision,
        "declares": list(stage.declares),
        "user": stage.user,
        "wishes": list(stage.wishes),
        **({"servers": servers} if servers else {}),
        **({"promises": stage.parameters} if stage.parameters else {}),
        **{name: value for tell in stage.tells for name, value in tell(stage).items()},
    }
    return {**asked, "authorization": stage.authorization} if stage.authorization else asked


def written(approach: Approach, folder: Path) -> Mapping[str, str]:
    """Write the file of wishes; return the variables that tell the client of it."""
    asked: JsonObject = {
        **approach.asked,
        "url": approach.url,
        "server": list(approach.server),
        "outcomes": str(folder / "outcomes"),
    }
    file = folder / "wishes.json"
    file.write_bytes(orjson.dumps(asked))
    return {VARIABLE: str(file), SCENARIO: str(approach.asked["scenario"])}


def outcomes_in(folder: Path) -> Sequence[Mapping[str, object]]:
    """Return what the client wrote, as far as it can be read."""
    file = folder / "outcomes"
    if not file.is_file():
        return ()
    found: list[Mapping[str, object]] = []
    for line in file.read_bytes().splitlines()[:MOST]:
        try:
            outcome: object = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue  # a client that was killed wrote half a line
        if isinstance(outcome, dict):
            found.append(cast("dict[str, object]", outcome))
    return found
