"""Requests with the token at hand, with none, and with such as must not be accepted."""

from http import HTTPStatus

from mcp_proof.driver import Driver
from mcp_proof.json_web_token import forgeries
from mcp_proof.probe import probe
from mcp_proof.probes.authorization.asking import NOTHING, ask, harmless, knock, own_token
from mcp_proof.transports.connection import Headers, Sending
from mcp_proof_contracts.revision import Revision

SINCE = Revision.R2025_03_26
GARBAGE = "mcp-proof-no-token-of-anybody"


@probe("authorization", since=SINCE, transport="http")
async def authorization(driver: Driver) -> None:
    """The same requests with the token at hand, then without one: in a session, and by a newcomer.

    What is refused without a token is asked again with tokens that nobody made.
    """
    session = await driver.session()
    token = own_token(session)
    if not token:
        return
    guarded: list[str] = []
    for method in harmless(driver, session):
        await ask(session, method, None, "the token", {})
        if _refuses(await ask(session, method, None, "no token", NOTHING)):
            guarded.append(method)
    at_the_door = _refuses(await knock(driver, "newcomer", NOTHING))
    if not at_the_door and not guarded:
        return
    for case, headers in _invalid(driver, token).items():
        if at_the_door:
            await knock(driver, case, headers)
        else:
            await ask(session, guarded[0], None, case, headers)


def _refuses(sending: Sending) -> bool:
    return sending.status not in (None, HTTPStatus.OK)


def _invalid(driver: Driver, token: str) -> dict[str, Headers]:
    """Tokens that must not be accepted, by what they are."""
    invalid: dict[str, Headers] = {"a token of nobody": {"Authorization": f"Bearer {GARBAGE}"}}
    for case, forged in forgeries(token):
        driver.recorder.mask.hide([forged])
        invalid[case] = {"Authorization": f"Bearer {forged}"}
    expired = driver.credentials("expired")
    if expired is not None:
        invalid["an expired token"] = expired
    return invalid


@probe("authorization-audience", since=Revision.R2025_06_18, transport="http")
async def audience(driver: Driver) -> None:
    """A newcomer with a token that was made for another server."""
    credentials = driver.credentials("other_audience")
    if credentials is not None and own_token(await driver.session()):
        await knock(driver, "another audience", credentials)
