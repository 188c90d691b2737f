"""Which of our definitions is compared with which official one, and what may differ.

Every official definition is either paired or excused with a reason; a new one that is neither
makes the comparison fail.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.schema_layers import MessageType, composed, pointer_to

Definitions = dict[str, Any]

MESSAGES: Final = ("request:", "result:", "notification:", "input:", "ErrorResponse", "Batch")

NAMES: Final = {
    "BaseMetadata": "Named",
    "BlobResourceContents": "ResourceBlob",
    "BooleanSchema": "BooleanField",
    "CallToolRequestParams": "CallToolParams",
    "CancelTaskResult": "TaskResult",
    "CancelledNotificationParams": "CancelledParams",
    "CompleteRequestParams": "CompleteParams",
    "CreateMessageRequestParams": "CreateMessageParams",
    "ElicitRequestFormParams": "FormElicitParams",
    "ElicitRequestParams": "ElicitParams",
    "ElicitRequestURLParams": "UrlElicitParams",
    "EmptyResult": "Result",
    "GetPromptRequestParams": "GetPromptParams",
    "GetTaskPayloadResult": "Result",
    "GetTaskResult": "TaskResult",
    "InitializeRequestParams": "InitializeParams",
    "InputRequest": "AnyInputRequest",
    "InputResponse": "AnyInputResponse",
    "InputResponseRequestParams": "RetryParams",
    "JSONRPCBatchRequest": "BatchRequest",
    "JSONRPCBatchResponse": "BatchResponse",
    "JSONRPCNotification": "Notification",
    "JSONRPCRequest": "Request",
    "JSONRPCResultResponse": "Response",
    "LoggingLevel": "LogLevel",
    "LoggingMessageNotificationParams": "LogParams",
    "MetaObject": "Meta",
    "NotificationMetaObject": "NotificationMeta",
    "NumberSchema": "NumberField",
    "PaginatedRequestParams": "PageParams",
    "PrimitiveSchemaDefinition": "AnyField",
    "ProgressNotificationParams": "ProgressParams",
    "ReadResourceRequestParams": "ResourceParams",
    "RequestMetaObject": "RequestMeta",
    "ResourceContents": "ResourceIdentity",
    "ResourceTemplateReference": "ResourceReference",
    "ResourceUpdatedNotificationParams": "ResourceUpdatedParams",
    "ResultMetaObject": "ResultMeta",
    "SamplingMessageContentBlock": "SamplingBlock",
    "SetLevelRequestParams": "SetLevelParams",
    "StringSchema": "StringField",
    "SubscribeRequestParams": "ResourceParams",
    "SubscriptionsAcknowledgedNotificationParams": "AcknowledgedParams",
    "SubscriptionsListenRequestParams": "ListenParams",
    "SubscriptionsListenResult": "ListenResult",
    "TaskAugmentedRequestParams": "TaskableParams",
    "TaskStatusNotificationParams": "TaskStatusParams",
    "TextResourceContents": "ResourceText",
    "TitledMultiSelectEnumSchema": "ManyTitledEnumField",
    "TitledSingleSelectEnumSchema": "TitledEnumField",
    "UnsubscribeRequestParams": "ResourceParams",
    "UntitledMultiSelectEnumSchema": "ManyEnumField",
    "UntitledSingleSelectEnumSchema": "EnumField",
}
"""Official names, where ours differ."""

OLDER_NAMES: Final = {"EnumSchema": "EnumField", "JSONRPCResponse": "Response"}
"""Official names that mean something else since 2025-11-25."""

_INLINE = "stated where it is used, and compared there"
_ABSTRACT = "abstract: compared in each definition that extends it"
_CODE_ONLY = "an Error whose code is given; says nothing else"

EXCUSED: Final = {
    "Annotated": _ABSTRACT,
    "ClientResult": "accepts every result; each method's own result is compared",
    "Cursor": _INLINE,
    "EnumSchema": "a union within PrimitiveSchemaDefinition",
    "Icons": _ABSTRACT,
    "InputRequests": _INLINE,
    "InputResponses": _INLINE,
    "InternalError": _CODE_ONLY,
    "InvalidParamsError": _CODE_ONLY,
    "InvalidRequestError": _CODE_ONLY,
    "JSONArray": "any array, by exemption",
    "JSONObject": "any object, by exemption",
    "JSONRPCError": "compared as ErrorResponse",
    "JSONRPCErrorResponse": "compared as ErrorResponse, coded errors included",
    "JSONRPCMessage": "a union of the kinds of message",
    "JSONRPCResponse": "a union of result and error",
    "JSONValue": "any value, by exemption",
    "LegacyTitledEnumSchema": "narrower than another branch of the only union it is in",
    "MethodNotFoundError": _CODE_ONLY,
    "ModelHint": _INLINE,
    "MultiSelectEnumSchema": "a union within PrimitiveSchemaDefinition",
    "Notification": _ABSTRACT,
    "PaginatedRequest": _ABSTRACT,
    "PaginatedResult": _ABSTRACT,
    "ParseError": _CODE_ONLY,
    "RelatedTaskMetadata": "no definition refers to it",
    "Request": _ABSTRACT,
    "ResourceRequestParams": _ABSTRACT,
    "ResultType": _INLINE,
    "ServerResult": "accepts every result; each method's own result is compared",
    "SingleSelectEnumSchema": "a union within PrimitiveSchemaDefinition",
    "SubscriptionsListenResultMetaObject": _INLINE,
    "TaskMetadata": _INLINE,
    "TaskStatus": _INLINE,
    "ToolExecution": _INLINE,
}
"""Official definitions that have no counterpart, and why."""

CODED_ERRORS: Final = {
    "HeaderMismatchError": ("HeaderMismatch", -32020),
    "MissingRequiredClientCapabilityError": ("MissingCapability", -32021),
    "UnsupportedProtocolVersionError": ("UnsupportedVersion", -32022),
    "URLElicitationRequiredError": ("UrlElicitationRequired", -32042),
}
"""Official error messages, our definitions of their `error`, and their codes."""

UNIONS: Final = {
    "ClientRequest": ("request", "client"),
    "ServerRequest": ("request", "server"),
    "ClientNotification": ("notification", "client"),
    "ServerNotification": ("notification", "server"),
}
"""What a side may send: compared with our tables."""


TASKS: Final = {
    "CancelTaskResult": "Acknowledged",
    "CreateTaskResult": "CreateTaskResult",
    "DetailedTask": "DetailedTask",
    "GetTaskResult": "GetTaskResult",
    "Task": "Task",
    "TaskStatusNotificationParams": "TaskStatusParams",
    "UpdateTaskResult": "Acknowledged",
}
"""Official names of the tasks extension, and ours."""
SAFE: Final = 2**53 - 1
TASK_REQUESTS: Final = {
    "GetTask": "TaskIdParams",
    "UpdateTask": "UpdateTaskParams",
    "CancelTask": "TaskIdParams",
}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two schemas, each relative to its side's definitions, that must give the same verdicts."""

    name: str
    official: Mapping[str, Any]
    ours: Mapping[str, Any]

    @property
    def is_message(self) -> bool:
        """Whether it judges messages as they are on the wire, or as they are within a result."""
        return self.name.startswith(MESSAGES)


