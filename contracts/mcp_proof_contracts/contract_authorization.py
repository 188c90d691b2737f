"""The contract file's `authorization`: who may ask the server, and how a client gets to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast, get_args

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

Scheme: TypeAlias = Literal["bearer", "api-key", "jwt", "oauth"]
Algorithm: TypeAlias = Literal["HS256", "RS256"]
ClientAuthentication: TypeAlias = Literal["none", "client_secret_basic", "client_secret_post"]

ALL_METHODS: Final[tuple[ClientAuthentication, ...]] = get_args(ClientAuthentication)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientContract:
    """A client that the authorization server knows from the start."""

    client_id: str
    redirect_uris: tuple[str, ...]
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationContract:
    """What a request must present, and how the authorization server behaves."""

    scheme: Scheme
    keys: tuple[str, ...] = field(default=(), repr=False)
    """The accepted bearer tokens or API keys; none: one is made at start."""
    algorithm: Algorithm = "HS256"
    """Signs the tokens of the scheme `jwt`; those of `oauth` are always signed with RS256."""
    secret: str | None = field(default=None, repr=False)
    """Signs HS256 tokens; `None`: one is made at start."""
    scopes: tuple[str, ...] = ()
    """What a request needs."""
    tools: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What a call of these tools needs instead."""
    permissions: tuple[str, ...] | None = None
    """The claim `permissions` of tokens (scheme `jwt`); `None`: all that tools demand."""
    expires_in: int = 3600
    """Seconds for which an access token is valid."""
    clients: tuple[ClientContract, ...] = ()
    client_authentication: tuple[ClientAuthentication, ...] = ALL_METHODS
    """How clients may authenticate at the token endpoint."""
    variants: tuple[str, ...] = ()
    """Lawful ways of doing things differently."""
    misbehave: tuple[str, ...] = ()
    """Rules to break."""


def read_authorization(value: JsonObject) -> AuthorizationContract:
    """Read a document that is valid by `contract_schema/authorization.json`."""
    secret = value.get("secret")
    return AuthorizationContract(
        scheme=cast("Scheme", value["scheme"]),
        keys=_texts(value.get("keys")),
        algorithm=cast("Algorithm", value.get("algorithm", "HS256")),
        secret=None if secret is None else str(secret),
        scopes=_texts(value.get("scopes")),
        tools={name: _texts(needed) for name, needed in as_object(value.get("tools")).items()},
        permissions=None if "permissions" not in value else _texts(value["permissions"]),
        expires_in=int(cast("float", value.get("expires_in", 3600))),
        clients=tuple(_client(as_object(item)) for item in as_list(value.get("clients"))),
        client_authentication=cast(
            "tuple[ClientAuthentication, ...]", _texts(value.get("client_authentication"))
        )
        or ALL_METHODS,
        variants=_texts(value.get("variants")),
        misbehave=_texts(value.get("misbehave")),
    )


def _client(item: JsonObject) -> ClientContract:
    secret = item.get("client_secret")
    return ClientContract(
        client_id=str(item["client_id"]),
        redirect_uris=_texts(item["redirect_uris"]),
        client_secret=None if secret is None else str(secret),
    )


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(str(item) for item in as_list(value))
