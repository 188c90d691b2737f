"""Edits of schemas, each with what it does to clients, and the argument for that.

Inputs: B where a call that was valid, made of what the old schema told of, is refused now. Outputs:
B where an answer may come that the old schema ruled out, or one it told of comes no more. U where
neither that nor the contrary follows from the schemas. C otherwise.
"""

from typing import Any, NamedTuple

B, C, U = "breaking", "compatible", "unknown"
INPUT, OUTPUT = "input", "output"
DRAFT_04 = {"$schema": "http://json-schema.org/draft-04/schema#"}
DRAFT_07 = {"$schema": "http://json-schema.org/draft-07/schema#"}
DRAFT_2019 = {"$schema": "https://json-schema.org/draft/2019-09/schema"}
STRING, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
NULL, BOOLEAN = {"type": "null"}, {"type": "boolean"}


class Edit(NamedTuple):
    """An edit, its label, and why that is the label."""

    name: str
    direction: str
    old: Any
    new: Any
    label: str
    argument: str


def members(*required: str, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def array(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False}


def tree(value: Any) -> dict[str, Any]:
    node = members(value=value, next={"$ref": "#/$defs/node"})
    return {
        "type": "object",
        "properties": {"top": {"$ref": "#/$defs/node"}},
        "$defs": {"node": node},
    }


def a(schema: Any) -> dict[str, Any]:
    """The schema as that of one member."""
    return members(a=schema)


def defined(name: str, schema: Any) -> dict[str, Any]:
    return {**a({"$ref": f"#/$defs/{name}"}), "$defs": {name: schema}}


MAIL, NO_MAIL = members("n", n=INTEGER, mail=STRING), members("n", n=INTEGER)
CAT = members("kind", kind={"const": "cat"}, mail=STRING)
DOG = members("kind", kind={"const": "dog"}, mail=STRING)
DOG_WITHOUT = members("kind", kind={"const": "dog"})
PLACES = {
    "an alternative": lambda s: a({"anyOf": [s, NULL]}),
    "an exclusive alternative": lambda s: a({"oneOf": [s, NULL]}),
    "a defined alternative": lambda s: {**a({"anyOf": [{"$ref": "#/$defs/s"}, NULL]}),
                                        "$defs": {"s": s}},
    "a list that is an alternative": lambda s: a(array({"anyOf": [s, NULL]})),
    "an alternative that is a list": lambda s: a({"anyOf": [array(s), NULL]}),
    "a part": lambda s: {**a({"allOf": [{"$ref": "#/$defs/s"}]}), "$defs": {"s": s}},
    "a map": lambda s: a({"type": "object", "additionalProperties": s}),
    "a map by pattern": lambda s: a({"type": "object", "patternProperties": {"^x": s}}),
    "a tuple": lambda s: a({"type": "array", "prefixItems": [STRING, s]}),
    "a consequence": lambda s: a({"type": "object", "if": {"required": ["k"]}, "then": s}),
    "the other consequence": lambda s: a({"type": "object", "if": {"required": ["k"]}, "else": s}),
    "what depends": lambda s: a({"type": "object", "dependentSchemas": {"k": s}}),
    "an alternative for the whole": lambda s: {"type": "object",
                                               "anyOf": [s, members("e", e=STRING)]},
}  # fmt: skip

EDITS = [
    *[Edit(f"a field was dropped from {where}", OUTPUT, put(MAIL), put(NO_MAIL), B,
           "who reads it finds nothing") for where, put in PLACES.items()],
    *[Edit(f"a field was dropped from {where}, where others are ruled out", OUTPUT,
           put(closed(MAIL)), put(closed(NO_MAIL)), B,
           "all answers are as promised, but what was told of is gone")
      for where, put in PLACES.items()],
    *[Edit(f"an argument was dropped from {where}", INPUT, put(MAIL), put(NO_MAIL), U,
           "calls stay valid, but whether the server still heeds it is not said")
      for where, put in PLACES.items() if where != "an exclusive alternative"],
    Edit("an argument was dropped from a closed alternative", INPUT, a({"anyOf": [closed(MAIL),
         NULL]}), a({"anyOf": [closed(NO_MAIL), NULL]}), B, "calls with it are refused"),
    Edit("a field was dropped from one of two alternatives", OUTPUT, a({"anyOf": [CAT, DOG]}),
         a({"anyOf": [DOG_WITHOUT, CAT]}), B, "who reads it of dogs finds nothing"),
    Edit("a field moved beside the alternatives", OUTPUT, a({"anyOf": [CAT, DOG]}),
         a({**members(mail=STRING), "anyOf": [CAT, DOG_WITHOUT]}), C, "it is told of as before"),
    Edit("alternatives changed places", OUTPUT, a({"anyOf": [CAT, DOG_WITHOUT]}),
         a({"anyOf": [DOG_WITHOUT, CAT]}), C, "it means the same"),
    Edit("a field without a type was dropped", OUTPUT, members(x=STRING, y={}),
         members(x=STRING), B, "who reads it finds nothing"),
    Edit("all fields without a type were dropped", OUTPUT, members(y={}), {"type": "object"}, B,
         "who reads it finds nothing"),
    Edit("a field may not come any more", OUTPUT, members(x=STRING, y=STRING),
         members(x=STRING, y=False), B, "who reads it finds nothing"),
    Edit("a field is told of in a part", OUTPUT, MAIL, {**NO_MAIL, "allOf": [members(mail=STRING)]},
         C, "it means the same"),
    Edit("a field is told of in a definition", OUTPUT, a(MAIL),
         {**a({"$ref": "#/$defs/s"}), "$defs": {"s": MAIL}}, C, "it means the same"),
    # Members
    Edit("an argument became required", INPUT, members(a=STRING), members("a", a=STRING), B,
         "calls without it were valid"),
    Edit("an argument need no longer be given", INPUT, members("a", a=STRING), members(a=STRING), C,
         "calls with it stay valid"),
    Edit("an optional argument was added", INPUT, members(a=STRING), members(a=STRING, b=INTEGER),
         C,
         "nobody was told of it, so nobody sends it with another type"),
    Edit("a required argument was added", INPUT, members(a=STRING), members("b", a=STRING,
         b=STRING),
         B, "nobody was told of it, so all calls lack it"),
    Edit("an argument was renamed", INPUT, members("q", q=STRING), members("query", query=STRING),
         B,
         "calls with the old name lack the new one"),
    Edit("an argument was dropped, others are let through", INPUT, members(a=STRING, b=STRING),
         members(a=STRING), U,
         "calls stay valid, but whether the server still heeds it is not said"),
    Edit("an argument was dropped, others are refused", INPUT, closed(members(a=STRING, b=STRING)),
         closed(members(a=STRING)), B, "calls with it are refused"),
    Edit("a tool without arguments got an optional one", INPUT, {"type": "object"},
         members(a=STRING), C, "who was told of none sends none"),
    Edit("a tool without arguments got a required one", INPUT, {"type": "object"},
         members("a", a=STRING), B, "who was told of none sends none"),
    Edit("unnamed arguments are refused now", INPUT, members(a=STRING), closed(members(a=STRING)),
         B,
         "they were passed over, and JSON Schema says that anything goes"),
    Edit("unnamed arguments are let through now", INPUT, closed(members(a=STRING)),
         members(a=STRING), C, "what was valid stays so"),
    Edit("an optional argument takes a name from a map of numbers", INPUT,
         {**members(), "additionalProperties": NUMBER}, {**members(b=STRING),
         "additionalProperties": NUMBER},
         B, "`b` could be sent, as a number"),
    Edit("an optional argument takes a name from a map of strings", INPUT,
         {**members(), "additionalProperties": STRING}, {**members(b=STRING),
         "additionalProperties": STRING},
         C, "what could be sent as `b` were strings already"),
    Edit("an optional argument was added deep inside", INPUT, a(members(x=STRING)),
         a(members(x=STRING, y=INTEGER)), C, "nobody was told of it there either"),
    Edit("a free object got a member with a type", INPUT, a({"type": "object"}),
         a(members(x=STRING)),
         B, "an object without a word about its members invites any, such as {x: 1}"),
    Edit("one argument now needs another", INPUT, members(a=STRING, b=STRING),
         {**members(a=STRING, b=STRING), "dependentRequired": {"a": ["b"]}}, B,
         "calls with the one alone were valid"),
    Edit("at least one argument must be given", INPUT, members(a=STRING, b=STRING),
         {**members(a=STRING, b=STRING), "minProperties": 1}, B, "calls without any were valid"),
    # Types
    Edit("integers widened to numbers, sent", INPUT, a(INTEGER), a(NUMBER), C,
         "every integer is a number"),
    Edit("integers widened to numbers, answered", OUTPUT, a(INTEGER), a(NUMBER), B,
         "0.5 may come to who reads an integer"),
    Edit("numbers narrowed to integers, sent", INPUT, a(NUMBER), a(INTEGER), B, "0.5 was valid"),
    Edit("numbers narrowed to integers, answered", OUTPUT, a(NUMBER), a(INTEGER), C,
         "every integer is a number"),
    Edit("null is accepted too", INPUT, a(STRING), a({"type": ["string", "null"]}), C,
         "strings stay valid"),
    Edit("null may be answered", OUTPUT, a(STRING), a({"type": ["string", "null"]}), B,
         "null may come to who reads a string"),
    Edit("null is accepted no longer", INPUT, a({"type": ["string", "null"]}), a(STRING), B,
         "null was valid"),
    Edit("null is answered no longer", OUTPUT, a({"type": ["string", "null"]}), a(STRING), C,
         "strings were promised as well"),
    Edit("another type", INPUT, a(STRING), a(BOOLEAN), B, "strings are refused"),
    Edit("any type is accepted", INPUT, a(STRING), a(True), C, "strings stay valid"),
    Edit("nothing is accepted", INPUT, a(STRING), a(False), B, "strings are refused"),
    Edit("a single value became a list", INPUT, a(STRING), a(array(STRING)), B,
         "a string alone is refused"),
    Edit("a single value may be a list", INPUT, a(STRING), a({"anyOf": [STRING, array(STRING)]}), C,
         "a string alone stays valid"),
    # Values
    Edit("an enum narrowed, sent", INPUT, a({"enum": ["x", "y"]}), a({"enum": ["x"]}), B,
         "y was valid"),
    Edit("an enum widened, sent", INPUT, a({"enum": ["x"]}), a({"enum": ["x", "y"]}), C,
         "x stays valid"),
    Edit("an enum widened, answered", OUTPUT, a({"enum": ["x"]}), a({"enum": ["x", "y"]}), B,
         "who has a branch for each value has none for y"),
    Edit("an enum narrowed, answered", OUTPUT, a({"enum": ["x", "y"]}), a({"enum": ["x"]}), C,
         "x was promised as well"),
    Edit("the order of an enum", INPUT, a({"enum": ["x", "y"]}), a({"enum": ["y", "x"]}), C,
         "an enum is a set"),
    Edit("an enum of one written as const", INPUT, a({"enum": ["x"]}), a({"const": "x"}), C,
         "it is the same value"),
    Edit("strings became an enum", INPUT, a(STRING), a({"enum": ["x"]}), B,
         "other strings were valid"),
    Edit("true instead of 1", INPUT, a({"const": 1}), a({"const": True}), B,
         "they are two values in JSON"),
    Edit("1.0 instead of 1", INPUT, a({"const": 1}), a({"const": 1.0}), C,
         "they are one value in JSON"),
    Edit("a minimum was raised", INPUT, a({**INTEGER, "minimum": 0}), a({**INTEGER,
         "minimum": 1}), B,
         "0 was valid"),
    Edit("a minimum written as an exclusive one", INPUT, a({**INTEGER, "minimum": 1}),
         a({**INTEGER, "exclusiveMinimum": 0}), C, "of integers they say the same"),
    Edit("a maximum was raised, answered", OUTPUT, a({**INTEGER, "maximum": 9}),
         a({**INTEGER, "maximum": 10}), B, "10 may come"),
    Edit("a range was moved", INPUT, a({**INTEGER, "minimum": 0, "maximum": 9}),
         a({**INTEGER, "minimum": 5, "maximum": 20}), B,
         "0 was valid, however many others are now"),
    Edit("multiples of 4 were accepted, of 2 are", INPUT, a({**INTEGER, "multipleOf": 4}),
         a({**INTEGER, "multipleOf": 2}), C, "every multiple of 4 is one of 2"),
    Edit("multiples of 2 were accepted, of 4 are", INPUT, a({**INTEGER, "multipleOf": 2}),
         a({**INTEGER, "multipleOf": 4}), B, "2 was valid"),
    Edit("shorter strings only", INPUT, a(STRING), a({**STRING, "maxLength": 10}), B,
         "longer ones were valid"),
    Edit("a pattern was added", INPUT, a(STRING), a({**STRING, "pattern": "^[a-z]+$"}), B,
         "the empty string was valid"),
    Edit("a pattern was removed", INPUT, a({**STRING, "pattern": "^[a-z]+$"}), a(STRING), C,
         "what matched stays valid"),
    Edit("a pattern was narrowed", INPUT, a({**STRING, "pattern": "^[a-z]$"}),
         a({**STRING, "pattern": "^[a-y]$"}), B, "z was valid"),
    Edit("a pattern was written in another way", INPUT, a({**STRING, "pattern": "^(a|b)$"}),
         a({**STRING, "pattern": "^[ab]$"}), U, "two patterns are not compared by what they match"),
    Edit("a list of values for a pattern that has them all", INPUT, a({"enum": ["x", "y"]}),
         a({**STRING, "pattern": "^[a-z]$"}), C, "each of them matches"),
    Edit("a format was added", INPUT, a(STRING), a({**STRING, "format": "email"}), U,
         "whether formats are checked is left to each validator"),
    Edit("a format was removed", INPUT, a({**STRING, "format": "email"}), a(STRING), C,
         "checked or not, nothing more is refused"),
    Edit("a format and a limit", INPUT, a(STRING), a({**STRING, "format": "email",
         "minLength": 1}), B,
         "the empty string was valid, whatever becomes of the format"),
    # Lists
    Edit("items may be numbers", INPUT, a(array(INTEGER)), a(array(NUMBER)), C,
         "lists of integers stay valid"),
    Edit("an item must be there", INPUT, a(array(STRING)), a(array(STRING, minItems=1)), B,
         "the empty list was valid"),
    Edit("no item twice", INPUT, a(array(STRING)), a(array(STRING, uniqueItems=True)), B,
         "lists with one twice were valid"),
    Edit("a field of items may be missing", OUTPUT, a(array(members("id", id=STRING))),
         a(array(members(id=STRING))), B, "{} may come in the list"),
    # Alternatives
    Edit("an alternative was added", INPUT, a({"oneOf": [STRING, INTEGER]}),
         a({"oneOf": [STRING, INTEGER, NULL]}), C, "strings and integers match one of them still"),
    Edit("an alternative was dropped", INPUT, a({"anyOf": [STRING, INTEGER]}),
         a({"anyOf": [STRING]}),
         B, "integers were valid"),
    Edit("an alternative that overlaps was added", INPUT, a({"oneOf": [INTEGER]}),
         a({"oneOf": [INTEGER, NUMBER]}), B, "an integer matches both now, and must match one"),
    Edit("oneOf for anyOf where none overlap", INPUT, a({"anyOf": [STRING, INTEGER]}),
         a({"oneOf": [STRING, INTEGER]}), C, "they say the same"),
    Edit("a list of types for anyOf", INPUT, a({"anyOf": [STRING, NULL]}),
         a({"type": ["string", "null"]}), C, "they say the same"),
    Edit("a condition was added", INPUT, members(a=STRING, b=STRING),
         {**members(a=STRING, b=STRING), "if": {"required": ["a"]}, "then": {"required": ["b"]}}, B,
         "calls with the one alone were valid"),
    # The same, written in another way
    Edit("factored into $defs", INPUT, a(members("x", x=STRING)),
         {**a({"$ref": "#/$defs/x"}), "$defs": {"x": members("x", x=STRING)}}, C,
         "it means the same"),
    Edit("$defs under another name", INPUT, {**a({"$ref": "#/$defs/x"}), "$defs": {"x": STRING}},
         {**a({"$ref": "#/$defs/y"}), "$defs": {"y": STRING}}, C, "it means the same"),
    Edit("moved into allOf", INPUT, members("a", a=INTEGER),
         {"type": "object", "allOf": [members("a", a=INTEGER)]}, C, "it means the same"),
    Edit("a constraint moved, and was narrowed", INPUT, a(NUMBER),
         {"type": "object", "allOf": [a(INTEGER)]}, B, "0.5 was valid, wherever it is said"),
    Edit("the order of members", INPUT, members("a", "b", a=STRING, b=STRING),
         members("b", "a", b=STRING, a=STRING), C, "it says nothing"),
    Edit("from draft-07 to 2020-12", INPUT, {**DRAFT_07, **a(STRING)}, a(STRING), C,
         "these keywords mean the same in both"),
    Edit("exclusiveMinimum of draft-04", INPUT,
         {**DRAFT_04, **a({**NUMBER, "minimum": 0, "exclusiveMinimum": True})},
         a({**NUMBER, "exclusiveMinimum": 0}), C, "the later draft says it with one keyword"),
    Edit("a tuple of draft-07", INPUT,
         {**DRAFT_07, **a({"type": "array", "items": [STRING, INTEGER], "additionalItems": False})},
         a({"type": "array", "prefixItems": [STRING, INTEGER], "items": False}), C,
         "the later draft has other names for it"),
    Edit("the keywords of a tuple left as they were", INPUT,
         {**DRAFT_07, **a({"type": "array", "items": [STRING], "additionalItems": False})},
         {**DRAFT_2019, **a({"type": "array", "items": [STRING], "additionalItems": False})}, C,
         "2019-09 still has them"),
    Edit("what stands beside $ref counts since 2019-09", INPUT,
         {**DRAFT_07, **a({"$ref": "#/definitions/s", "minLength": 1}),
         "definitions": {"s": STRING}},
         {**a({"$ref": "#/definitions/s", "minLength": 1}), "definitions": {"s": STRING}}, B,
         "draft-07 passes over minLength there, so the empty string was valid"),
    # Recursion
    Edit("a tree of numbers for one of integers, sent", INPUT, tree(INTEGER), tree(NUMBER), C,
         "every node stays valid, so every tree does"),
    Edit("a tree of numbers for one of integers, answered", OUTPUT, tree(INTEGER), tree(NUMBER), B,
         "0.5 may be in the first node"),
    # Fields of results
    Edit("a required field was dropped", OUTPUT, members("a", a=STRING), members(), B,
         "who reads it finds nothing"),
    Edit("an optional field was dropped", OUTPUT, members("b", a=STRING, b=STRING),
         members("b", b=STRING), B, "who reads it finds it never again, or with another type"),
    Edit("a field was dropped where others are ruled out", OUTPUT, closed(members(a=STRING,
         b=STRING)),
         closed(members(b=STRING)), B, "all answers are as promised, but what was told of is gone"),
    Edit("a field was added", OUTPUT, members("a", a=STRING), members("a", a=STRING, b=STRING), C,
         "who does not know it passes over it"),
    Edit("a field was added where others were ruled out", OUTPUT, closed(members(a=STRING)),
         closed(members(a=STRING, b=STRING)), B, "it was promised that no other would come"),
    Edit("a field may be missing", OUTPUT, members("a", a=STRING), members(a=STRING), B,
         "{} may come to who reads it"),
    Edit("a field is always there", OUTPUT, members(a=STRING), members("a", a=STRING), C,
         "more is promised than before"),
    # Words
    Edit("a description", INPUT, a({**STRING, "description": "x"}), a({**STRING,
         "description": "y"}), C,
         "no call is refused by it"),
    Edit("a default was added", INPUT, a(INTEGER), a({**INTEGER, "default": 1}), C,
         "what was not said is said"),
    Edit("a default changed", INPUT, a({**INTEGER, "default": 1}), a({**INTEGER, "default": 2}), U,
         "calls stay valid, but may mean something else"),
    Edit("the default of a field", OUTPUT, a({**INTEGER, "default": 1}), a({**INTEGER,
         "default": 2}), C,
         "nothing is read by it"),
    Edit("a default changed in a definition with another name", INPUT,
         defined("A", {**INTEGER, "default": 1}), defined("B", {**INTEGER, "default": 2}), U,
         "calls stay valid, but may mean something else"),
    Edit("a default changed behind two references", INPUT,
         {**defined("A", {"$ref": "#/$defs/C"}), "$defs": {"A": {"$ref": "#/$defs/C"},
         "C": {**INTEGER, "default": 1}}},
         defined("B", {**INTEGER, "default": 2}), U, "calls stay valid, but may mean another"),
    Edit("a header came in a definition with another name", INPUT, defined("A", STRING),
         defined("B", {**STRING, "x-mcp-header": "X"}), B, "clients do not send it"),
    Edit("a default moved into a definition", INPUT, a({**INTEGER, "default": 1}),
         defined("A", {**INTEGER, "default": 1}), C, "it is the same default"),
    Edit("a default in a definition that nothing refers to", INPUT,
         {**a(INTEGER), "$defs": {"A": {"default": 1}}},
         {**a(INTEGER), "$defs": {"A": {"default": 2}}}, C, "nobody reads it"),
    Edit("an alternative came before one with a default", INPUT,
         a({"anyOf": [{**INTEGER, "default": 1}]}),
         a({"anyOf": [STRING, {**INTEGER, "default": 1}]}), C, "the default is where it was"),
    Edit("an alternative came before one whose default changed", INPUT,
         a({"anyOf": [{**INTEGER, "default": 1}]}),
         a({"anyOf": [{**STRING, "default": 1}, {**INTEGER, "default": 2}]}), U,
         "calls stay valid, but may mean something else"),
    Edit("a default changed in what became an alternative", INPUT,
         a(a({**INTEGER, "default": 1})), a({"anyOf": [a({**INTEGER, "default": 2}), NULL]}), U,
         "calls stay valid, but may mean something else"),
    Edit("a default changed in what became a part", INPUT, a({**INTEGER, "default": 1}),
         {"type": "object", "allOf": [a({**INTEGER, "default": 2})]}, U,
         "calls stay valid, but may mean something else"),
    Edit("a header came in what became an alternative", INPUT, a(STRING),
         a({"anyOf": [{**STRING, "x-mcp-header": "X"}, NULL]}), B, "clients do not send it"),
    Edit("a default moved into a part", INPUT, a({**INTEGER, "default": 1}),
         {"type": "object", "allOf": [a({**INTEGER, "default": 1})]}, C, "it is the same default"),
    Edit("another media type in a text", OUTPUT, a({**STRING, "contentMediaType": "text/html"}),
         a({**STRING, "contentMediaType": "text/plain"}), U, "the text is read by it"),
    Edit("another encoding of a text", INPUT, a(STRING), a({**STRING, "contentEncoding":
         "base64"}), U, "what is sent may be read in another way"),
    Edit("another schema of what a text holds", OUTPUT, a({**STRING, "contentMediaType":
         "application/json", "contentSchema": MAIL}), a({**STRING, "contentMediaType":
         "application/json", "contentSchema": NO_MAIL}), U, "JSON Schema does not check it"),
    Edit("other examples", INPUT, a({**STRING, "examples": ["x"]}), a({**STRING,
         "examples": ["y"]}), C, "they are for people"),
    # What nobody can satisfy, and what nobody can look up
    Edit("it never could be called", INPUT, members("a", a=False), members("a", a=STRING), C,
         "no call was valid, so none is refused"),
    Edit("it can never be called again", INPUT, members("a", a={**STRING, "minLength": 1}),
         members("a", a={**STRING, "minLength": 2, "maxLength": 1}), B, "every call is refused"),
    Edit("a reference to elsewhere", INPUT, a(STRING), a({"$ref": "https://example.com/s.json"}), U,
         "nothing is fetched, so it may say anything"),
    Edit("a dialect that nobody knows", INPUT, a(STRING),
         {"$schema": "https://example.com/dialect", **a(STRING)}, U,
         "its keywords may mean anything"),
    Edit("a description beside a reference to elsewhere", INPUT,
         {**a({"$ref": "https://example.com/s.json"}), "description": "x"},
         {**a({"$ref": "https://example.com/s.json"}), "description": "y"}, C,
         "whatever it says, it says the same as before"),
]  # fmt: skip
