"""A tool works with arguments that its own `inputSchema` forbids, as a validator proves.

Servers MUST validate all tool inputs (server/tools, Security Considerations). Tolerated are
formats, which JSON Schema takes for annotations unless told otherwise: an input that breaks a
format alone is not held for invalid. A result whose first text begins like a refusal, without
`isError`, is told as `failure-as-success`: the input was refused, and only a reader of the words
knows.

Where the tool seems to convert what it got, `"7"` for 7, it is advice: nothing is lost by that,
though the schema says that it is an error.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.tool_schema import broken_keyword, instance_problems
from mcp_proof_contracts.wire import as_object, quote

REFUSAL: Final = re.compile(
    r"\W*(?:\w+\s+){0,2}(?:error|invalid|validation|failed|failure|exception|missing|unknown|bad"
    r"|cannot|refused|rejected)\b",
    re.IGNORECASE,
)
"""How a text begins that tells of a failure, though nothing else in the answer does."""


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain where a validator refuses the input and the tool does not."""
    last = seen[-1]
    if last.validity is not Validity.INVALID or not last.succeeded:
        return
    schema = last.operation.input_schema
    problem = instance_problems(schema, last.arguments)[0]
    if refusal := _told_as_success(last):
        yield Complaint(
            oracle="failure-as-success",
            level=Level.ADVICE,
            message="an input is refused in words alone: the result does not say that it is one",
            expected='a result with `"isError": true`',
            actual=refusal,
        )
        return
    yield Complaint(
        oracle="invalid-accepted",
        level=Level.ADVICE if _is_convertible(schema, last.arguments) else Level.MUST,
        detail=broken_keyword(schema, last.arguments),
        message=f"the tool works with arguments that its inputSchema forbids: {problem}",
        expected="a refusal that says what is wrong",
        actual=quote(last.outcome.value),
    )


def _is_convertible(schema: JsonObject, arguments: JsonObject) -> bool:
    """Whether arguments are right but for scalars that are written as another type."""
    places = {problem.pointer for problem in instance_problems(schema, arguments)}
    converted = [_converted(arguments, places, (), convert) for convert in (_spelt, _counted)]
    return any(not instance_problems(schema, each) for each in converted)


def _converted(
    value: Json, places: set[str], path: tuple[str | int, ...], convert: Callable[[Json], Json]
) -> Json:
    """Return a value with the scalars at some places as what they look like."""
    if isinstance(value, dict):
        return {k: _converted(member, places, (*path, k), convert) for k, member in value.items()}
    if isinstance(value, list):
        items = enumerate(value)
        return [_converted(item, places, (*path, i), convert) for i, item in items]
    return convert(value) if json_pointer(path) in places else value


def _spelt(value: Json) -> Json:
    """Return the number or the boolean that a text spells, and of another scalar the text."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        read = json.loads(value.lower())
    except ValueError:
        return value
    return read if isinstance(read, bool | int | float) else value


def _counted(value: Json) -> Json:
    """Return the number that a boolean counts as, and the other way round."""
    if isinstance(value, bool):
        return int(value)
    return bool(value) if value in (0, 1) else value


def _told_as_success(last: Observation) -> str:
    """Return the refusal in the answer's first text; empty where there is none."""
    value = last.outcome.value
    first: JsonObject = as_object(value[0]) if isinstance(value, list) and value else {}
    text = first.get("text")
    return text if isinstance(text, str) and REFUSAL.match(text) else ""
