"""The examples are not hollow: a defect in a copy of one fails the tests that are about it.

`make examples` sees their tests pass with the installed wheel; here the sources are used.
"""

import re
import shutil
import subprocess
from typing import NamedTuple

import pytest
from installed import PEERS, needs, with_sources


class Defect(NamedTuple):
    """One change to a file, and the tests that fail for it."""

    file: str
    good: str
    bad: str
    fails: set[str]


DEFECTS = [
    Defect(
        "fastmcp-server/src/notes/server.py",
        "host_origin_protection = True",
        "host_origin_protection = False",
        {"mcp-contract::sec-origin-validated"},
    ),
    Defect(
        "fastmcp-server/src/notes/server.py",
        "    notes[title] = text\n",
        "",
        {"test_what_was_written_can_be_read"},
    ),
    Defect(
        "sdk-client/src/weather_report/report.py",
        "while page.next_cursor is not None:",
        "while False:",
        {
            "test_a_tool_on_the_second_page_is_found",
            "test_a_failure_is_reported_and_not_tried_again",
            "test_a_late_answer_is_asked_for_again",
            "test_a_server_behind_a_public_name_is_reached_without_a_network",
        },
    ),
    Defect(
        "sdk-client/src/weather_report/report.py",
        "if error.code != REQUEST_TIMEOUT:",
        "if True:",
        {
            "test_a_late_answer_is_asked_for_again",
            "test_a_server_that_is_always_too_slow_is_given_up",
        },
    ),
    Defect(
        "rest-server/src/desk_tools/app.py",
        '            "version": "1.0.0",\n',
        "",
        {"test_the_document_is_what_clients_expect"},
    ),
    Defect(
        "rest-server/src/desk_tools/upstream.py",
        "if result.is_error else None",
        "if False else None",
        {"test_a_failure_of_the_server_behind_us_is_passed_on"},
    ),
]


@needs("examples")
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_fails_the_tests_that_are_about_it_and_no_other(defect, repository, tmp_path):
    name, _, inside = defect.file.partition("/")
    example = shutil.copytree(repository / "examples" / name, tmp_path / name)
    text = (example / inside).read_text()
    assert text.count(defect.good) == 1
    (example / inside).write_text(text.replace(defect.good, defect.bad))
    done = subprocess.run(
        [PEERS / "examples/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=example,
        env=with_sources(repository),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    failed = set(re.findall(r"^FAILED \S*?::(\S+)", done.stdout, re.MULTILINE))
    assert failed == defect.fails, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)
