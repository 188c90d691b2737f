"""Secrets of every sort, given to every command, appear in no output of any of them.

The servers repeat all they get, wherever they can and in many spellings. A new command, or a new
output of one, needs a function in `SCENARIOS`: it returns everything that was printed and written.
A new format of report is in it by itself.
"""

import base64
import html
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, quote_plus
from urllib.request import Request, urlopen

import pytest
from echoing import AWS_KEY, CURSOR, PRIVATE_KEY
from echoing_http import echoing

from mcp_proof.cli import main, report_files
from mcp_proof.reports import FORMATS
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.transcript import Event

PEERS = Path(__file__).parent.parent / "peers"
STDIO = [sys.executable, str(PEERS / "echoing_stdio.py")]
BOUND = 30
"""Seconds within which any process here is over."""
MANY = ("tools-", "stdio-stdout-clean", "jsonrpc-result", "ping-")
FEW = ("ping-server-answers-empty", "tools-unknown-tool-error", "jsonrpc-method-not-found")
OF_PROBES = (*FEW, "tools-malformed-call-error", "session-id-unknown-refused")
"""Rules that look at what they have asked for, and not at everything: then less is sent."""

# What is planted, by what it is planted in.

ENVIRONMENT = {
    "PLANTED_API_KEY": "pe-Api7key+with/slash==",
    "PLANTED_PASSWORD": "pass \"w\\ord' <&> ünï-93",
    "PLANTED_TOKEN_OF_A_HEADER": "header-env-4f9a81c7",
    "PLANTED_SESSION_SECRET": "7d1f-session-secret",
    "PLANTED_DATABASE_URL": "postgres://app:db-p4ss-%C3%A4word@db.example/app",
}
ARGUMENTS = [
    *("--token", "argument-token-55e1"),
    "--api-key=argument/key+77&x",
    *("-e", "BACKEND_PASSWORD=assigned pass'word 3"),
    "CLIENT_SECRET=secret-of-a-client-8",
    *("--header", "Authorization: Bearer forwarded-bearer-9c"),
    "https://forwarded-user:forwarded%2Fpass-1@api.example/mcp?api_key=forwarded-query-2",
    "xoxb-123456789012-AbCdEfGhIjKlMnOpQrSt",
    '{"apiKey": "json-of-an-option-66"}',
]
HEADERS = {
    "X-Custom": 'custom-header-<1>&"2"',
    "Authorization": "Bearer bearer-3b.4c~5d",
    "Cookie": "sid=cookie-of-a-session-12; theme=dark",
    "Proxy-Authorization": "Basic " + base64.b64encode(b"proxy-user:proxy/pass+word").decode(),
}
USER, PASSWORD = "url-user-31", "url p@ss/word-32"
QUERY = "query-token-33"
COOKIE = "cookie-of-the-server-34"
KEYS = ["key-of-the-mock-41", "hmac-secret-of-the-mock-42", "client-secret-of-the-mock-43"]
DESKTOP = {
    "PLANTED_SERVICE_TOKEN": "desktop-token-51",
    "PLANTED_SMTP_PASSWORD": 'desktop "pass/word" 52',
}

OF_ENVIRONMENT = (
    *("pe-Api7key+with/slash==", "pass \"w\\ord' <&> ünï-93", "header-env-4f9a81c7"),
    *("7d1f-session-secret", "db-p4ss-%C3%A4word", "db-p4ss-äword"),
)
OF_ARGUMENTS = (
    *("argument-token-55e1", "argument/key+77&x", "assigned pass'word 3", "secret-of-a-client-8"),
    *("forwarded-bearer-9c", "forwarded-user", "forwarded%2Fpass-1", "forwarded/pass-1"),
    *("forwarded-query-2", "xoxb-123456789012-AbCdEfGhIjKlMnOpQrSt", "json-of-an-option-66"),
)
OF_HTTP = (
    *('custom-header-<1>&"2"', "bearer-3b.4c~5d", "cookie-of-a-session-12", "proxy-user"),
    *("proxy/pass+word", USER, PASSWORD, QUERY),
)
LEAKED = (AWS_KEY, *PRIVATE_KEY.splitlines()[1:-1])
"""What the servers give out of their own: secrets of kinds that everybody can tell."""
SECRETS = (*(*OF_ENVIRONMENT, *OF_ARGUMENTS, *OF_HTTP, *LEAKED, *KEYS, *DESKTOP.values(), COOKIE),)


