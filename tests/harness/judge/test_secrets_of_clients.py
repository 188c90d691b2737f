"""What a client authorizes itself with is shown nowhere, however it repeats it."""

import sys
import textwrap

import pytest

from mcp_proof.cli import main

SECRET = "s3cr3t-of-agent-9f27ab41c0"
REPORTS = ("html", "json", "junit", "markdown", "sarif", "transcript")
CLIENT = textwrap.dedent(
    """
    import json, sys, urllib.request
    secret = "-".join(["s3cr3t", "of", "agent", "9f27ab41c0"])
    params = {"protocolVersion": "2025-06-18", "capabilities": {}}
    params["clientInfo"] = {"name": "leaky", "version": secret}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "Authorization": "Bearer " + secret,
    }
    request = urllib.request.Request(sys.argv[1], json.dumps(body).encode(), headers)
    urllib.request.urlopen(request).read()
    body = {"jsonrpc": "2.0", "id": secret, "method": "tools/list", "params": {"cursor": secret}}
    request = urllib.request.Request(sys.argv[1], json.dumps(body).encode(), headers)
    try:
        urllib.request.urlopen(request).read()
    finally:
        sys.exit("it failed with " + secret)
    """
)


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_no_report_has_what_a_client_authorizes_itself_with(tmp_path, capfd, quiet):
    script = tmp_path / "leaky.py"
    script.write_text(CLIENT)
    files = [tmp_path / f"report.{kind}" for kind in REPORTS]
    chosen = [
        word
        for kind, file in zip(REPORTS, files, strict=True)
        for word in ("--report", f"{kind}={file}")
    ]
    command = ["--", sys.executable, str(script), "{url}"]
    main(["judge", "--scenario", "ordinary", *quiet, *chosen, *command])
    printed = capfd.readouterr()
    shown = printed.out + printed.err + "".join(file.read_text() for file in files)
    assert "leaky" in shown
    assert SECRET not in shown
    assert "9f27ab41c0" not in shown


def test_the_transcript_of_a_client_that_came_to_nothing_is_kept(tmp_path):
    file = tmp_path / "said.ndjson"
    assert (
        main(["judge", "--report", f"transcript={file}", "--", sys.executable, "-c", "pass"]) == 3
    )
    assert '"how":"exit"' in file.read_text()


def test_what_is_mistaken_is_told_before_anything_is_played(capfd):
    command = ["--", sys.executable, "-c", "open('/nonexistent/played')", "{url}"]
    assert main(["judge", "--scenario", "rouds", *command]) == 2
    assert "there is no scenario 'rouds'" in capfd.readouterr().err
    assert main(["judge", "--stdio", *command]) == 2
    assert "{server}" in capfd.readouterr().err
    assert main(["judge", "--", "client", "{server}"]) == 2
    assert "--stdio" in capfd.readouterr().err


def test_a_client_that_is_not_told_where_the_mock_is_gets_a_hint(capfd):
    assert main(["judge", "--", sys.executable, "-c", "pass"]) == 3
    assert "nothing in its command stands for the mock" in capfd.readouterr().err
