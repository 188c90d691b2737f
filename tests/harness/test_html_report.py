"""The HTML report, taken apart as a browser would; how it looks: `test_html_in_browser.py`."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree, html
from runs import MUST, SHOULD, finding, passed, run, said, untested, violated
from tape import Tape

from mcp_proof.cli import main
from mcp_proof.gate import Gate
from mcp_proof.reports.html import html_report
from mcp_proof.reports.html.latency_chart import duration
from mcp_proof.tally import Tally
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level, registry
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

OTHER = "tools-name-unique"
FAULT = "Traceback (most recent call last):\n  File x\nZeroDivisionError: y\n"


def page(*runs: Tally) -> html.HtmlElement:
    return html.document_fromstring(html_report(runs))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def cells(element: html.HtmlElement) -> list[str]:
    """What stands in a row of a table, or in a list of names and values."""
    return [text(cell) for cell in element.iter("th", "td", "dt", "dd") if text(cell)]


def one(parent: html.HtmlElement, selector: str) -> html.HtmlElement:
    [found] = parent.find_class(selector)
    return found


def rule(document: html.HtmlElement, rule_id: str, number: int = 1) -> html.HtmlElement:
    return document.get_element_by_id(f"run-{number}-{rule_id}")


def headline(tally: Tally) -> str:
    return text(one(page(tally), "headline"))


def test_a_run_is_told_by_its_server_its_counts_and_its_rules():
    document = page(run(passed(MUST), violated(SHOULD), untested(OTHER)))
    assert text(next(document.iter("h2"))) == "everything 1.0"
    assert text(one(document, "counts")) == "1 passed 1 violated 1 untested"
    facts = text(one(document, "facts"))
    for fact in ("python server.py", "2025-11-25", "stdio", "2026-01-02 03:04:05 UTC", "1.25 s"):
        assert fact in facts
    groups = [text(group.find("h4")) for group in document.find_class("group")]
    assert groups == ["Violated 1", "Untested 1", "Passed 1"]


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        (run(passed(MUST)), "The run passes: no violation was found."),
        (
            run(passed(MUST), untested(OTHER)),
            "The run passes: no violation was found; 1 rule could not be observed.",
        ),
        (run(violated(MUST)), "The run fails: the server violates 1 MUST rule."),
        (
            run(passed(MUST), violated(SHOULD)),
            "The run passes: the server violates 1 SHOULD rule that only warns.",
        ),
        (
            run(violated(MUST), violated(SHOULD), violated(OTHER)),
            "The run fails: the server violates 1 MUST rule and 2 SHOULD rules that only warn.",
        ),
        (
            run(violated(SHOULD), fail_on=Level.SHOULD),
            "The run fails: the server violates 1 SHOULD rule.",
        ),
        (
            run(violated(MUST), baseline={MUST: "known"}),
            "The run passes: the server violates 1 rule that the baseline excuses.",
        ),
        (
            run(passed(MUST), baseline={MUST: "mended"}),
            "The run fails: no violation was found; 1 entry of the baseline must go.",
        ),
        (
            run(passed(MUST), gate=Gate(min_tested=100, require=("stdio-", "sec-"))),
            "The run fails: no violation was found; 2 demands were not met.",
        ),
        (run(untested(MUST)), "Nothing was judged: no rule could be observed."),
        (
            run(violated(MUST), interrupted=True),
            (
                "The run was interrupted: only what was done is judged; "
                "the server violates 1 MUST rule."
            ),
        ),
        (
            run(revision=None, interrupted=True),
            "The run was interrupted before the server had answered.",
        ),
        (
            run(passed(MUST), faults=(FAULT,)),
            "mcp-proof itself failed, so that verdicts are missing; no violation was found.",
        ),
        (run(revision=None, lost="cannot start it"), "The server could not be verified."),
        (
            run(revision=None, asked=Revision.R2024_11_05, not_spoken="only 2025-11-25"),
            "There was nothing to verify: the server does not speak the revision asked for.",
        ),
    ],
)
def test_the_headline_says_what_the_run_came_to(tally, says):
    assert headline(tally) == says


def test_only_a_run_that_exits_with_0_looks_as_if_it_passed():
    assert "passes" in one(page(run(passed(MUST))), "headline").get("class")
    for tally in (
        run(untested(MUST)),
        run(passed(MUST), interrupted=True),
        run(passed(MUST), faults=(FAULT,)),
        run(revision=None, lost="cannot start it"),
        run(violated(MUST)),
    ):
        assert "passes" not in one(page(tally), "headline").get("class")


def test_a_violated_rule_shows_all_that_is_needed_to_believe_and_to_mend_it():
    document = page(run(violated(MUST)))
    shown = rule(document, MUST)
    assert text(shown.find("h5")) == f"{MUST} MUST fails the run"
    assert text(one(shown, "requirement")) == registry.get(MUST).requirement.replace("`", "")
    assert text(one(shown, "message")) == "both members are there"
    assert cells(one(shown, "compared")) == ["expected", "one of them", "actual", "both"]
    evidence = one(shown, "evidence")
    assert (evidence.tag, evidence.get("open")) == ("details", None)
    assert text(evidence.find("summary")) == "Evidence: 2 events"
    assert '"result":{},"error":{}' in text(evidence)
    assert text(one(shown, "command")) == f"mcp-proof verify --only {MUST} -- server"
    clause = one(shown, "places").find("a").get("href")
    assert clause == registry.get(MUST).source(Revision.R2025_11_25)


def test_many_findings_and_many_events_are_cut_and_the_rest_is_counted():
    flood = finding(events=tuple(said("{}", seq=number) for number in range(30)))
    shown = rule(page(run(violated(MUST, *[flood] * 9, further=40))), MUST)
    assert len(shown.find_class("finding")) == 5
    assert "and 44 findings more of the kind" in text(shown)
    evidence = shown.find_class("evidence")[0]
    assert len(evidence.findall("ol/li")) == 9
    assert "Evidence: 30 events" in text(evidence)
    assert "and 22 events more" in text(evidence)


def test_what_is_untested_says_why_and_never_that_it_passed():
    document = page(run(untested(MUST, "the server has no tools")))
    assert "Untested: the server has no tools" in text(rule(document, MUST))
    assert document.find_class("passed")[0].getparent().tag == "p"  # the counts alone name it
    assert "group passed" not in {group.get("class") for group in document.find_class("group")}
    assert "seen kept" not in text(rule(document, MUST))


def test_what_passed_says_how_often_it_was_seen():
    assert "seen kept in 3 places" in text(rule(page(run(passed(MUST))), MUST))


def test_what_does_not_fail_the_run_says_why_not():
    document = page(run(violated(MUST), violated(SHOULD), baseline={MUST: "mended in 2.0"}))
    assert text(rule(document, MUST).find("h5")) == f"{MUST} MUST excused: mended in 2.0"
    assert text(rule(document, SHOULD).find("h5")) == f"{SHOULD} SHOULD warning"


def test_what_the_run_stumbled_over_is_told_at_its_beginning():
    tally = run(violated(MUST), passed(OTHER), baseline={OTHER: "once"}, faults=(FAULT,))
    causes = one(page(tally), "causes")
    assert f"The baseline excuses {OTHER}, which is now kept: remove the entry." in text(causes)
    assert f"{MUST} both members are there" in text(causes)
    assert "ZeroDivisionError: y" in text(causes)
    assert [link.get("href") for link in causes.iter("a")] == [f"#run-1-{MUST}"]
    lost = run(revision=None, lost="cannot start 'nothing'")
    assert "cannot start 'nothing'" in text(one(page(lost), "causes"))


def test_where_no_server_answered_there_are_no_counts_no_charts_and_no_filters():
    document = page(run(revision=None, lost="cannot start it"))
    assert [*document.find_class("counts"), *document.find_class("charts")] == []
    assert document.find_class("rules") == []
    assert document.xpath("//*[@id='filters']") == []


def test_every_rule_can_be_chosen_by_what_the_filters_offer():
    document = page(run(passed(MUST), violated(SHOULD), untested(OTHER)))
    offered = {
        name: {option.get("value") for option in document.xpath(f"//input[@name='{name}']")}
        for name in ("verdict", "level")
    }
    offered["area"] = {option.get("value") for option in document.iter("option")}
    rules = document.find_class("rule")
    assert len(rules) == 3
    for shown in rules:
        for name, values in offered.items():
            assert shown.get(f"data-{name}") in values - {""}


def test_coverage_counts_each_area():
    document = page(run(passed(MUST), violated(SHOULD), untested(OTHER)))
    rows = [cells(row) for row in one(document, "coverage").findall("tbody/tr")]
    assert rows == [["jsonrpc", "1", "0", "0"], ["tools", "0", "1", "1"]]
    assert "2 of 3 rules were observed." in text(document)


def timed(*milliseconds: int) -> Tally:
    """A run whose server took so long to answer pings."""
    tape = Tape("http")
    for number, duration_ in enumerate(milliseconds):
        question: Json = {"jsonrpc": "2.0", "id": number, "method": "ping"}
        answer: Json = {"jsonrpc": "2.0", "id": number, "result": {}}
        tape.say(Sender.CLIENT, question, at=float(number), channel="memory")
        tape.say(Sender.SERVER, answer, at=number + duration_ / 1000, channel="memory")
    tally = run(passed(MUST))
    assert tally.finished is not None
    tally.finished = replace(tally.finished, transcript=tape.transcript)
    return tally


def test_latency_shows_each_method_in_numbers_and_dots():
    [row] = one(page(timed(*range(1, 101))), "latency").findall("tbody/tr")
    assert cells(row) == ["ping", "100", "50 ms", "95 ms", "100 ms"]
    assert len(list(row.iter("circle"))) == 60
    places = [float(dot.get("cx").rstrip("%")) for dot in row.iter("circle")]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (2, 98)  # the shortest and the longest are among them


def test_latency_is_left_out_where_nothing_was_answered():
    assert page(run(passed(MUST))).find_class("latency") == []


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 µs"), (1.5e-4, "150 µs"), (9.996e-4, "1 ms"), (0.0123, "12.3 ms"), (0.9999, "1 s")],
)
def test_durations_are_shown_in_the_unit_that_suits_them(seconds, shown):
    assert duration(seconds) == shown
    assert duration(1234.5) == "1234 s"


HOSTILE = (
    "</script></style><img src=//evil.example onerror=alert(1)>\0\x1b[2J\u202egpj.exe\ud800&lt;"
)


def everywhere(foreign: str, **members: object) -> tuple[Tally, Tally]:
    """Runs in which everything that comes from elsewhere says this."""
    found = finding(foreign, expected=foreign, actual=foreign, events=(said(f"<{foreign}>"),))
    verified = run(
        violated(MUST, found),
        untested(OTHER, foreign),
        violated(SHOULD),
        peer=foreign,
        name=foreign,
        baseline={SHOULD: foreign},
        faults=(foreign,),
        **members,
    )
    return verified, run(revision=None, peer=foreign, lost=foreign, **members)


def attributes(document: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    for element in document.iter(etree.Element):
        for name, value in element.items():
            yield element.tag, name, value


def test_foreign_text_is_text_whatever_it_says():
    document = page(*everywhere(HOSTILE))
    assert list(document.iter("img")) == []
    assert len(list(document.iter("script"))) == len(list(document.iter("style"))) == 1
    shown = document.find("body").text_content()
    written_out = (
        "</script></style><img src=//evil.example onerror=alert(1)>\\x00\\x1b[2J\\u202egpj.exe"
    )
    assert shown.count(f"{written_out}\\ud800&lt;") >= 9
    assert not set("\0\x1b\u202e") & set(shown)


def test_the_command_that_reproduces_a_finding_is_whole_and_harmless():
    command = f"mcp-proof verify -- 'a\x1b[2J' {'b' * 5000}"
    shown = rule(page(run(replace(violated(MUST), reproduce=command))), MUST)
    assert text(one(shown, "command")) == command.replace("\x1b", "\\x1b")


def test_foreign_text_stands_in_no_attribute_where_no_mask_looks():
    document = page(*everywhere("FOREIGN"))
    assert document.text_content().count("FOREIGN") >= 10
    assert [a for a in attributes(document) if "FOREIGN" in a[2]] == []


def test_endless_text_is_cut_everywhere():
    made = html_report(everywhere("x" * 1_000_000))
    assert len(made) < 60_000
    assert b"(1000000 characters)" in made


@pytest.mark.parametrize("whose", [0, 1])
def test_the_secrets_of_any_run_stand_nowhere(whose):
    secret = "s3cr3t-value"
    runs = list(everywhere(f"before {secret} after"))
    runs[whose].mask = Mask([secret])
    made = html_report(runs)
    assert secret.encode() not in made
    assert made.count(b"before [hidden] after") >= 10


def test_the_page_admits_nothing_but_its_own_style_and_script():
    document = page(run(passed(MUST), violated(SHOULD)), run(passed(MUST)))
    [policy] = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    for tag in ("style", "script"):
        digest = hashlib.sha256(next(document.iter(tag)).text.encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}';" in policy
    assert policy.startswith("default-src 'none'; ")


def test_nothing_is_loaded_and_only_clauses_lead_elsewhere():
    loading = {"src", "srcset", "data", "poster", "action", "background", "href", "style"}
    for tag, name, value in attributes(page(run(passed(MUST), violated(SHOULD)), run())):
        assert not name.startswith("on"), name
        if name in loading:
            own = value.startswith("#") or value == "data:,"
            clause = tag == "a" and value.startswith("https://modelcontextprotocol.io/")
            assert (name, own or clause) == ("href", True), value
    style = next(page(run()).iter("style")).text
    assert not re.search(r"url\(|@import|https?:", style)


def test_the_same_runs_make_the_same_page():
    made = [html_report([run(violated(MUST), passed(OTHER)), timed(3, 1, 2)]) for _ in range(2)]
    assert made[0] == made[1]


def test_a_page_of_every_rule_stays_small():
    everything = [violated(one.id) for one in registry]
    assert len(html_report([run(*everything)])) < 1_000_000


def test_several_runs_are_a_table_of_servers_and_revisions():
    old, new = Revision.R2024_11_05, Revision.R2025_11_25
    document = page(
        run(passed(MUST), revision=old),
        run(violated(MUST), revision=new),
        run(passed(MUST), peer="other", name="", revision=new),
        run(peer="gone", revision=None, lost="cannot start it"),
        run(peer="other", revision=None, asked=old, not_spoken="only 2025-11-25"),
    )
    matrix = one(document, "matrix")
    assert [text(cell) for cell in matrix.findall("thead/tr/th")] == [old, new, "no revision"]
    rows = {text(row.find("th")): row.findall("td") for row in matrix.findall("tbody/tr")}
    assert list(rows) == ["everything 1.0python server.py", "other", "gone"]
    cells = [[cell.xpath("string(a/b)") for cell in row] for row in rows.values()]
    assert cells == [["passes", "fails", ""], ["not spoken", "passes", ""], ["", "", "incomplete"]]
    assert headline_of_all(document) == (
        "5 runs: 1 has nothing to verify, 2 pass, 1 is incomplete, 1 fails."
    )


def test_several_runs_of_one_server_are_told_by_its_name():
    old = Revision.R2024_11_05
    unspoken = run(revision=None, asked=old, not_spoken="only 2025-11-25")
    assert text(next(page(unspoken, run(passed(MUST))).iter("h2"))) == "everything 1.0"
    assert text(next(page(unspoken, unspoken).iter("h2"))) == "python server.py"
    assert text(next(page(run(), run(peer="other")).iter("h2"))) == "2 servers"


def headline_of_all(document: html.HtmlElement) -> str:
    return text(document.find_class("headline")[0])


def test_each_cell_leads_to_its_run_and_no_place_has_the_name_of_another():
    document = page(run(violated(MUST)), run(passed(MUST), revision=Revision.R2024_11_05))
    targets = [a.get("href") for a in one(document, "matrix").iter("a")]
    assert sorted(targets) == ["#run-1", "#run-2"]
    names = [value for _, name, value in attributes(document) if name == "id"]
    assert len(names) == len(set(names))
    for _, name, value in attributes(document):
        if name == "href" and value.startswith("#"):
            assert value[1:] in names
    assert "violated" in rule(document, MUST, 1).get("class")
    assert "passed" in rule(document, MUST, 2).get("class")


def test_the_command_line_writes_the_report(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "s3cr3t-value")
    path = tmp_path / "report.html"
    with running(MockServer("everything")) as url:
        arguments = ["--only", "sec-", "--header-env", "X-Api-Key=TOKEN", f"--report=html={path}"]
        assert main(["verify", *arguments, url]) == 0
    assert "The run passes" in headline_of_all(html.parse(path).getroot())
    assert "s3cr3t-value" not in path.read_text()