def spellings(secret: str) -> Iterator[str]:
    """Yield what no output may hold of a secret."""
    yield secret
    yield secret[: -(len(secret) // 3)]  # nor the greater part of it
    yield secret[len(secret) // 3 :]
    yield json.dumps(secret)[1:-1]
    yield json.dumps(json.dumps(secret))[3:-3]
    yield json.dumps(secret, ensure_ascii=False)[1:-1].replace("/", "\\/")
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield html.escape(secret)
    yield repr(secret)[1:-1]
    whole = len(secret.encode()) // 3 * 3
    yield base64.b64encode(secret.encode()[:whole]).decode()


@dataclass
class Scene:
    """Where a scenario takes place, and all that came out of it."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    code: int | None = None
    outputs: dict[str, str] = field(default_factory=dict[str, str])

    def run(self, *arguments: str) -> None:
        """Run a command in this process, and take what it printed."""
        try:
            self.code = main(list(arguments))
        except SystemExit as end:  # of argparse
            self.code = int(str(end.code))
        printed = self.capture.readouterr()
        self.outputs |= {"stdout": printed.out, "stderr": printed.err}

    def start(self, *command: str, given: str = "") -> None:
        """Run a process to its end, and take what it printed on standard error."""
        done = subprocess.run(
            [sys.executable, *command],
            input=given,
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.code = done.returncode
        self.outputs |= {"stderr": done.stderr}
        if "-m pytest" in " ".join(command):
            self.outputs["stdout"] = done.stdout

    @contextmanager
    def serving(self, *command: str) -> Generator[str]:
        """Run a process that prints where it serves, until the block ends; take what it says."""
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            self.outputs["stdout"], self.outputs["stderr"] = process.communicate(timeout=BOUND)

    def file(self, name: str) -> Path:
        """Return a file that a command writes and that is looked at in the end."""
        return self.folder / name

    def reports(self) -> list[str]:
        """Return the options that ask for every report there is."""
        return [f"--report={name}={self.file(name)}" for name in (*FORMATS, "transcript")]

    def end(self) -> dict[str, str]:
        """Return everything that was printed and written, by where."""
        written = {path.name: path.read_text() for path in self.folder.iterdir() if path.is_file()}
        return {**self.outputs, **written}


Scenario = Callable[[Scene], object]


def only(*prefixes: str) -> list[str]:
    return [f"--only={prefix}" for prefix in prefixes]


VERIFY = ["verify", "--revision=2025-11-25", "--timeout=5"]
OVER_HTTP = [
    *(f"--header={name}: {value}" for name, value in HEADERS.items()),
    "--header-env=X-Api-Key=PLANTED_TOKEN_OF_A_HEADER",
]


def url(host: str, path: str = "/mcp") -> str:
    user_info = f"{USER}:{quote(PASSWORD, safe='')}"
    return f"http://{user_info}@{host}{path}?api_key={QUERY}&mode=fast"


# verify


def a_run_over_stdio(scene: Scene) -> None:
    scene.run(*VERIFY, *only(*MANY), *scene.reports(), "--", *STDIO, *ARGUMENTS)
    assert scene.code == 1
    assert "--token [hidden] --api-key=[hidden]" in scene.outputs["stdout"]
    assert "the tool '[hidden]' is listed 2 times" in scene.outputs["stdout"]


def a_run_over_http(scene: Scene) -> None:
    with echoing(COOKIE) as host:
        scene.run(*VERIFY, *only(*OF_PROBES), *OVER_HTTP, *scene.reports(), url(host))
    assert scene.code == 1


def a_report_that_forgets(scene: Scene) -> None:
    """What writes the reports hides what one of them has left."""

    def forgets(runs: Sequence[Tally]) -> bytes:
        shown = [html.escape(e.message.raw.decode()) for e in events(runs) if e.message is not None]
        return "\n".join(shown).encode()

    scene.patch.setattr(report_files, "FORMATS", {"forgets": forgets})
    with echoing(COOKIE) as host:
        report = f"--report=forgets={scene.file('report')}"
        scene.run(*VERIFY, *only(*FEW), *OVER_HTTP, report, url(host))
    assert "tools/call" in scene.file("report").read_text()


def events(runs: Sequence[Tally]) -> list[Event]:
    return [e for run in runs if run.finished is not None for e in run.finished.transcript.events]


def a_run_that_is_configured(scene: Scene) -> None:
    """Of several servers, with everything that is secret in files."""
    header = f"header = {json.dumps([f'{name}: {value}' for name, value in HEADERS.items()])}"
    with echoing(COOKIE) as host:
        servers = {"http": {"url": url(host), "headers": HEADERS}, "stdio": desktop_entry()}
        configured(scene, servers, 'config = "desktop.json"')
        scene.run(*VERIFY, *only(*FEW), *scene.reports())
        scene.file("first").write_text(scene.outputs["stdout"] + scene.outputs["stderr"])
        configured(scene, servers, f"url = {json.dumps(url(host))}\n{header}")
        scene.run(*VERIFY, *only(*FEW), *scene.reports())
    assert scene.code == 1


def desktop_entry() -> dict[str, Any]:
    return {"command": STDIO[0], "args": [*STDIO[1:], *ARGUMENTS], "env": DESKTOP}


def configured(scene: Scene, servers: dict[str, Any], settings: str) -> None:
    scene.folder.with_name("desktop.json").write_text(json.dumps({"mcpServers": servers}))
    scene.folder.with_name("mcp-proof.toml").write_text(settings)


def a_process_that_dies(scene: Scene) -> None:
    scene.run(*VERIFY, *scene.reports(), "--", *STDIO, *ARGUMENTS, "--crash")
    assert scene.code == 3


def a_url_that_is_no_server(scene: Scene) -> None:
    with echoing(COOKIE) as host:
        scene.run(*VERIFY, *OVER_HTTP, *scene.reports(), url(host, "/lost"))
    assert scene.code == 3


def a_url_where_nothing_listens(scene: Scene) -> None:
    scene.run(*VERIFY, *OVER_HTTP, *scene.reports(), url("127.0.0.1:1"))
    assert scene.code == 3


def a_command_that_does_not_exist(scene: Scene) -> None:
    scene.run(*VERIFY, *scene.reports(), "--", "no-such-command", *ARGUMENTS)
    assert scene.code == 3


def an_interrupted_run(scene: Scene) -> None:
    def heard(method: str) -> None:
        if method == "tools/call":
            main_thread = threading.main_thread().ident
            assert main_thread is not None
            signal.pthread_kill(main_thread, signal.SIGINT)

    with echoing(COOKIE, heard) as host:
        scene.run(*VERIFY, *OVER_HTTP, *scene.reports(), url(host))
    assert scene.code == 130


def a_rule_that_fails_itself(scene: Scene) -> None:
    def broken(*_unused: object) -> None:
        raise RuntimeError("\n".join([*OF_ENVIRONMENT, *OF_HTTP, COOKIE, AWS_KEY, PRIVATE_KEY]))

    rule = registry.get(FEW[0])
    assert rule is not None
    scene.patch.setitem(registry._rules, rule.id, replace(rule, check=broken))
    with echoing(COOKIE) as host:
        scene.run(*VERIFY, *only(*FEW), *OVER_HTTP, *scene.reports(), url(host))
    assert scene.code == 4


FAILS = """
import asyncio, gc, logging, os, sys, threading, warnings
from mcp_proof.cli import main, verify

said = os.environ["SAID"]

class Fails:
    def __del__(self):
        raise LookupError(said)

async def fail():
    raise ValueError(said)

class Broken:
    def __init__(self, *_): ...

    async def events(self):
        await asyncio.wait({asyncio.create_task(fail())})
        gc.collect()
        thread = threading.Thread(target=lambda: 1 / len("") and said, name=said)
        thread.start()
        thread.join()
        Fails()
        logging.getLogger("x").warning("%s", said)
        warnings.warn(said)
        raise RuntimeError(said)
        yield

verify.Verification = Broken
kept = Fails()
sys.exit(main())
"""


def a_fault_of_our_own(scene: Scene) -> None:
    scene.patch.setenv("SAID", "\n".join([*OF_ENVIRONMENT, *OF_HTTP, AWS_KEY, PRIVATE_KEY]))
    scene.start("-c", FAILS, *VERIFY, *OVER_HTTP, url("127.0.0.1:1"))
    told = scene.outputs["stderr"]
    assert scene.code == 4
    assert [told.count(name) for name in ("RuntimeError", "ValueError", "LookupError")] == [1, 2, 2]
    assert "a fault of mcp-proof itself" in told


WRONG = [
    ["verify", "--header", "Authorization:", "Bearer", "bearer-3b.4c~5d", "extra"],
    ["verify", "--header", "bearer-3b.4c~5d and more", "http://h"],
    ["verify", "--header", "Bearer bearer-3b.4c~5d: x", "http://h"],
    ["verify", '--header=X-Custom: custom-header-<1>&"2"\x00', "http://h"],
    ["verify", "--header-env", "X-Api-Key=argument-token-55e1", "http://h"],
    ["verify", "--header-env", "argument-token-55e1", "http://h"],
    ["verify", "--token", "argument-token-55e1", "http://h"],
    ["verify", "--api-key=argument/key+77&x"],
    ["verify", f"ftp://{USER}:{quote(PASSWORD)}@h/?token={QUERY}"],
    ["verify", f"http//{USER}:{USER}@h?token={QUERY}"],
    ["verify", f"http://{USER}:pass/{USER}@h"],
    ["verify", f"{USER}:{USER}@h"],
    ["verify", "--timeout", "xoxb-123456789012-AbCdEfGhIjKlMnOpQrSt", "http://h"],
    ["verify", "--report", f"api_key={QUERY}=x", "http://h"],
    ["verify", "--only", "xoxb-123456789012-AbCdEfGhIjKlMnOpQrSt", "http://h"],
    ["mock", "xoxb-123456789012-AbCdEfGhIjKlMnOpQrSt"],
    ["mock", f"ftp://{USER}:{USER}@h"],
    ["mock", "everything", "--fault", f"latency:token={QUERY}"],
    ["mock", "everything", "--header", f"Authorization: Bearer {QUERY}"],
    ["rules", f"token={QUERY}"],
    ["explain", "xoxb-123456789012-AbCdEfGhIjKlMnOpQrSt"],
    ["explain", "--password", "assigned pass'word 3", "x"],
]


def wrong_usage(scene: Scene) -> None:
    told = ""
    for arguments in WRONG:
        scene.run(*arguments)
        assert scene.code == 2, arguments
        told += scene.outputs["stderr"]
    scene.outputs["stderr"] = told


# mock

TOOL = {"name": "echo", "inputSchema": {"type": "object"}, "answer": {"text": "{{ text }}"}}
CONTRACT = {
    "info": {"name": "mock", "version": "1"},
    "authorization": {"scheme": "api-key", "keys": KEYS},
    "tools": [TOOL],
}


def request(number: int, method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def conversation() -> list[dict[str, Any]]:
    """What a client says that sends its secrets along."""
    client = {"protocolVersion": "2025-11-25", "capabilities": {}}
    client["clientInfo"] = {"name": "; ".join(KEYS), "version": "1"}
    called = {"name": "echo", "arguments": {"text": "\n".join([*KEYS, AWS_KEY, PRIVATE_KEY])}}
    return [
        request(1, "initialize", **client),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        request(2, "tools/list"),
        request(3, "tools/call", **called, _meta={"progressToken": CURSOR}),
        request(4, "tools/call", name="from-the-real-server", arguments={}),
    ]


def contract(scene: Scene, **members: Any) -> str:
    path = scene.folder.with_name("contract.yaml")
    path.write_text(json.dumps({**CONTRACT, **members}))
    return str(path)


def said() -> str:
    return "".join(f"{json.dumps(message)}\n" for message in conversation())


def a_journal_of_a_mock_over_stdio(scene: Scene) -> None:
    path = contract(scene, pass_through={"command": [*STDIO, *ARGUMENTS]})
    journal = scene.file("journal.ndjson")
    scene.start("-m", "mcp_proof", "mock", path, "--stdio", f"--journal={journal}", given=said())
    assert scene.code == 0, scene.outputs
    assert CURSOR in journal.read_text()


def a_journal_of_a_mock_over_http(scene: Scene) -> None:
    journal = scene.file("journal.ndjson")
    with ExitStack() as mock, echoing(COOKIE) as host:
        path = contract(scene, pass_through={"url": url(host)}, http={"sessions": False})
        command = ["-m", "mcp_proof", "mock", path, *OVER_HTTP, f"--journal={journal}"]
        at = mock.enter_context(scene.serving(*command))
        mock.callback(post, at, conversation()[-1])  # when there is no real server any more
        for message in conversation():
            post(at, message)
    assert "lost the real server" in scene.outputs["stderr"]
    assert "from-the-real-server" in journal.read_text()


def post(at: str, message: dict[str, Any]) -> None:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "X-API-Key": KEYS[0],
        "Cookie": HEADERS["Cookie"],
    }
    asked = Request(f"{at}?api_key={QUERY}", json.dumps(message).encode(), headers)
    with suppress(HTTPError), urlopen(asked, timeout=BOUND) as answer:
        answer.read()


def a_mock_whose_contract_is_wrong(scene: Scene) -> None:
    secret = {"scheme": "bearer", "keys": KEYS[0], "secret": [KEYS[1]], "clients": [KEYS[2]]}
    scene.run("mock", contract(scene, authorization=secret))
    assert scene.code == 2


def a_mock_whose_real_server_dies(scene: Scene) -> None:
    path = contract(scene, pass_through={"command": [*STDIO, *ARGUMENTS, "--crash"]})
    scene.start("-m", "mcp_proof", "mock", path, "--stdio")
    assert scene.code == 3


def a_relay_in_front_of_a_server(scene: Scene) -> None:
    scene.start("-m", "mcp_proof", "mock", "--stdio", "--", *STDIO, *ARGUMENTS)
    assert scene.code == 0


def a_mock_that_is_run_as_a_module(scene: Scene) -> None:
    secret = {"scheme": "bearer", "keys": KEYS[0]}
    scene.start("-m", "mcp_proof_mocks", contract(scene, authorization=secret))
    assert scene.code == 2


# The pytest plugin

TESTS = """
import pytest
from mcp_proof.testing import assert_kept

@pytest.mark.mcp_contract(only=("ping-", "tools-name-unique"), revision="2025-11-25")
def test_rule(): ...

def test_answer(mcp_client):
    mcp_client.call_tool("nothing").failed("; ".join(map(str, mcp_client.list_tools())))

def test_lost(mcp_servers):
    with mcp_servers.client(%r):
        pass

def test_error(mcp_client):
    mcp_client.read_resource("x:y")

def test_traffic(mcp_client):
    mcp_client.ping()
    assert_kept(mcp_client.transcript)
"""


def a_repository_with_tests(scene: Scene) -> None:
    folder = scene.folder.with_name("repository")
    folder.mkdir()
    servers = {"mcpServers": {"echo": desktop_entry()}}
    folder.joinpath("desktop.json").write_text(json.dumps(servers))
    folder.joinpath("test_it.py").write_text(TESTS % [*STDIO, *ARGUMENTS, "--crash"])
    target = f"--mcp-target={folder}/desktop.json#echo"
    junit = f"--junit-xml={scene.file('tests.xml')}"
    scene.start("-m", "pytest", "-p", "no:cacheprovider", str(folder), target, junit)
    assert scene.code == 1
    assert "5 failed" in scene.outputs["stdout"]


# Everything that is looked at

SCENARIOS: list[Scenario] = [
    a_run_over_stdio,
    a_run_over_http,
    a_report_that_forgets,
    a_run_that_is_configured,
    a_process_that_dies,
    a_url_that_is_no_server,
    a_url_where_nothing_listens,
    a_command_that_does_not_exist,
    an_interrupted_run,
    a_rule_that_fails_itself,
    a_fault_of_our_own,
    wrong_usage,
    a_journal_of_a_mock_over_stdio,
    a_journal_of_a_mock_over_http,
    a_mock_whose_contract_is_wrong,
    a_mock_whose_real_server_dies,
    a_relay_in_front_of_a_server,
    a_mock_that_is_run_as_a_module,
    a_repository_with_tests,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.__name__)
def test_no_output_holds_a_planted_secret(scenario, tmp_path, capfd, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    scene = Scene(tmp_path / "written", capfd, monkeypatch)
    scene.folder.mkdir()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(scene.file("summary.md")))
    scenario(scene)
    outputs = scene.end()
    assert any(mark in text for text in outputs.values() for mark in ("[hidden", "?…", "…@"))
    found = [
        f"{secret!r} in {name}: …{text[max(0, at - 60) : at + 60]!r}"
        for name, text in outputs.items()
        for secret in SECRETS
        for way in spellings(secret)
        if (at := text.find(way)) >= 0
    ]
    assert found == []
