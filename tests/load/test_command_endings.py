"""How `mcp-proof load` ends: its exit codes, what it says, and that it leaves nothing behind."""

import os
import signal
import socket
import sys

import psutil
import pytest
from calling import flawed_server, journal
from commanding import INTERRUPTS, QUICK, awaited, below, command_of, ended, gone, load, started

from mcp_proof.cli import main
from mcp_proof_load.survey.ownership import WHY

LONG = ("--duration", "60", "--warm-up", "0", "--users", "2")
STDIO = ("--", sys.executable, "-m", "mcp_proof_mocks", "plain")


def under_load(url, more=50):
    """Wait until a server is loaded, beyond its survey."""
    before = journal(url)["requests"]
    awaited(lambda: journal(url)["requests"] > before + 150 + more)


def loaders(pid):
    """The load processes of a command."""
    return [each for each in below(pid) if "mcp_proof_load.engine" in command_of(each)]


def test_a_healthy_server_exits_0_and_all_that_was_sent_is_in_its_journal():
    with flawed_server() as (url, _pid):
        ran = load(url, *QUICK)
        received = sum(journal(url)["calls"].values())
    assert ran.code == 0, ran.out + ran.err
    assert ran.err == ""
    assert "The run passes" in ran.out
    surveyed = received - ran.report["totals"]["sent"]
    assert 0 < surveyed < 150


def test_answers_that_are_crossed_or_fail_exit_1_and_name_what_was_seen():
    with flawed_server("--cross", "40", "--errors", "20") as (url, _pid):
        ran = load(url, *QUICK[:-1], "4")
    assert ran.code == 1, ran.out + ran.err
    assert "crossed" in {each["kind"] for each in ran.report["violations"]}
    assert [(each["name"], each["ok"]) for each in ran.report["budget"]] == [("error_rate", False)]


def test_what_is_out_of_a_budget_exits_1(tmp_path):
    budget = tmp_path / "budget.toml"
    budget.write_text("[limits]\np95_ms = 0.001\n")
    with flawed_server() as (url, _pid):
        ran = load(url, *QUICK, "--budget", str(budget))
    assert ran.code == 1, ran.out + ran.err
    assert any(not each["ok"] for each in ran.report["budget"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--profile", "stedy"], ["--profile", "'stedy'", "Did you mean steady?"]),
        (["--users", "0"], ["--users", "between 1 and 1000000"]),
        (["--users", "1000001"], ["--users", "between 1 and 1000000"]),
        (["--duration", "999999999"], ["--duration", "604800"]),
        (["--user", "shopper"], ["--user", "'shopper'", "expected one of"]),
        (["--think", "often"], ["--think", "often"]),
        (["--think", "1", "--rate", "5"], ["--think", "calls begin at their times"]),
        (["--master", "--processes", "2"], ["--processes", "give it to its workers"]),
        (["--worker"], ["URL", "does what its master says: say it there"]),
        (["--revision", "all"], ["--revision", "choose one"]),
        (["--budget", "nowhere.toml"], ["nowhere.toml", "No such file"]),
        (["--chaos", "cut"], ["--chaos", "cut"]),
        (["--durations", "5"], ["--durations"]),
    ],
)
def test_wrong_usage_exits_2_and_says_where_and_what_is_expected(arguments, says, capsys):
    try:
        code = main(["load", "http://127.0.0.1:9/mcp", *arguments])
    except SystemExit as ended_by_the_parser:
        code = ended_by_the_parser.code
    told = capsys.readouterr().err
    assert code == 2, told
    assert "Traceback" not in told
    for each in says:
        assert each in told


@pytest.mark.parametrize("address", ["192.0.2.1", "[2001:db8::1]"])
def test_a_server_that_is_not_on_this_machine_is_refused(address, capsys):
    assert main(["load", f"http://{address}:3001/mcp"]) == 2
    told = capsys.readouterr().err
    assert address.strip("[]") in told
    assert " ".join(WHY.split()) in " ".join(told.split())


def test_a_port_that_is_taken_exits_2():
    with flawed_server() as (url, _pid), socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for option in (("--web-port", port), ("--master", "--port", port)):
            ran = load(url, *QUICK, *option)
            assert (ran.code, port in ran.err, "Traceback" in ran.err) == (2, True, False), ran.err
            assert f"another {option[-2]}" in ran.err


def test_a_server_that_cannot_be_reached_exits_3():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ran = load(f"http://127.0.0.1:{port}/mcp", *QUICK)
    assert (ran.code, "Traceback" in ran.err) == (3, False)
    assert str(port) in ran.err
    assert "Nothing was judged" in ran.out


def test_a_server_that_dies_under_load_is_no_pass_and_what_was_counted_is_told():
    with flawed_server() as (url, pid), started(url, *QUICK[2:], "--duration", "4") as process:
        under_load(url)
        psutil.Process(pid).kill()
        ran = ended(process)
    within = all(each["ok"] for each in ran.report["budget"])
    assert ran.code == (3 if within else 1), ran.out + ran.err
    assert ran.report["totals"]["answered"] > 0
    assert ran.report["totals"]["broken"] > 2
    assert "could be called no more from" in ran.report["lost"]
    assert "could be called no more from" in ran.err


def test_a_load_process_that_is_killed_is_our_fault_and_what_it_counted_is_told():
    with flawed_server() as (url, _pid), started(url, *LONG) as process:
        under_load(url)
        [loader] = loaders(process.pid)
        loader.kill()
        ran = ended(process)
        received = sum(journal(url)["calls"].values())
    assert ran.code == 4, ran.out + ran.err
    assert "ended by signal 9" in ran.err
    assert 0 < ran.report["totals"]["sent"] <= received
    assert ran.report["totals"]["sent"] > received - 150


@pytest.mark.parametrize("number", INTERRUPTS)
def test_an_interrupted_run_exits_130_with_its_report_and_leaves_nothing(number, tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with flawed_server() as (url, _pid), started(url, *LONG, env=env) as process:
        under_load(url)
        processes = below(process.pid)
        process.send_signal(number)
        ran = ended(process)
        received = sum(journal(url)["calls"].values())
    assert ran.code == 130, ran.out + ran.err
    assert ran.report["interrupted"] is True
    assert received - 150 < ran.report["totals"]["sent"] <= received
    assert gone(processes)
    assert [*tmp_path.iterdir()] == []


def test_the_second_interrupt_ends_at_once(tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with flawed_server("--latency", "9000") as (url, pid), started(url, *LONG, env=env) as process:
        awaited(lambda: journal(url)["requests"])
        processes = below(process.pid)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        ran = ended(process)
        assert psutil.pid_exists(pid)
    assert ran.code == 130, ran.out + ran.err
    assert gone(processes)


@pytest.mark.parametrize("target", ["url", "stdio"])
def test_nothing_runs_on_when_the_command_is_killed(target, tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with flawed_server() as (url, _pid):
        given = (url,) if target == "url" else STDIO
        with started(*LONG, *given, env=env) as process:
            if target == "url":
                under_load(url)
            else:
                awaited(lambda: [one for each in loaders(process.pid) for one in below(each.pid)])
            processes = below(process.pid)
            process.kill()
            process.wait()
            assert processes
            assert gone(processes)
    assert [*tmp_path.iterdir()] == []
