"""The Markdown report, as what GitHub makes of it: text, and nothing a server could bring in."""

import re

import pytest
from lxml import html
from markdown_it import MarkdownIt
from runs import HOSTILE, MUST, SHOULD, finding, passed, run, said, untested, violated

from mcp_proof.reports import FORMATS
from mcp_proof.reports.markdown import markdown_report
from mcp_proof.reports.markdown_text import CUT, LIMIT
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask

MANY = [untested(rule_id, HOSTILE) for rule_id in (MUST, SHOULD)]


def source(*runs) -> str:
    return FORMATS["markdown"](runs).decode()


def page(*runs) -> html.HtmlElement:
    """The report as it is shown; raw HTML counts, as on GitHub."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable("table")
    return html.fromstring(f"<div>{renderer.render(source(*runs))}</div>")


def texts(document, tag: str) -> list[str]:
    return [element.text_content() for element in document.iter(tag)]


def test_it_begins_with_what_the_run_came_to_and_the_three_counts():
    document = page(run(violated(MUST), passed("tools-name-unique"), untested(SHOULD)))
    assert texts(document, "h2") == ["✗ mcp-proof: fails"]
    assert texts(document, "p")[0] == "The run fails: the server violates 1 MUST rule."
    assert "1 passed, 1 violated, 1 untested" in texts(document, "strong")


def test_a_violation_has_its_clause_and_its_evidence_is_folded():
    document = page(run(violated(MUST, *[finding()] * 5)))
    [heading] = document.iter("h4")
    assert heading.text_content() == f"MUST {MUST}"
    [link] = heading.iter("a")
    assert link.get("href").startswith("https://modelcontextprotocol.io/specification/2025-11-25/")
    [folded] = document.iter("details")
    assert folded.get("open") is None
    assert texts(folded, "summary") == ["Evidence: 3 of 5 findings"]
    [evidence] = texts(folded, "pre")
    assert "\n  expected  one of them\n  actual    both\n" in evidence
    assert '\n  client    {"jsonrpc":"2.0","id":1,"method":"ping"}\n' in evidence
    assert f"reproduce mcp-proof verify --only {MUST} -- server" in evidence


def test_untested_rules_are_folded_by_their_reason():
    reasons = {MUST: "no tools", SHOULD: "no tools", "tools-name-unique": "no ping"}
    document = page(run(*(untested(rule_id, why) for rule_id, why in reasons.items())))
    [folded] = document.iter("details")
    assert texts(folded, "summary") == ["3 rules untested, and why"]
    assert texts(folded, "li") == [f"no tools: {MUST}, {SHOULD}", "no ping: tools-name-unique"]


def test_several_runs_are_a_matrix_of_servers_and_revisions():
    document = page(
        run(passed(MUST), untested(SHOULD), revision=Revision.R2024_11_05),
        run(violated(MUST), passed(SHOULD)),
        run(revision=None, lost="gone", peer="other", asked=Revision.R2024_11_05),
        run(revision=None, not_spoken="no", peer="other", asked=Revision.R2025_11_25),
    )
    assert texts(document, "th") == ["", "2024-11-05", "2025-11-25"]
    cells = texts(document, "td")
    assert cells == ["python server.py", "✓ 1/0/1", "✗ 1/1/0", "other", "? lost", "- not spoken"]
    headings = ["python server.py at 2024-11-05", "python server.py at 2025-11-25"]
    assert texts(document, "h3")[:2] == headings
    assert texts(document, "p")[0] == (
        "4 runs: 1 has nothing to verify, 1 passes, 1 is incomplete, 1 fails."
    )


@pytest.mark.parametrize(
    ("tally", "says"),
    [
        (run(revision=None, lost="it exited\nwith 3"), "The server could not be verified."),
        (run(passed(MUST), interrupted=True), "The run was interrupted: only what was done"),
        (run(untested(MUST), faults=("Traceback\n\nx",)), "mcp-proof itself failed, so that"),
        (run(untested(MUST)), "Nothing was judged: no rule could be observed."),
        (run(passed(MUST)), "The run passes: no violation was found."),
        (run(violated(SHOULD)), "violates 1 SHOULD rule that only warns."),
        (run(violated(MUST), baseline={MUST: "x"}), "1 rule that the baseline excuses."),
        (run(passed(MUST), baseline={MUST: "x"}), "1 entry of the baseline must go."),
    ],
)
def test_the_first_sentence_says_how_it_ended(tally, says):
    assert says in texts(page(tally), "p")[0]


def test_why_a_server_was_lost_is_told_line_by_line():
    [told] = texts(page(run(revision=None, lost="it exited\n\n    with 3")), "pre")
    assert told.splitlines()[-2:] == ["it exited", "    with 3"]


def test_a_stale_entry_and_an_excuse_are_told():
    [*_, stale] = texts(page(run(passed(MUST), baseline={MUST: "x"})), "p")
    assert stale == f"stale the baseline excuses {MUST}, which is now kept: remove the entry"
    [heading] = texts(page(run(violated(MUST), baseline={MUST: "not *yet*"})), "h4")
    assert heading == f"MUST {MUST} (excused: not *yet*)"


HOSTILE_RUNS = {
    "message": run(violated(MUST, finding(HOSTILE))),
    "evidence": run(violated(MUST, finding(expected=HOSTILE, events=(said(HOSTILE),)))),
    "reason": run(*MANY),
    "name": run(passed(MUST), name=HOSTILE, peer=HOSTILE),
    "lost": run(revision=None, lost=HOSTILE),
    "fault": run(passed(MUST), faults=(HOSTILE,)),
    "fault with a line of spaces": run(passed(MUST), faults=(f"said\n  \n{HOSTILE}",)),
    "excuse": run(violated(MUST), baseline={MUST: HOSTILE}),
}


@pytest.mark.parametrize("where", HOSTILE_RUNS)
def test_what_a_server_says_is_nothing_but_text(where):
    clean = page(run(violated(MUST), passed(SHOULD)), HOSTILE_RUNS[where])
    assert not list(clean.iter("script", "img", "h1"))
    assert all("evil" not in link.get("href") for link in clean.iter("a"))
    assert "bold" not in " ".join(texts(clean, "strong") + texts(clean, "code"))
    assert "[here](http://evil.example)" in clean.text_content()
    folds = list(clean.iter("details"))
    assert all(len(list(fold.iter("summary"))) == 1 for fold in folds)
    assert "\x1b" not in source(HOSTILE_RUNS[where])


@pytest.mark.parametrize("where", HOSTILE_RUNS)
def test_nobody_is_mentioned_outside_of_evidence(where):
    prose = re.sub("<pre>.*?</pre>", "", source(HOSTILE_RUNS[where]), flags=re.DOTALL)
    assert "@" not in prose
    assert "http://" not in prose


@pytest.mark.parametrize("text", ["- item", "1. item", "---", "# heading", "    code", "> quote"])
def test_a_message_that_looks_like_a_block_stays_a_paragraph(text):
    document = page(run(violated(MUST, finding(text))))
    assert text.strip() in [paragraph.strip() for paragraph in texts(document, "p")]
    assert not list(document.iter("li", "hr", "h1", "blockquote"))


def test_secrets_are_hidden_even_when_they_have_to_be_escaped():
    secret = "p*ss<w>rd&more"
    leaky = finding(f"it said {secret}", actual=secret, events=(said(f'{{"a":"{secret}"}}'),))
    tally = run(violated(MUST, leaky), untested(SHOULD, secret), name=secret, mask=Mask([secret]))
    shown = page(tally).text_content()
    assert shown.count("[hidden]") == 6
    assert secret not in shown


def test_a_report_is_cut_between_two_rules_with_a_note():
    whole = [
        run(violated(MUST, finding("x" * 200)), violated(SHOULD), untested("tools-name-unique"))
    ]
    complete = markdown_report(whole)
    assert CUT.encode() not in complete
    for limit in range(400, len(complete), 10):
        cut = markdown_report(whole, limit)
        assert cut.endswith(CUT.encode())
        assert cut.count(b"<details>") == cut.count(b"</details>") < complete.count(b"<details>")


@pytest.mark.parametrize("limit", [0, 1, 50, 200, 1000])
def test_it_never_has_more_bytes_than_the_limit(limit):
    assert len(markdown_report([run(violated(MUST), untested(SHOULD))], limit)) <= limit


def test_a_flood_of_long_messages_stays_below_the_limit_of_github():
    long = finding("ä" * 2**20, expected="y" * 2**20, events=(said("z" * 2**20),) * 30)
    flood = [run(violated(MUST, *[long] * 3), untested(SHOULD, "r" * 2**20))] * 100
    assert LIMIT * 0.9 < len(markdown_report(flood)) <= LIMIT
