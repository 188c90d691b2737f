"""Speak one revision, and find out whether the server speaks it at all.

A server that answers at another revision breaks no clause by that, and whatever it does then
proves nothing about the revision that was asked for: no verdict could be earned.
"""

from mcp_proof.driver import Driver
from mcp_proof.errors import NotSpokenError, PeerError
from mcp_proof.first_answer import NOT_STREAMABLE, NotStreamableError, first_answer, silent
from mcp_proof.sessions.session import Answer, Session
from mcp_proof_contracts.error_codes import STATELESS_ERA, UNSUPPORTED_VERSION
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.revision import LATEST, LATEST_STATEFUL, Revision, published
from mcp_proof_contracts.wire import as_list, as_object, quote


async def pin(driver: Driver, patience: float) -> None:
    """Open the main session at the driver's revision.

    Raises:
        NotSpokenError: the server answers, but does not speak this revision.
        PeerError: the server cannot be started or reached, or does not answer.
    """
    if driver.stateless and driver.transport == "http+sse":
        await begin(driver, LATEST_STATEFUL, patience)
        raise NotSpokenError(driver.revision, "it speaks HTTP+SSE, which ended before")
    session = await driver.open()
    answer = await first_answer(session, patience)
    why = _declined(driver.revision, answer)
    if not why and driver.stateless:
        why = await _doubt_stateless(driver, session, answer)
    elif not why:
        why = await _doubt_stateful(driver, answer)
    if why:
        raise NotSpokenError(driver.revision, why)
    if answer.message is None:
        raise await silent(session, answer)
    driver.adopt(session)


async def begin(driver: Driver, revision: Revision, patience: float) -> Session:
    """Open the main session with an offer of `revision`, whatever comes of it.

    Raises:
        PeerError: the server cannot be started or reached, or does not answer.
    """
    session = await driver.open(revision=revision)
    answer = await first_answer(session, patience)
    if answer.message is None:
        raise await silent(session, answer)
    driver.adopt(session)
    return session


def _declined(revision: Revision, answer: Answer) -> str:
    """What the server itself says in place of the revision; empty when it says nothing else."""
    if answer.result is not None:
        other = published(answer.result.get("protocolVersion"))
        return f"it answers `initialize` with {other}" if other not in (None, revision) else ""
    if answer.message is None:
        return ""
    code = answer.message.error_code
    data = as_object(answer.message.error.get("data"))
    offered = [version for version in as_list(data.get("supported")) if isinstance(version, str)]
    if offered and revision not in offered:
        return f"it refuses it with error {code}, and offers {', '.join(offered)}"
    return f"it refuses it with error {code}" if code == UNSUPPORTED_VERSION else ""


async def _doubt_stateful(driver: Driver, answer: Answer) -> str:
    """Why a server that does not agree to `initialize` is of the other era; empty if it is not."""
    if answer.result is not None:
        return ""
    modern = await _ask(driver, LATEST)
    return "it answers `server/discover`, but not `initialize`" if _is_stateless(modern) else ""


async def _doubt_stateless(driver: Driver, session: Session, answer: Answer) -> str:
    """Why a server that does not know `server/discover` is of the other era; empty if it is not.

    Raises:
        NotStreamableError: it may speak HTTP+SSE.
    """
    if _is_stateless(answer) or await _lists_statelessly(session):
        return ""
    agreed = await _ask(driver, LATEST_STATEFUL)
    if agreed.result is not None and "protocolVersion" in agreed.result:
        version = agreed.result["protocolVersion"]
        told = published(version) or quote(version)
        return f"it answers `initialize` with {told}, but not `server/discover`"
    if answer.message is None and agreed.message is None and agreed.status in NOT_STREAMABLE:
        raise NotStreamableError(str(await silent(session, answer)))
    return ""


def _is_stateless(answer: Answer) -> bool:
    """Whether only the stateless era answers `server/discover` so."""
    if answer.result is not None:
        return "supportedVersions" in answer.result or "resultType" in answer.result
    return answer.message is not None and answer.message.error_code in STATELESS_ERA


async def _lists_statelessly(session: Session) -> bool:
    """Whether a list comes as only the stateless era gives it: a server may lack discovery."""
    for _, method, _ in LISTS:
        if not session.alive:
            break
        answer = await session.request(method)
        if answer.result is not None:
            return "resultType" in answer.result
    return False


async def _ask(driver: Driver, revision: Revision) -> Answer:
    """Introduce ourselves at another revision, on a connection of its own."""
    try:
        async with driver.fresh(start=False, revision=revision) as session:
            return await session.start()
    except PeerError as error:
        return Answer(None, why=str(error))  # the first connection is what counts
