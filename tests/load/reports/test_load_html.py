"""The page of a run, taken apart: the verdict at a glance, charts that can be read, no secrets."""

import re

import pytest
from load_runs import (
    LOST_WORKER,
    UNJUDGED,
    crossed,
    cut_run,
    disturbed,
    limit,
    load_run,
    long_run,
    lost_run,
    measured,
    planned,
    window,
)
from lxml import html
from runs import HOSTILE

from mcp_proof_load.reports import FORMATS
from mcp_proof_load.reports.timeline import moments

CHARTS = ["Rate", "Latency over time", "Latencies", "Errors", "The server's resources"]


def page(*runs) -> html.HtmlElement:
    return html.document_fromstring(FORMATS["html"](runs).decode())


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def charts(document: html.HtmlElement) -> dict[str, html.HtmlElement]:
    return {text(next(each.iter("h4"))): each for each in document.iter("figure")}


def rows(document: html.HtmlElement, title: str) -> list[list[str]]:
    [section] = [s for s in document.iter("section") if [text(h) for h in s.iter("h3")] == [title]]
    return [[text(cell) for cell in row] for row in next(section.iter("tbody"))]


def test_the_verdict_is_the_first_that_a_reader_sees():
    document = page(long_run(30, good=False))
    [told] = document.find_class("headline")
    assert "fails" in told.classes
    assert text(told).startswith("The run fails: 12 crossed answers and 1 growing resource in")
    tiles = [text(each) for each in document.find_class("tiles")[0].iter("dt")]
    assert tiles == ["calls", "calls/s", "errors", "p50", "p95", "p99", "max"]


def test_limits_operations_and_disturbances_are_tables():
    budget = (limit(), limit("p99", 80.0, relative_to=9.0, why="Mann-Whitney: p = 0.01"))
    ended = {"complaints": {"connection refused": 2}, "found": ("the knee is at 40 users",)}
    document = page(load_run(disturbed(), LOST_WORKER, budget=budget, **ended))
    assert rows(document, "Budget") == [
        ["p95", "kept", "8 ms", "10 ms", ""],
        *[["p99", "not kept", "80 ms", "10 ms", "the saved run has 9 ms; Mann-Whitney: p = 0.01"]],
    ]
    assert [row[:4] for row in rows(document, "Operations")] == [
        *[["echo", "6", "0", "2 ms"], ["add", "2", "0", "4.01 ms"], ["all", "8", "0", "2 ms"]],
    ]
    [fault] = rows(document, "Disturbances")
    assert fault[0] == "A: reset-connection"
    assert fault[-1] == "recovered after 250 ms"
    assert "worker-2 what it did since its last report is not counted" in text(document)
    assert "2 times: connection refused" in text(document)
    assert "the knee is at 40 users" in text(document)


def test_a_limit_that_cannot_be_told_from_noise_has_a_badge_of_its_own():
    document = page(load_run(budget=(UNJUDGED,)))
    ((name, verdict, *_rest),) = rows(document, "Budget")
    assert (name, verdict) == ("relative.p95", "not judged")
    assert not document.xpath("//*[contains(@class, 'fails')]")


def test_violations_what_was_not_judged_and_what_was_never_seen_are_three_things():
    run = load_run(crossed(), plan=planned(check=0.0, untested=("add: no marker",)))
    groups = [text(next(each.iter("h4"))) for each in page(run).find_class("group")]
    assert groups == ["Violations 1", "Not judged 2", "Judged, and never seen 6"]


def test_every_chart_has_a_text_for_who_cannot_see_it_and_marks_with_units():
    document = page(long_run(60, good=False))
    found = charts(document)
    assert list(found) == CHARTS
    for chart in found.values():
        for plot in chart.find_class("plot"):
            assert plot.attrib["role"] == "img"
            assert plot.attrib["aria-label"].endswith(".")
            marks = [text(each) for each in plot.iter("text")]
            assert len(marks) >= 4
            assert not any(re.search(r"e[-+]\d|nan|inf", mark) for mark in marks)
    assert [text(each) for each in found["Rate"].find_class("mark")] == ["A", "A"]


def test_a_long_run_is_drawn_in_as_many_moments_as_can_be_seen():
    run = long_run(500)
    course = moments(run, 240)
    assert 120 <= len(course) <= 241
    assert sum(each.measured.counts.ended for each in course) == run.total.counts.ended
    assert sum(each.seconds for each in course) == pytest.approx(500)
    [line, *_] = charts(page(run))["Rate"].iter("path")
    assert line.attrib["d"].count("L") == len(course) - 1


def test_a_line_is_broken_where_nothing_was_answered():
    windows = tuple(
        window(float(at), echo=measured(broken=1) if at == 2 else measured(5.0)) for at in range(5)
    )
    chart = charts(page(load_run(windows=windows)))["Latency over time"]
    assert all(path.attrib["d"].count("M") == 2 for path in chart.iter("path"))


def test_what_is_not_there_is_not_drawn():
    assert "Errors" not in charts(page(load_run()))
    assert list(charts(page(load_run(samples=())))) == ["Rate", "Latency over time", "Latencies"]
    refused = load_run(windows=(window(1.0, echo=measured(broken=3)),), samples=())
    assert list(charts(page(refused))) == ["Rate", "Errors"]


@pytest.mark.parametrize("run", [lost_run(), cut_run(), load_run(windows=(), samples=())])
def test_a_run_without_calls_has_no_charts_and_says_so(run):
    document = page(run)
    [told] = document.find_class("headline")
    assert text(told).startswith("Nothing was judged: ")
    assert "incomplete" in told.classes
    assert not charts(document)


def test_several_runs_have_an_overview_and_links_of_their_own():
    document = page(load_run(crossed()), load_run(crossed()), lost_run())
    assert text(document.find_class("headline")[0]) == "3 runs: 1 is incomplete, 2 fail."
    ids = [each.attrib["id"] for each in document.iter() if "id" in each.attrib]
    assert len(set(ids)) == len(ids)
    links = {each.attrib["href"][1:] for each in document.iter("a")}
    assert links == set(ids)


def test_the_file_asks_nobody_and_runs_nothing_foreign():
    secret = "hunter2-hunter2"
    name = f"{secret} {HOSTILE}"
    plan = planned(operations={name: 1}, user_kinds={name: 1}, untested=(name,))
    events = (crossed(message=name, operation=name, actual=name), disturbed(fault=name))
    windows = (window(1.0, **{name: measured(1.0, 2.0)}),)
    made = FORMATS["html"](
        [load_run(*events, windows=windows, plan=plan, name=name, secrets=(secret,))]
    ).decode()
    assert secret not in made
    assert "<script>alert" not in made
    assert not re.search(r"(src|href)=\"(?!#|data:,)", made)
    assert "style=" not in made
