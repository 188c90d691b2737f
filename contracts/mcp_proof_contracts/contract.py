"""The contract file: one YAML document that says what a server offers and answers.

Members that the protocol has keep the protocol's names (`inputSchema`, `mimeType`), so that what a
server lists can be pasted in. `answer` and the other lower-case members are ours; what each may
hold is stated once, in `contract_schema/contract.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from mcp_proof_contracts.contract_authorization import AuthorizationContract, read_authorization
from mcp_proof_contracts.contract_completions import Completed, Completions, read_completions
from mcp_proof_contracts.contract_fuzz import FuzzContract, read_fuzz
from mcp_proof_contracts.contract_load import LoadContract, read_load
from mcp_proof_contracts.contract_members import CONTENT, OUR_MEMBERS
from mcp_proof_contracts.contract_verify import VerifyContract, read_verify
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.kailash import ErrorCodes
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.secrets.contract import contract_secrets
from mcp_proof_contracts.secrets.given import GivenSecrets
from mcp_proof_contracts.wire import as_integer, as_list

Answers: TypeAlias = Literal["json", "sse"]
CacheScope: TypeAlias = Literal["public", "private"]
TaskSupport: TypeAlias = Literal["optional", "required", "forbidden"]
Duration: TypeAlias = Json
"""Milliseconds, or one distribution by its name: `{uniform: {min: 5, max: 50}}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpContract:
    """How the server behaves over HTTP."""

    answers: Answers = "json"
    """How an answer goes out before which nothing was said; what is said early makes a stream."""
    sessions: bool = True
    """Whether stateful clients get a session id."""
    allowed_hosts: tuple[str, ...] = ()
    """Names that `Host` and `Origin` may have, besides those of this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """The caching hints of 2026-07-28 (utilities/caching)."""

    ttl_ms: int = 0
    scope: CacheScope = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSettings:
    """How tools run as tasks."""

    ttl_ms: int | None = 60_000
    """`None`: for good."""
    poll_ms: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How many calls are served in any span of so many seconds."""

    calls: int
    per: float


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What must hold of a call for a case to be taken."""

    arguments: JsonObject = field(default_factory=dict[str, Json])
    schema: JsonObject | None = None
    pattern: Mapping[str, str] = field(default_factory=dict[str, str])
    call: Json = None
    """The number of the call, several numbers, or `{from: N}`."""
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens before an answer: its name in the file, and what it holds there."""

    name: str
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer, when it is given, and what happens before and after."""

    answer: JsonObject = field(default_factory=dict[str, Json])
    """A tool's `answer`, a prompt's `messages`, a resource's `text` or `blob`; or a `refusal`."""
    when: When = field(default_factory=When)
    steps: tuple[Step, ...] = ()
    then: str | None = None
    """The server's state from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool: how it is listed, and what it answers."""

    listed: JsonObject
    cases: tuple[Case, ...] = (Case(),)
    latency: Duration = None
    rate_limit: RateLimit | None = None
    requires: JsonObject = field(default_factory=dict[str, Json])
    """Capabilities that the client must have declared."""
    offered: bool = True
    task: TaskSupport = "forbidden"
    """Left out, it is what the listed `execution.taskSupport` says."""

    @property
    def name(self) -> str:
        """The tool's name."""
        return str(self.listed["name"])

    @property
    def permissions(self) -> frozenset[str]:
        """What a token must allow, by the listed `permissions`."""
        return frozenset(str(each) for each in as_list(self.listed.get("permissions")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource: how it is listed, if at first, and its one content."""

    listed: JsonObject
    cases: tuple[Case, ...]
    offered: bool = True

    @property
    def uri(self) -> str:
        """The resource's URI."""
        return str(self.listed["uri"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceTemplate:
    """A resource template: how it is listed, and the content of what it stands for."""

    listed: JsonObject
    cases: tuple[Case, ...] = ()
    """Templates over the variables of the URI; none where the template is only listed."""
    completions: Completions = field(default_factory=dict[str, Completed])


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt: how it is listed, and its messages (templates over the arguments)."""

    listed: JsonObject
    cases: tuple[Case, ...]
    offered: bool = True
    """Whether it is listed from the start."""
    completions: Completions = field(default_factory=dict[str, Completed])

    @property
    def name(self) -> str:
        """The prompt's name."""
        return str(self.listed["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerContract:
    """A server behind a gateway."""

    name: str
    contract: str | None = None
    """A contract of the library, or a file; `None` where the tools are given."""
    tools: JsonArray = ()
    """Tools as a contract file has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where executions are told to."""

    url: str
    secret: str = field(repr=False)
    remote: bool = False
    """Whether it may be on another machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one server offers."""

    info: JsonObject
    dialect: Dialect = Dialect.MCP
    errors: ErrorCodes = "json-rpc"
    instructions: str | None = None
    revisions: tuple[Revision, ...] = REVISIONS
    page_size: int = 100
    seed: int = 0
    http: HttpContract = field(default_factory=HttpContract)
    caching: Caching = field(default_factory=Caching)
    tools: tuple[Tool, ...] = ()
    resources: tuple[Resource, ...] = ()
    resource_templates: tuple[ResourceTemplate, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    documents: tuple[JsonObject, ...] = ()
    """The dataset of a ContextFrame server."""
    changes: tuple[JsonObject, ...] = ()
    """What everybody hears first who listens to the changes of that dataset."""
    servers: tuple[ServerContract, ...] = ()
    """What a gateway has behind it from the start."""
    extensions: JsonObject = field(default_factory=dict[str, Json])
    """Declared by `server/discover`: identifiers with their settings."""
    announces: tuple[str, ...] = ()
    """The lists whose changes the server declares and announces."""
    subscriptions: bool = False
    logging: bool = False
    completions: bool = False
    tasks: TaskSettings = field(default_factory=TaskSettings)
    state: str = ""
    latency: Duration = None
    on_initialized: tuple[Step, ...] = ()
    authorization: AuthorizationContract | None = None
    webhooks: tuple[Webhook, ...] = ()
    faults: JsonArray = ()
    pass_through: JsonObject | None = None
    fuzz: FuzzContract = field(default_factory=FuzzContract)
    judge: JsonObject = field(default_factory=dict[str, Json])
    """What clients promise: parameters of the scenarios of `mcp-proof judge`."""
    load: LoadContract = field(default_factory=LoadContract)
    verify: VerifyContract = field(default_factory=VerifyContract)
    secrets: GivenSecrets = field(default_factory=GivenSecrets, repr=False)
    """What is secret in all this."""


def read_contract(document: JsonObject) -> Contract:
    """Build a contract from a document that satisfies the file's schema."""
    return Contract(
        info=_object(document["info"]),
        dialect=Dialect(str(document.get("dialect", Dialect.MCP))),
        errors=cast("ErrorCodes", document.get("errors", "json-rpc")),
        instructions=cast("str | None", document.get("instructions")),
        revisions=_revisions(document.get("revisions")),
        page_size=as_integer(document.get("page_size", 100)),
        seed=as_integer(document.get("seed", 0)),
        http=_http(_object(document.get("http", {}))),
        caching=_caching(_object(document.get("caching", {}))),
        tools=tuple(_tool(item) for item in _objects(document.get("tools"))),
        resources=tuple(_resource(item) for item in _objects(document.get("resources"))),
        resource_templates=tuple(
            _template(item) for item in _objects(document.get("resource_templates"))
        ),
        prompts=tuple(_prompt(item) for item in _objects(document.get("prompts"))),
        documents=tuple(_objects(document.get("documents"))),
        changes=tuple(_objects(document.get("changes"))),
        servers=tuple(_server(item) for item in _objects(document.get("servers"))),
        extensions=_object(document.get("extensions", {})),
        announces=_strings(document.get("announces")),
        subscriptions=bool(document.get("subscriptions", False)),
        logging=bool(document.get("logging", False)),
        completions=bool(document.get("completions", False)),
        tasks=_tasks(_object(document.get("tasks", {}))),
        state=cast("str", document.get("state", "")),
        latency=document.get("latency"),
        on_initialized=_steps(document.get("on_initialized")),
        authorization=None
        if "authorization" not in document
        else read_authorization(_object(document["authorization"])),
        webhooks=tuple(_webhook(item) for item in _objects(document.get("webhooks"))),
        faults=cast("JsonArray", document.get("faults", ())),
        pass_through=cast("JsonObject | None", document.get("pass_through")),
        fuzz=read_fuzz(_object(document.get("fuzz", {}))),
        load=read_load(_object(document.get("load", {}))),
        judge=_object(document.get("judge", {})),
        verify=read_verify(_object(document.get("verify", {}))),
        secrets=contract_secrets(document),
    )


def _tool(item: JsonObject) -> Tool:
    rate_limit = item.get("rate_limit")
    execution = _object(item.get("execution", {}))
    return Tool(
        listed={"inputSchema": {"type": "object"}, **_without(item, OUR_MEMBERS["tools"])},
        cases=_cases(item, ("answer",)),
        latency=item.get("latency"),
        rate_limit=None if rate_limit is None else _rate_limit(_object(rate_limit)),
        requires=_object(item.get("requires", {})),
        offered=bool(item.get("offered", True)),
        task=cast("TaskSupport", item.get("task", execution.get("taskSupport", "forbidden"))),
    )


def _rate_limit(limit: JsonObject) -> RateLimit:
    return RateLimit(calls=as_integer(limit["calls"]), per=cast("float", limit["per"]))


def _resource(item: JsonObject) -> Resource:
    listed = {"name": item["uri"], **_without(item, OUR_MEMBERS["resources"])}
    offered = bool(item.get("offered", True))
    return Resource(listed=listed, cases=_cases(item, CONTENT), offered=offered)


def _template(item: JsonObject) -> ResourceTemplate:
    answers = any(name in item for name in ("cases", "steps", *CONTENT))
    return ResourceTemplate(
        listed={"name": item["uriTemplate"], **_without(item, OUR_MEMBERS["resources"])},
        cases=_cases(item, CONTENT) if answers else (),
        completions=read_completions(item),
    )


def _prompt(item: JsonObject) -> Prompt:
    return Prompt(
        listed=_without(item, OUR_MEMBERS["prompts"]),
        cases=_cases(item, ("messages", "refusal")),
        offered=bool(item.get("offered", True)),
        completions=read_completions(item),
    )


def _server(item: JsonObject) -> ServerContract:
    return ServerContract(
        name=str(item["name"]),
        contract=cast("str | None", item.get("contract")),
        tools=cast("JsonArray", item.get("tools", ())),
    )


def _cases(item: JsonObject, members: tuple[str, ...]) -> tuple[Case, ...]:
    """The cases of an item; one that always holds where the item states its answer itself."""
    cases = _objects(item.get("cases")) or [item]
    return tuple(_case(case, members) for case in cases)


def _case(case: JsonObject, members: tuple[str, ...]) -> Case:
    answer = {name: case[name] for name in members if name in case}
    return Case(
        answer=_object(answer.get("answer", {})) if members == ("answer",) else answer,
        when=_when(_object(case.get("when", {}))),
        steps=_steps(case.get("steps")),
        then=cast("str | None", case.get("then")),
    )


def _when(when: JsonObject) -> When:
    return When(
        arguments=_object(when.get("arguments", {})),
        schema=cast("JsonObject | None", when.get("schema")),
        pattern=cast("Mapping[str, str]", when.get("pattern", {})),
        call=when.get("call"),
        state=cast("str | None", when.get("state")),
    )


def _steps(value: Json) -> tuple[Step, ...]:
    return tuple(Step(name, held) for step in _objects(value) for name, held in step.items())


def _webhook(item: JsonObject) -> Webhook:
    return Webhook(
        url=str(item["url"]), secret=str(item["secret"]), remote=bool(item.get("remote", False))
    )


def _caching(caching: JsonObject) -> Caching:
    scope = cast("CacheScope", caching.get("scope", "public"))
    return Caching(ttl_ms=as_integer(caching.get("ttl_ms", 0)), scope=scope)


def _tasks(tasks: JsonObject) -> TaskSettings:
    ttl_ms, poll_ms = tasks.get("ttl_ms", 60_000), as_integer(tasks.get("poll_ms", 100))
    return TaskSettings(ttl_ms=None if ttl_ms is None else as_integer(ttl_ms), poll_ms=poll_ms)


def _http(http: JsonObject) -> HttpContract:
    return HttpContract(
        answers=cast("Answers", http.get("answers", "json")),
        sessions=bool(http.get("sessions", True)),
        allowed_hosts=_strings(http.get("allowed_hosts")),
    )


def _revisions(value: Json) -> tuple[Revision, ...]:
    return tuple(sorted(Revision(name) for name in _strings(value))) or REVISIONS


def _without(mapping: JsonObject, names: frozenset[str]) -> JsonObject:
    return {name: value for name, value in mapping.items() if name not in names}


def _object(value: Json) -> JsonObject:
    return cast("JsonObject", value)


def _objects(value: Json) -> list[JsonObject]:
    return cast("list[JsonObject]", value or [])


def _strings(value: Json) -> tuple[str, ...]:
    return tuple(cast("list[str]", value or []))
