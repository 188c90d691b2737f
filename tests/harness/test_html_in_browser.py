"""The HTML report in a real browser: what is seen, what can be pressed, and who is asked."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, Tab, needs_browser, running_browser
from runs import MUST, passed, run, untested, violated

from mcp_proof.reports.html import html_report
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.tally import Tally
from mcp_proof.targets import MemoryTarget
from mcp_proof_contracts.revision import STATEFUL, Revision
from mcp_proof_mocks.server import MockServer

pytestmark = needs_browser

SHOULD = "tools-name-unique"
VISIBLE = "[...document.querySelectorAll('.rule')].filter((rule) => rule.checkVisibility())"


def verified(*faults: str) -> Tally:
    tally = Tally(asked=Revision.R2025_11_25)

    async def consume() -> None:
        target = MemoryTarget(MockServer("everything", list(faults)))
        async for event in Verification(target, VerifyOptions(revision=tally.asked)).events():
            tally.take(event)

    asyncio.run(consume())
    return tally


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """The report of one server, with two faults."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(html_report([verified(MUST, SHOULD)]))
    return path


@pytest.fixture(scope="module")
def matrix(tmp_path_factory) -> Path:
    """The report of three servers at four revisions."""
    path = tmp_path_factory.mktemp("matrix") / "report.html"
    runs = [
        run(passed(MUST) if number else violated(MUST), untested(SHOULD), peer=peer, revision=at)
        for number, at in enumerate(STATEFUL)
        for peer in ("https://one.example/mcp", "python two.py", "node three.js")
    ]
    path.write_bytes(html_report(runs))
    return path


@pytest.fixture(scope="module")
def lost(tmp_path_factory) -> Path:
    """The report of a server that could not be started."""
    path = tmp_path_factory.mktemp("lost") / "report.html"
    path.write_bytes(html_report([run(revision=None, lost="cannot start it")]))
    return path


@pytest.fixture
def tab(browser, report) -> Tab:
    tab = Tab(browser)
    tab.open(report)
    return tab


def ids(tab: Tab) -> list[str]:
    """The rules that are seen."""
    return tab.evaluate(f"{VISIBLE}.map((rule) => rule.id.replace('run-1-', ''))")


def seen(tab: Tab, name: str) -> set[str]:
    """Which verdicts, levels or areas the rules have that are seen."""
    return set(tab.evaluate(f"{VISIBLE}.map((rule) => rule.dataset.{name})"))


def says(tab: Tab) -> str:
    return tab.evaluate("document.querySelector('#shown').value")


def count(tab: Tab) -> int:
    return tab.evaluate("document.querySelectorAll('.rule').length")


def choose(tab: Tab, name: str, value: str) -> None:
    tab.click(f'#filters label:has([name="{name}"][value="{value}"])')


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("which", ["report", "matrix", "lost"])
def test_the_page_fits_and_can_be_read_and_asks_nobody(which, width, dark, browser, request):
    path = request.getfixturevalue(which)
    tab = Tab(browser, width=width, dark=dark)
    tab.open(path)
    tab.evaluate("document.querySelectorAll('details').forEach((folded) => (folded.open = true))")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.too_pale == []
    assert tab.requests == [path.as_uri()]
    assert tab.complaints == []


def test_a_screenshot_shows_the_verdicts_in_their_colours(browser, report):
    for dark in (False, True):
        tab = Tab(browser, dark=dark)
        tab.open(report)
        colours = tab.colours(tab.screenshot())
        assert len(colours) > 50
        assert max(colours.values()) < 0.9 * sum(colours.values())
        for verdict in ("passed", "violated"):
            drawn = tab.evaluate(f"getComputedStyle(document.querySelector('rect.{verdict}')).fill")
            assert colours.get(drawn, 0) > 100, verdict
        ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(map(int, ground[4:-1].split(",")))
        assert (brightness < 150) is dark


def test_the_verdict_chooses_what_is_seen(tab):
    everything = count(tab)
    seen_by_verdict: dict[str, int] = {}
    for verdict in ("violated", "untested", "passed"):
        choose(tab, "verdict", verdict)
        assert seen(tab, "verdict") == {verdict}
        assert says(tab) == f"{len(ids(tab))} of {everything} rules are shown"
        seen_by_verdict[verdict] = len(ids(tab))
    assert seen_by_verdict["violated"] == 2
    assert sum(seen_by_verdict.values()) == everything
    choose(tab, "verdict", "")
    assert len(ids(tab)) == everything
    assert tab.complaints == []


