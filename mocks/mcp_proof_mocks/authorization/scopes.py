"""Which scopes a request needs, which there are, and whether a token's are enough."""

from collections.abc import Collection, Iterable
from typing import Final

from mcp_proof_contracts.contract_authorization import AuthorizationContract
from mcp_proof_contracts.wire import as_list, as_object, parse
from mcp_proof_mocks.authorization.deviation import Deviations

NEVER_ENOUGH: Final = "never-enough"
"""A scope that is demanded and granted, and does not help."""


class Scopes:
    """The scopes of one server."""

    def __init__(self, contract: AuthorizationContract, deviations: Deviations) -> None:
        self._contract = contract
        self._never = "scopes-never-suffice" in deviations
        self._literal = "scopes-literal" in deviations
        named = [*contract.scopes, *(s for needed in contract.tools.values() for s in needed)]
        self.known = tuple(dict.fromkeys([*named, NEVER_ENOUGH] if self._never else named))
        """All there are."""

    def required(self, method: str, name: str) -> tuple[str, ...]:
        """Return what a message needs; `name` is the tool's."""
        if method != "tools/call":
            return self._contract.scopes
        needed = self._contract.tools.get(name, self._contract.scopes)
        return (*needed, NEVER_ENOUGH) if self._never else needed

    def required_by(self, body: bytes) -> tuple[str, ...]:
        """Return what a request with this body needs, all members of a batch together."""
        if not (self._contract.tools or self._never):
            return self._contract.scopes
        value = parse(body).value
        members = [as_object(item) for item in as_list(value) or [value]]
        needed = (
            self.required(
                str(member.get("method")), str(as_object(member.get("params")).get("name"))
            )
            for member in members
        )
        return tuple(dict.fromkeys(scope for scopes in needed for scope in scopes))

    def suffice(self, required: Collection[str], granted: Iterable[str]) -> bool:
        """Whether a token with the scopes `granted` may do what needs those `required`."""
        held = set(granted) - {NEVER_ENOUGH}
        return all(held.intersection(self._enough(scope)) for scope in required)

    def _enough(self, scope: str) -> list[str]:
        """The scopes that are enough where one is needed: `notes:read`, or all of `notes`."""
        parts = [] if self._literal else scope.split(":")[:-1]
        return [scope, *(":".join(parts[: length + 1]) for length in range(len(parts)))]
