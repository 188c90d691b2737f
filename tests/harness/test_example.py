"""An example is small and valid, whatever a schema demands."""

import time

import pytest

from mcp_proof.example import example_of

GREEDY = {
    "many items": {"type": "array", "minItems": 10**11},
    "a long string": {"type": "string", "minLength": 10**12},
    "a recursive object": {
        "type": "object",
        "required": [str(number) for number in range(16)],
        "properties": {str(number): {"$ref": "#"} for number in range(16)},
    },
    "nested arrays": {
        "type": "array",
        "minItems": 1000,
        "items": {"type": "array", "minItems": 1000, "items": {"type": "string"}},
    },
}


@pytest.mark.parametrize("name", GREEDY)
def test_a_schema_that_demands_too_much_has_no_example(name):
    started = time.process_time()
    assert example_of(GREEDY[name]) is None
    assert time.process_time() - started < 2


def test_what_a_schema_requires_is_there_and_valid():
    schema = {
        "type": "object",
        "required": ["city", "days", "tags"],
        "properties": {
            "city": {"type": "string", "minLength": 10},
            "days": {"type": "integer", "minimum": 3},
            "tags": {"type": "array", "minItems": 2, "items": {"enum": ["a", "b"]}},
        },
    }
    assert example_of(schema) == {"city": "examplexxx", "days": 3, "tags": ["a", "a"]}
