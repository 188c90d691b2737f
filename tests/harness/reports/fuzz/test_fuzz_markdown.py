"""The Markdown report of a campaign, as what GitHub makes of it."""

import pytest
from campaigns import FORBIDDEN, advice, campaign, failure
from lxml import html
from markdown_it import MarkdownIt
from runs import HOSTILE

from mcp_proof.reports.fuzz import FORMATS
from mcp_proof.reports.fuzz.github import tell_github
from mcp_proof.reports.fuzz.markdown import markdown_report
from mcp_proof.reports.markdown_text import CUT, LIMIT


def page(*runs) -> html.HtmlElement:
    renderer = MarkdownIt("commonmark", {"html": True})
    return html.fromstring(f"<div>{renderer.render(FORMATS['markdown'](runs).decode())}</div>")


def texts(document, tag: str) -> list[str]:
    return [element.text_content() for element in document.iter(tag)]


def test_it_begins_with_what_the_campaign_came_to():
    document = page(campaign(failure(), failure("tool add"), advice()))
    assert texts(document, "h2") == ["✗ mcp-proof fuzz: fails"]
    assert texts(document, "p")[0] == "The run fails: 2 failures and 1 piece of advice."
    assert texts(document, "strong") == ["30 cases of 3 operations"]


def test_a_failure_has_its_input_and_its_command_whole():
    command = f"mcp-proof fuzz --case {'x' * 5000} -- server"
    document = page(campaign(failure(reproduce=command)))
    assert texts(document, "h4") == ["MUST tool divide"]
    [evidence] = texts(document, "pre")
    assert 'input: {"by": 0}' in evidence
    assert f"reproduce: {command}\n" in evidence


def test_what_is_not_judged_is_told_once_for_each_reason():
    forbidden = [(f"tool t{number}", FORBIDDEN) for number in range(3)]
    document = page(campaign(not_tried=(*forbidden, ("tool add", "the server hung once"))))
    assert texts(document, "li") == [
        f"{FORBIDDEN}: tool t0, tool t1, tool t2",
        "the server hung once: tool add",
    ]
    assert "4 operations not judged, and why" in texts(document, "summary")


def test_nothing_a_server_says_is_markup():
    document = page(campaign(failure(HOSTILE, message=HOSTILE, actual=HOSTILE), name=HOSTILE))
    assert not list(document.iter("script", "a", "img", "h1"))


@pytest.mark.parametrize("limit", [300, 1000])
def test_it_is_cut_to_what_there_is_space_for(limit):
    cut = markdown_report([campaign(*(failure(f"tool t{n}") for n in range(50)))], limit)
    assert len(cut) <= limit
    assert cut.endswith(CUT.encode())


def test_a_job_is_told_by_a_summary_and_by_annotations(tmp_path, capsys):
    summary = tmp_path / "summary"
    environment = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    runs = [campaign(failure(), advice())]
    tell_github(runs, environment)
    assert summary.read_bytes() == b"\n" + markdown_report(runs, LIMIT)
    error, notice = capsys.readouterr().out.splitlines()
    assert error.startswith("::error title=MUST crash%3A tool divide::the server ended instead of")
    assert "%0Ainput: {" in error
    assert notice.startswith("::notice title=ADVICE echo%3A tool quote::")
