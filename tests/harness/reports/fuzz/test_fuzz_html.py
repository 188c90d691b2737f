"""The page of a campaign, taken apart, and seen in a browser."""

from collections.abc import Iterator

import pytest
from browser import Browser, Tab, needs_browser, running_browser
from campaigns import FORBIDDEN, advice, campaign, failure
from lxml import html
from runs import HOSTILE

from mcp_proof.reports.fuzz import FORMATS

PLENTY = campaign(
    failure(),
    failure(message=HOSTILE, actual="x" * 3000, reproduced=False),
    advice(case=[{"tool": "quote", "arguments": {"kilograms": 2}}] * 2),
    not_tried=(("tool drop", FORBIDDEN), (f"tool {'long' * 30}", FORBIDDEN)),
    faults=("Traceback\nZeroDivisionError",),
)


def page(*runs) -> html.HtmlElement:
    return html.document_fromstring(FORMATS["html"](runs))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def groups(document: html.HtmlElement) -> dict[str, list[str]]:
    return {
        text(next(group.iter("h4"))): [text(item) for item in group.find_class("rule")]
        for group in document.find_class("group")
    }


def test_it_begins_with_what_the_campaign_came_to():
    document = page(campaign(failure()))
    assert text(next(document.iter("h2"))) == "shop 1.0"
    [told] = document.find_class("headline")
    assert text(told) == "The run fails: 1 failure."


def test_what_fails_the_run_comes_first_and_what_was_not_tried_is_no_pass():
    document = page(campaign(failure(), advice(), not_tried=(("tool drop", FORBIDDEN),)))
    found = groups(document)
    assert list(found) == ["Failures 1", "Warnings and advice 1", "Not judged 1", "No failure 1"]
    assert found["Not judged 1"] == [f"{FORBIDDEN}tool drop"]
    assert found["No failure 1"] == ["tool add10 cases"]


def test_a_failure_has_its_input_and_the_command_that_sends_it_again():
    [item] = page(campaign(failure(), fine=())).find_class("rule")
    assert [text(part) for part in item.find_class("input")] == ['{"by": 0}']
    [command] = item.find_class("command")
    assert text(command) == "mcp-proof fuzz --case '{}' -- python server.py"


def test_what_only_a_command_shows_has_no_input_and_advice_is_no_failure():
    document = page(campaign(advice("POST /execute", case=None), fine=()))
    [told] = document.find_class("headline")
    assert text(told) == "The run passes: no failure was found, but 1 piece of advice."
    assert not document.find_class("input")


def test_nothing_a_server_says_is_markup_and_no_secret_is_told():
    run = campaign(failure(HOSTILE, message=HOSTILE, actual="hunter-22"), secrets=("hunter-22",))
    document = page(run)
    [script] = document.iter("script")
    assert "alert" not in script.text
    assert b"hunter-22" not in FORMATS["html"]([run])


def test_several_campaigns_are_told_one_after_the_other():
    document = page(campaign(failure()), campaign(name="other"))
    assert [text(title) for title in document.iter("h2")] == ["2 servers", "shop 1.0", "other 1.0"]
    assert len({item.get("id") for item in document.iter("li") if item.get("id")}) == 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@needs_browser
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_can_be_read_and_asks_nobody(width, dark, browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(FORMATS["html"]([PLENTY]))
    tab = Tab(browser, width=width, dark=dark)
    tab.open(file)
    assert tab.complaints == []
    assert tab.requests == [file.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.too_pale == []


@needs_browser
def test_a_link_leads_to_its_failure_and_its_command_can_be_copied(browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(FORMATS["html"]([PLENTY]))
    tab = Tab(browser)
    tab.open(file)
    tab.click(".causes a")
    tab.until("document.querySelector(':target')?.matches('.rule.violated')")
    tab.click(".copy")
    tab.until("document.querySelector('.copy').textContent === 'Copied'")
