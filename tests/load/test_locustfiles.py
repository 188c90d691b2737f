"""Locustfiles of one's own, run by locust itself."""

import json
import os
import subprocess
import sys

import pytest
from calling import flawed_server, journal
from pushing_server import pushing_server

HEAD = """
from gevent import spawn_later
from locust import constant, task
from locust.exception import StopUser
from mcp_proof_load.users import McpUser, ProfileShape
"""
SHOPPER = """
class Shopper(McpUser):
    kind = {kind!r}
    wait_time = constant(0.005)

    left = 40
    shopping = 5

    def on_start(self):
        assert b'"echo"' in self.discover()[0]

    @task
    def say(self):
        self.left -= 1
        if not self.left:  # what locust itself ends, it may end in the middle of a call
            Shopper.shopping -= 1
            if not Shopper.shopping:
                spawn_later(0.5, self.environment.runner.quit)
            raise StopUser
        assert b"shoes" in self.call("echo", {{"text": "shoes"}}).body
        self.call("add", {{"a": 1, "b": 2}})
"""


def locust(tmp_path, text, *arguments, bound=40):
    (tmp_path / "locustfile.py").write_text(HEAD + text)
    command = [sys.executable, "-m", "locust", "--headless", "--only-summary", "-s", "5"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [*command, *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=bound,
        check=False,
    )


def requests(ran):
    assert ran.returncode == 0, ran.stderr
    return {(each["method"], each["name"]): each["num_requests"] for each in json.loads(ran.stdout)}


@pytest.mark.parametrize("kind", ["stateless", "stateful"])
def test_locust_counts_what_the_server_has_received(tmp_path, kind):
    with flawed_server() as (url, _pid):
        text = SHOPPER.format(kind=kind)
        ran = locust(tmp_path, text, "--json", "-u", "5", "-r", "5", "-t", "30s", "--host", url)
        seen = journal(url)
    counted = requests(ran)
    assert counted["tools/list", "tools/list"] == 5
    assert counted["tools/call", "echo"] == seen["calls"]["echo"] == 5 * 39
    assert counted["tools/call", "add"] == seen["calls"]["add"] == 5 * 39
    opened = 5 if kind == "stateful" else 0
    assert seen["sessions"] == {"opened": opened, "closed": opened}
    assert seen["requests"] == sum(counted.values()) + opened


def test_a_profile_says_how_many_users_there_are(tmp_path):
    shape = """
class Peak(ProfileShape):
    users = 6
    duration = 1.5
"""
    with flawed_server() as (url, _pid):
        text = SHOPPER.format(kind="stateful").replace("40", "10**9") + shape
        ran = locust(tmp_path, text, "--json", "--host", url)
        seen = journal(url)
    assert requests(ran)["tools/list", "tools/list"] == seen["sessions"]["opened"] == 6


def test_what_a_server_tells_meanwhile_can_be_listened_to(tmp_path):
    text = """
class Listener(McpUser):
    @task
    def hear(self):
        for message in self.listen():
            assert message.at
            with open("heard", "ab") as file:
                file.write(message.body + b"\\n")

class Caller(McpUser):
    wait_time = constant(0.02)

    @task
    def say(self):
        self.call("echo", {"text": "shoes"})
"""
    with pushing_server() as server:
        # What listens has to be cut off at the end.
        options = ("--json", "-u", "2", "-r", "2", "-t", "2s", "--host", server.url)
        counted = requests(locust(tmp_path, text, *options, "-s", "0"))
    heard = (tmp_path / "heard").read_text().splitlines()
    assert any("shoes" in line for line in heard)
    assert counted["stream", "stateless"] == 1
    assert counted["tools/call", "echo"] <= server.asked["tools/call"]


def test_failures_are_locusts_failures(tmp_path):
    text = """
class Wrong(McpUser):
    wait_time = constant(0.05)

    @task
    def wrong(self):
        assert "Unknown tool" in self.call("nothing").failure
"""
    with flawed_server() as (url, _pid):
        ran = locust(tmp_path, text, "--json", "-u", "1", "-t", "1s", "--host", url)
    [row] = json.loads(ran.stdout)
    assert row["num_requests"] == row["num_failures"] > 0
    assert ran.returncode == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class A(McpUser):\n    kind = 'statefull'", "Did you mean stateful"),
        ("class A(McpUser):\n    revision = '2025-11-25'", "use 'stateful'"),
        ("class A(McpUser):\n    revision = '2025-11-26'", "never published"),
        ("class A(McpUser):\n    kind = 'stdio'", "needs a command"),
        ("class A(McpUser):\n    timeout = 0", "above 0"),
        ("class A(ProfileShape):\n    profile = 'spikes'", "Did you mean spike"),
        ("class A(ProfileShape):\n    users = 0", "A.users is 0"),
        ("class A(McpUser):\n    host = 'localhost:3001'\nA(None)", "expected a URL of http or"),
    ],
)
def test_what_makes_no_sense_is_said_at_once(text, said):
    ran = subprocess.run(
        [sys.executable, "-c", HEAD + text], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert said in ran.stderr.splitlines()[-1]
