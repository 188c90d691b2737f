"""The request that takes more scope, with tokens of less and of more; and what tools pass on."""

from typing import Final

from mcp_proof.canary import canary
from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof.probes.authorization.asking import ask, knock, own_token, presenting
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import CANARY, Occasion
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_object

SINCE = Revision.R2025_03_26
TELLING: Final = 8
"""Characters of a token from which on it is nowhere by chance."""


@probe("authorization-scopes", since=SINCE, transport="http")
async def scopes(driver: Driver) -> None:
    """The request with a token of too little scope, of broad scope, and with the token at hand.

    Each token has a session of its own, for a server may bind sessions to users.
    """
    occasion = driver.occasion("scoped")
    session = await driver.session()
    if occasion is None or not own_token(session):
        return
    tried = [await _tried(driver, name, occasion) for name in ("little_scope", "broad_scope")]
    if any(tried):
        await ask(session, occasion.method, occasion.params, "the token", {})


async def _tried(driver: Driver, name: str, occasion: Occasion) -> bool:
    other = presenting(driver, driver.credentials(name))
    if other is None:
        return False
    await knock(other, f"{name} elsewhere", {})
    async with other.fresh() as session:
        if session.server:
            await ask(session, occasion.method, occasion.params, name, {})
    return True


@probe("authorization-passthrough", since=Revision.R2025_06_18, transport="http")
async def passthrough(driver: Driver) -> None:
    """A tool fetches a URL of ours, where it shows whether our token comes along."""
    occasion = driver.occasion("upstream")
    session = await driver.session()
    token = own_token(session)
    if occasion is None or len(token) < TELLING:
        return
    async with canary(driver.recorder, secret=token) as bird:
        await session.call(occasion.method, as_object(_filled(occasion.params, bird.url)))


def _filled(value: Json, url: str) -> Json:
    if isinstance(value, str):
        return value.replace(CANARY, url)
    if isinstance(value, dict):
        filled: JsonObject = {name: _filled(each, url) for name, each in value.items()}
        return filled
    return [_filled(each, url) for each in value] if isinstance(value, list) else value
