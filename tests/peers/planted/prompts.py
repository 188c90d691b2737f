"""Prompts, resources and completions, with a bug in one of each kind."""

from urllib.parse import quote, unquote

from offering import PLANTED, ProtocolError, die, planted

MOST = 100
"""Values that one completion may have."""
INDEX = "notes:///index"
NOTES = "notes:///"
ARCHIVE = "archive:///"
TITLE_OF_NOTE = f"{NOTES}{{title}}"
YEAR_OF_ARCHIVE = f"{ARCHIVE}{{year}}"
TEMPLATE_OF = {NOTES: TITLE_OF_NOTE, ARCHIVE: YEAR_OF_ARCHIVE}
NOT_FOUND = -32002
INVALID_PARAMS = -32602
LANGUAGES = [f"language {number}" for number in range(150)]

RESOURCES = [{"uri": INDEX, "name": "index", "mimeType": "text/plain"}]
TEMPLATES = [
    {
        "uriTemplate": TITLE_OF_NOTE,
        "name": "note",
        "description": "What is noted under a title.",
        "mimeType": "text/plain",
    },
    {
        "uriTemplate": YEAR_OF_ARCHIVE,
        "name": "archive",
        "description": "What was noted in a year.",
        "mimeType": "text/plain",
    },
]
PROMPTS = [
    {
        "name": "review_code",
        "description": "Ask for a review of code.",
        "arguments": [
            {"name": "language", "description": "Written in.", "required": True},
            {"name": "focus", "description": "What to look at first."},
        ],
    },
    {
        "name": "write_report",
        "description": "Ask for a report.",
        "arguments": [{"name": "topic", "description": "What it is about.", "required": True}],
    },
]


def read_resource(params, session):
    """Answer resources/read: every title and year has a note, however short."""
    uri = params.get("uri")
    if not isinstance(uri, str):
        raise ProtocolError(INVALID_PARAMS, "uri must be a string")
    base = next((base for base in TEMPLATE_OF if uri.startswith(base)), None)
    name = uri[len(base) :] if base else ""
    if not name or quote(name, safe="%:@!$&'()*+,;=-._~") != name:
        raise ProtocolError(NOT_FOUND, "Resource not found")
    session.tell(f"template {TEMPLATE_OF[base]}")
    if session.broken and base == NOTES:
        PLANTED[TITLE_OF_NOTE](unquote(name))
    text = f"{len(unquote(name))} characters name this note"
    return {"contents": [{"uri": uri, "mimeType": "text/plain", "text": text}]}


@planted(TITLE_OF_NOTE)
def dies_of_a_quote(title):
    if "'" in title:
        die()


def get_prompt(params, session):
    """Answer prompts/get."""
    name, given = params.get("name"), params.get("arguments", {})
    prompt = next((prompt for prompt in PROMPTS if prompt["name"] == name), None)
    if prompt is None:
        raise ProtocolError(INVALID_PARAMS, "Unknown prompt")
    session.tell(f"prompt {name}")
    if not isinstance(given, dict) or not all(map(is_text, given.values())):
        raise ProtocolError(INVALID_PARAMS, "arguments must be an object of strings")
    for argument in prompt["arguments"]:
        if argument.get("required") and argument["name"] not in given:
            raise ProtocolError(INVALID_PARAMS, f"the argument {argument['name']} is missing")
    if session.broken and name in PLANTED:
        PLANTED[name](given)
    text = f"{prompt['description']} " + " ".join(given.values())
    return {"messages": [{"role": "user", "content": {"type": "text", "text": text}}]}


@planted("review_code")
def dies_of_an_empty_argument(given):
    if given.get("focus") == "":
        die()


def complete(params, session):
    """Answer completion/complete."""
    reference, argument = params.get("ref"), params.get("argument")
    if not isinstance(argument, dict) or not is_text(argument.get("value")):
        raise ProtocolError(INVALID_PARAMS, "argument must have a name and a value")
    key, candidates = candidates_of(reference, argument.get("name"))
    session.tell(f"completion {key}")
    value = argument["value"]
    if session.broken and (answer := PLANTED.get(key, lambda _: None)(value)):
        return {"completion": answer}
    found = [candidate for candidate in candidates if candidate.startswith(value)]
    return {
        "completion": {"values": found[:MOST], "total": len(found), "hasMore": len(found) > MOST}
    }


@planted("prompt review_code#language")
def gives_more_than_a_hundred(value):
    return {"values": LANGUAGES} if not value else None


@planted("template archive:///{year}#year")
def gives_no_values(value):
    return {"options": []} if len(value) > 20 else None


def candidates_of(reference, argument):
    """Return whose completion is asked for, and all its values."""
    match reference:
        case {"type": "ref/prompt", "name": name}:
            kind = "prompt"
            names = [a["name"] for p in PROMPTS if p["name"] == name for a in p["arguments"]]
            values = LANGUAGES if argument == "language" else ["security", "speed", "style"]
        case {"type": "ref/resource", "uri": name}:
            kind = "template"
            uris = {TITLE_OF_NOTE: "title", YEAR_OF_ARCHIVE: "year"}
            names = [uris.get(name)] if isinstance(name, str) else []
            values = [str(year) for year in range(2000, 2030)]
        case _:
            names, values = [], []
    if not is_text(argument) or argument not in names:
        raise ProtocolError(INVALID_PARAMS, "Unknown reference or argument")
    return f"{kind} {name}#{argument}", values


def is_text(value):
    """Whether a value is a string."""
    return isinstance(value, str)