def pairs_of(revision: Revision, official: Mapping[str, Any]) -> Iterator[Pair]:
    """All that is compared for a revision.

    Raises:
        LookupError: An official definition is neither paired nor excused.
    """
    yield from _responses(revision, official)
    yield _error_response(official)
    names = NAMES | OLDER_NAMES if _is_older(official) else NAMES
    for name, schema in official.items():
        of_a_method = name.endswith("ResultResponse") and name != "JSONRPCResultResponse"
        if name in names or (name not in EXCUSED and not of_a_method):
            label, ours = _counterpart(revision, name, names, schema)
            yield Pair(name=label, official=_whole(official, name), ours=ours)


def pairs_of_tasks(official: Mapping[str, Any]) -> Iterator[Pair]:
    """All that is compared for the tasks extension.

    Its requests refer to an envelope without metadata, so that only their params are compared.
    """
    for name, ours in TASKS.items():
        yield Pair(name=f"result:{name}", official=_ref(name), ours=_ref(ours))
    filtered = {"type": "object", "properties": {"taskIds": _ref("Strings")}}
    name = "TaskSubscriptionNotifications"
    yield Pair(name=f"request:{name}", official=_ref(name), ours=filtered)
    for stem, ours in TASK_REQUESTS.items():
        schema = official[f"{stem}Request"]["allOf"][-1]["properties"]["params"]
        theirs = {"allOf": [schema, {"properties": {"_meta": {}}, "required": ["_meta"]}]}
        yield Pair(name=f"request:{stem}", official=theirs, ours=_without_meta(ours))