def test_what_is_chosen_is_chosen_together(tab):
    choose(tab, "level", "MUST")
    assert seen(tab, "level") == {"MUST"}
    choose(tab, "verdict", "violated")
    assert ids(tab) == [MUST]
    choose(tab, "level", "ADVICE")
    assert ids(tab) == []
    assert says(tab) == "no rule fits"
    tab.click("#clear")
    assert len(ids(tab)) == count(tab)


def test_an_area_is_chosen_in_the_list_or_in_the_chart(tab):
    tab.evaluate("document.querySelector('#area').focus()")
    tab.press("p")  # the first area with this letter
    assert seen(tab, "area") == {"pagination"}
    tab.click(".coverage th[data-area=tools] button")
    assert seen(tab, "area") == {"tools"}
    assert tab.evaluate("document.querySelector('#area').value") == "tools"


def test_the_search_finds_words_in_any_order_in_ids_requirements_and_findings(tab):
    tab.click("#search")
    tab.write("unique TOOLS")
    assert SHOULD in ids(tab)
    assert len(ids(tab)) < 10
    tab.click("#clear")
    tab.click("#search")
    tab.write("is listed 2 times")  # as only a finding says
    assert ids(tab) == [SHOULD]


def test_a_link_brings_back_a_rule_that_is_filtered_out(tab):
    for _ in range(2):  # the second time the address stays the same
        choose(tab, "verdict", "passed")
        assert MUST not in ids(tab)
        tab.click(f".causes a[href$={MUST}]")
        assert MUST in ids(tab)
        top = tab.evaluate(f"document.querySelector('#run-1-{MUST}').getBoundingClientRect().top")
        bottom = tab.evaluate("document.querySelector('#filters').getBoundingClientRect().bottom")
        assert bottom <= top < 450


def test_evidence_is_folded_until_it_is_asked_for(tab):
    opened = "document.querySelectorAll('.evidence[open]').length"
    everything = tab.evaluate("document.querySelectorAll('.evidence').length")
    assert tab.evaluate(opened) == 0 < everything
    tab.click(".evidence summary")
    assert tab.evaluate(opened) == 1
    tab.click("#unfold")
    assert tab.evaluate(opened) == everything
    tab.click("#unfold")
    assert tab.evaluate(opened) == 0


def test_the_command_that_reproduces_a_finding_is_copied(tab):
    grant = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    tab.ask("Browser.grantPermissions", **grant)
    tab.click(".command button")
    tab.until("document.querySelector('.command button').textContent === 'Copied'")
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert copied == tab.evaluate("document.querySelector('.command code').textContent")
    assert copied.startswith(f"mcp-proof verify --revision 2025-11-25 --only {MUST}")


def test_the_filters_are_used_from_the_keyboard_and_show_where_one_is(tab):
    tab.evaluate("document.querySelector('[name=verdict]').focus()")
    tab.press("ArrowRight")
    assert seen(tab, "verdict") == {"violated"}
    focused = "getComputedStyle(document.activeElement.parentElement).outlineStyle"
    assert tab.evaluate(focused) == "solid"
    for where in ("level", "area", "search", "clear", "unfold"):
        tab.press("Tab")
        assert tab.evaluate("document.activeElement.name || document.activeElement.id") == where


def test_without_scripts_everything_is_there_and_nothing_that_does_not_work(browser, report):
    tab = Tab(browser)
    tab.ask("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(report)
    assert len(ids(tab)) == count(tab) > 50
    assert not tab.evaluate("document.querySelector('#filters').checkVisibility()")
    assert tab.evaluate("document.querySelectorAll('button:not(#filters *)').length") == 0


def test_the_matrix_leads_to_a_run_and_filters_leave_only_runs_with_such_rules(browser, matrix):
    tab = Tab(browser)
    tab.open(matrix)
    assert ids(tab) == []
    tab.click(".matrix a[href='#run-2']")
    assert tab.evaluate("document.querySelector('#run-2').open")
    assert len(ids(tab)) == 2
    choose(tab, "verdict", "violated")
    runs = "[...document.querySelectorAll('.run')].filter((run) => run.checkVisibility())"
    assert tab.evaluate(f"{runs}.map((run) => run.id)") == ["run-1", "run-2", "run-3"]
    assert tab.evaluate("document.querySelector('#run-1 .number').textContent") == "1 rule"
