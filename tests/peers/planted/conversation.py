"""A client's conversation with the server: JSON-RPC, MCP 2025-06-18 and 2025-11-25."""

import json

import jsonschema_rs
import prompts
from offering import (
    CHECKED,
    PLANTED,
    TOOLS,
    NeverAnsweredError,
    ProtocolError,
    ToolError,
    failed,
)

LATEST = "2025-11-25"
REVISIONS = ("2025-06-18", LATEST)
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
NO_UNICODE = "There is half a surrogate pair in a text"


class Conversation:
    """One client, and what is remembered of it."""

    def __init__(self, write, tell, *, broken):
        self.write = write
        """Writes one line."""
        self.tell = tell
        """Tells what is tried, by the name that reports have for it."""
        self.broken = broken
        self.revision = LATEST
        self.id = None
        self.validators = {}
        self.hidden = set()
        """Tools that are not listed."""
        self.drafts = {}
        self.cursors = {}
        self.quoted = None
        self.methods = {
            "initialize": self.initialize,
            "ping": lambda _: {},
            "tools/list": self.list_tools,
            "tools/call": self.call,
            "resources/list": lambda p: whole("resources", prompts.RESOURCES, p),
            "resources/templates/list": lambda p: whole("resourceTemplates", prompts.TEMPLATES, p),
            "resources/read": lambda p: prompts.read_resource(p, self),
            "prompts/list": lambda p: whole("prompts", prompts.PROMPTS, p),
            "prompts/get": lambda p: prompts.get_prompt(p, self),
            "completion/complete": lambda p: prompts.complete(p, self),
        }

    def hear(self, line):
        """Answer a line, if it wants an answer."""
        self.id = None
        try:
            message = json.loads(line.decode())
        except (ValueError, RecursionError):
            self.refuse(PARSE_ERROR, "Parse error")
            return
        if not isinstance(message, dict):
            self.refuse(INVALID_REQUEST, "A message is an object")
        elif "method" in message or not ("result" in message or "error" in message):
            self.take(message)

    def take(self, message):
        """Answer a request, unless it is a notification."""
        identifier, method = message.get("id"), message.get("method")
        if isinstance(identifier, str | int) and not isinstance(identifier, bool):
            self.id = identifier
        if message.get("jsonrpc") != "2.0" or not isinstance(method, str):
            self.refuse(INVALID_REQUEST, "Invalid request")
        elif "id" not in message:
            return
        elif self.id is None:
            self.refuse(INVALID_REQUEST, "The id of a request is a string or an integer")
        else:
            self.reply(method, message.get("params", {}))

    def reply(self, method, params):
        try:
            self.answer(self.result_of(method, params))
        except ProtocolError as error:
            self.refuse(error.code, str(error))
        except NeverAnsweredError:
            return

    def result_of(self, method, params):
        if method not in self.methods:
            raise ProtocolError(METHOD_NOT_FOUND, "Method not found")
        if not isinstance(params, dict):
            raise ProtocolError(INVALID_PARAMS, "params must be an object")
        if method != "tools/call" and not is_unicode(params):
            raise ProtocolError(INVALID_PARAMS, NO_UNICODE)
        return self.methods[method](params)

    def answer(self, result):
        self.write(json.dumps({"jsonrpc": "2.0", "id": self.id, "result": result}))

    def refuse(self, code, message):
        identifier = {} if self.id is None and self.revision == LATEST else {"id": self.id}
        error = {"code": code, "message": message}
        self.write(json.dumps({"jsonrpc": "2.0", **identifier, "error": error}))

    def initialize(self, params):
        wanted = params.get("protocolVersion")
        if not isinstance(wanted, str):
            raise ProtocolError(INVALID_PARAMS, "protocolVersion must be a string")
        self.revision = wanted if wanted in REVISIONS else LATEST
        return {
            "protocolVersion": self.revision,
            "capabilities": {"tools": {}, "resources": {}, "prompts": {}, "completions": {}},
            "serverInfo": {"name": "planted", "title": "Planted bugs", "version": "1.0.0"},
        }

    def list_tools(self, params):
        listed = [tool.listed for name, tool in TOOLS.items() if name not in self.hidden]
        return whole("tools", listed, params)

    def call(self, params):
        name, given = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or name not in TOOLS:
            raise ProtocolError(INVALID_PARAMS, "Unknown tool")
        self.tell(f"tool {name}")
        if not isinstance(given, dict):
            raise ProtocolError(INVALID_PARAMS, "arguments must be an object")
        if (wrong := self.wrong_with(name, given)) is not None:
            if self.revision != LATEST:
                raise ProtocolError(INVALID_PARAMS, wrong)
            return failed(wrong)
        return self.run(name, given)

    def run(self, name, given):
        if self.broken and name in PLANTED:
            result = PLANTED[name](given, self)
            if result is not None:
                return result
        try:
            value = TOOLS[name].run(given, self)
        except ToolError as error:
            return failed(str(error))
        text = value if isinstance(value, str) else json.dumps(value)
        structure = {} if isinstance(value, str) else {"structuredContent": value}
        return {"content": [{"type": "text", "text": text}], **structure}

    def wrong_with(self, name, given):
        """Say what is wrong with the arguments of a tool; `None` if nothing is."""
        if not is_unicode(given):
            return NO_UNICODE
        if name not in self.validators:
            listed = TOOLS[name].listed["inputSchema"]
            schema = CHECKED.get(name, listed) if self.broken else listed
            self.validators[name] = jsonschema_rs.validator_for(schema, validate_formats=False)
        if self.validators[name].is_valid(given):
            return None
        return "Invalid arguments: they do not satisfy the input schema of this tool"


def whole(member, items, params):
    """Return a list that has one page."""
    if "cursor" in params:
        raise ProtocolError(INVALID_PARAMS, "Invalid cursor")
    return {member: items}


def is_unicode(value):
    """Whether all texts in a JSON value can be written in UTF-8; however deep it is."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, str):
            try:
                item.encode()
            except UnicodeEncodeError:
                return False
        elif isinstance(item, list):
            left += item
        elif isinstance(item, dict):
            left += [*item, *item.values()]
    return True
