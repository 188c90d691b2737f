"""Find out which revision a server speaks: `server/discover` first, then `initialize`."""

from dataclasses import replace
from time import monotonic
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.errors import NotSpokenError, PeerError
from mcp_proof.first_answer import NotStreamableError, first_answer, silent
from mcp_proof.pinned import begin, pin
from mcp_proof.recorder import Recorder, current_probe
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.sessions.session import Answer, Session
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof.targets import AsgiTarget, Reachable, UrlTarget
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof_contracts.error_codes import STATELESS_ERA
from mcp_proof_contracts.reading import NEGOTIATION
from mcp_proof_contracts.revision import (
    LATEST,
    LATEST_STATEFUL,
    REVISIONS,
    Era,
    Revision,
    published,
)
from mcp_proof_contracts.wire import as_list, as_object, quote

ANYONE: Final = ClientProfile()
START_PATIENCE: Final = 4
"""How many times longer the very first answer may take: package runners download first."""


async def introduce(
    target: Reachable,
    recorder: Recorder,
    pinned: Revision | None,
    timeout: float,
    profile: ClientProfile = ANYONE,
) -> Driver:
    """Return a driver with a started session at `pinned`, or at the newest revision both speak.

    Args:
        target: the server.
        recorder: where everything is recorded.
        pinned: the revision to speak; `None` finds out.
        timeout: seconds to wait for one answer.
        profile: the client that the server meets.

    Raises:
        NotSpokenError: the server does not speak `pinned`.
        PeerError: the server cannot be started or reached, or never answers.
    """
    token = current_probe.set(NEGOTIATION)
    driver = Driver(target, recorder, pinned or LATEST, timeout, profile)
    longest = START_PATIENCE * timeout
    begun = monotonic()
    try:
        try:
            await _start(driver, pinned, longest)
        except NotStreamableError as refusal:
            await _start_over_http_sse(driver, pinned, longest, refusal)
    except BaseException:
        await driver.close()  # nobody else knows the processes that were started
        raise
    finally:
        current_probe.reset(token)
    driver.started_in = monotonic() - begun
    # Its processes or containers may need as long again, and longer beside what runs by then.
    driver.patience = min(longest, max(timeout, START_PATIENCE * driver.started_in))
    return driver


async def _start(driver: Driver, pinned: Revision | None, patience: float) -> None:
    if pinned is not None:
        await pin(driver, patience)
    elif driver.transport == "http+sse":  # it ended before the stateless era began
        driver.revision = (await begin(driver, LATEST_STATEFUL, patience)).revision
    else:
        await _detect(driver, patience)


async def _start_over_http_sse(
    driver: Driver, pinned: Revision | None, patience: float, refusal: PeerError
) -> None:
    """Begin anew over the older transport; the URL may be that of its event stream."""
    assert isinstance(driver.target, UrlTarget | AsgiTarget)
    driver.target = replace(driver.target, transport="http+sse")
    try:
        await _start(driver, pinned, patience)
    except NotSpokenError:
        raise
    except PeerError as error:
        raise PeerError(f"{refusal}\nIt does not speak HTTP+SSE either: {error}") from error
    recorder = driver.recorder
    recorder.correct(replace(recorder.transcript.header, transport=driver.transport))


async def _detect(driver: Driver, patience: float) -> None:
    session = await driver.open()
    answer = await first_answer(session, patience)
    common = _common(answer)
    if common is not None:
        driver.revision = session.revision = common
        if answer.result is None:
            await session.start()
        driver.adopt(session)
        return
    driver.revision = LATEST_STATEFUL
    legacy = await _fall_back(driver, session, answer, patience)
    driver.revision = legacy.revision
    driver.adopt(legacy)


def _common(answer: Answer) -> Revision | None:
    """The newest stateless revision the server named, when its answer is a modern one.

    Raises:
        PeerError: it named revisions, and none that is known.
    """
    if answer.message is None:
        return None
    if answer.result is not None:
        if "supportedVersions" not in answer.result:
            return None  # an answer in another sense
        offered = as_list(answer.result["supportedVersions"])
        # A list that is empty or wrong is a fault to judge, not another era.
        default = LATEST if not any(isinstance(item, str) for item in offered) else None
    elif answer.message.error_code in STATELESS_ERA:
        offered, default = (
            as_list(as_object(answer.message.error.get("data")).get("supported")),
            None,
        )
    else:
        return None
    known = [r for r in map(published, offered) if r is not None]
    if not known and default is None and offered:
        raise PeerError(
            f"no revision in common: the server offers {quote(list(offered))}, mcp-proof knows "
            f"{', '.join(REVISIONS)}"
        )
    return max((r for r in known if r.era is Era.STATELESS), default=default)


async def _fall_back(
    driver: Driver, session: Session, first: Answer, patience: float
) -> StatefulSession:
    """Begin the stateful handshake: on the same process while it lives, otherwise on a new one."""
    same = isinstance(session.connection, StdioConnection) and session.alive
    if same and first.message is not None:
        legacy = StatefulSession(
            session.connection,
            driver.recorder,
            LATEST_STATEFUL,
            profile=driver.profile,
            timeout=driver.timeout,
        )
    else:
        await session.close()
        opened = await driver.open()
        assert isinstance(opened, StatefulSession)
        legacy = opened
        if session.hung:
            patience = driver.timeout  # whatever a first start prepares is there by now
    answer = await first_answer(legacy, patience)
    if answer.message is None:
        why = f"{first.why} to server/discover, {answer.why} to initialize"
        raise await silent(legacy, replace(answer, why=why) if first.why else answer)
    return legacy