def _without_meta(params: str) -> Mapping[str, Any]:
    """Params of ours, with metadata that is there but not looked at: that is the envelope's."""
    schema = composed("tasks-extension").definitions[params]
    assert isinstance(schema, Mapping)
    properties = cast("Mapping[str, Any]", schema["properties"])
    return {**schema, "properties": {**properties, "_meta": {}}}


def _is_older(official: Mapping[str, Any]) -> bool:
    """Whether the official schema is of 2025-06-18 or before, when messages came in two parts."""
    return "JSONRPCResultResponse" not in official


def _whole(official: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An official definition; that of an older message together with the envelope it goes in."""
    kind = next((kind for kind in ("Request", "Notification") if name.endswith(kind)), None)
    if not _is_older(official) or kind is None or name.startswith("JSONRPC"):
        return _ref(name)
    return {"allOf": [_ref(f"JSONRPC{kind}"), _ref(name)]}


def _counterpart(
    revision: Revision, name: str, names: Mapping[str, str], schema: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any]]:
    """Ours for an official definition, with a label."""
    known = composed(revision).definitions
    method = schema.get("properties", {}).get("method", {}).get("const")
    if name in UNIONS:
        return name, _sent_by(revision, *UNIONS[name])
    if name in CODED_ERRORS:
        body = {"properties": {"error": _ref(CODED_ERRORS[name][0])}}
        return name, {"allOf": [_ref("ErrorResponse"), body]}
    for ours in (
        f"request:{method}",
        f"notification:{method}",
        f"input:{method}",
        names.get(name, name),
    ):
        if ours in known:
            return ours if method or ours == name else f"{ours} = {name}", _ref(ours)
    raise LookupError(f"{revision}: nothing of ours is compared with the official {name}")


def _sent_by(revision: Revision, kind: str, side: Any) -> Mapping[str, Any]:
    tables = composed(revision)
    table = tables.requests if kind == "request" else tables.notifications
    return {"anyOf": [_ref(f"{kind}:{m}") for m, row in table.items() if row.comes_from(side)]}


def _responses(revision: Revision, official: Mapping[str, Any]) -> Iterator[Pair]:
    for method, row in composed(revision).requests.items():
        if row.sender != "input":
            schema = _official_response(official, row)
            yield Pair(name=f"result:{method}", official=schema, ours=_ref(f"result:{method}"))


def _official_response(official: Mapping[str, Any], row: MessageType) -> Mapping[str, Any]:
    """The official response to a method; before 2026-07-28 put together from its parts."""
    stem = next(
        name.removesuffix("Request")
        for name, schema in official.items()
        if schema.get("properties", {}).get("method", {}).get("const") == row.method
    )
    if f"{stem}ResultResponse" in official:
        return _ref(f"{stem}ResultResponse")
    own = f"{stem}Result" if f"{stem}Result" in official else "EmptyResult"
    result = _ref(own)
    if row.result is not None and row.result.endswith("Answer"):
        result = {"anyOf": [result, _ref("CreateTaskResult")]}
    envelope = "JSONRPCResponse" if _is_older(official) else "JSONRPCResultResponse"
    return {"allOf": [_ref(envelope), {"properties": {"result": result}}]}


def _error_response(official: Mapping[str, Any]) -> Pair:
    """Any error; one whose code has a definition of its own must satisfy that too."""
    coded = [
        {
            "if": {"properties": {"error": {"properties": {"code": {"const": code}}}}},
            "then": _ref(name),
        }
        for name, (_, code) in CODED_ERRORS.items()
        if name in official
    ]
    envelope = "JSONRPCError" if _is_older(official) else "JSONRPCErrorResponse"
    schema = {"allOf": [_ref(envelope), *coded]}
    return Pair(name="ErrorResponse", official=schema, ours=_ref("ErrorResponse"))


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": pointer_to(name)}


def _numbers_in_forms(official: Definitions) -> None:
    """`ElicitResult.content` is typed integer; schema.ts says number, as NumberSchema implies."""
    if "ElicitResult" in official:
        content = official["ElicitResult"]["properties"]["content"]["additionalProperties"]
        for branch in content.get("anyOf", [content]):
            if isinstance(branch.get("type"), list):
                branch["type"] = ["string", "number", "boolean"]


def _error_without_id(official: Definitions) -> None:
    """A response must have an id; Streamable HTTP lets a refusal be an error that has none."""
    if "JSONRPCError" in official:
        official["JSONRPCError"]["required"].remove("id")


def _no_empty_batch(official: Definitions) -> None:
    """A batch may be empty; 2025-03-26 basic/transports §Sending Messages says one or more."""
    for name in ("JSONRPCBatchRequest", "JSONRPCBatchResponse"):
        if name in official:
            official[name]["minItems"] = 1


def _any_json(official: Definitions) -> None:
    """`JSONValue` lacks null and fractions; schema.ts has both, and RFC 8259 calls them values."""
    if "JSONValue" in official:
        official["JSONValue"] = {}


def _answer_by_type(official: Definitions) -> None:
    """A response may be an `InputRequiredResult`, which officially accepts every typed result.

    basic §ResultType lets `resultType` say how a result is to be read, so ours does: `complete`
    is the method's own result, and only `input_required` is an InputRequiredResult.
    """
    for schema in official.values():
        result = schema.get("properties", {}).get("result", {})
        if _ref("InputRequiredResult") in result.get("anyOf", ()):
            own = next(ref for ref in result.pop("anyOf") if ref != _ref("InputRequiredResult"))
            result["allOf"] = [
                _ref("Result"),
                {"if": _typed("complete"), "then": own},
                {"if": _typed("input_required"), "then": _ref("InputRequiredResult")},
            ]


def _any_integer(official: Definitions) -> None:
    """Integers end at 2^53-1, by the tool that generated the schema; schema.ts says number."""
    _unbounded(official)


def _unbounded(schema: Any) -> None:
    for child in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(child, dict | list):
            _unbounded(child)
    if isinstance(schema, dict) and schema.get("maximum") == SAFE:
        del schema["maximum"], schema["minimum"]


def _typed(result_type: str) -> Mapping[str, Any]:
    return {"properties": {"resultType": {"const": result_type}}}


EXEMPTIONS: Final[Mapping[str, Callable[[Definitions], None]]] = {
    "numbers in forms": _numbers_in_forms,
    "error without id": _error_without_id,
    "no empty batch": _no_empty_batch,
    "any JSON": _any_json,
    "answer by resultType": _answer_by_type,
    "any integer": _any_integer,
}
"""Where ours deliberately differs: how the official definitions would have to read."""
