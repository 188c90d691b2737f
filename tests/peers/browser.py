"""A headless Chromium, told what to do over the DevTools protocol on a pair of pipes."""

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

BROWSER = "MCP_PROOF_BROWSER"
"""Where this is set the tests need a browser: its value is the command."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
COMMAND = os.environ.get(BROWSER) or next(filter(shutil.which, NAMES), None)
PATIENCE = 30.0
"""Seconds within which the browser answers."""
HEIGHT = 900
"""Pixels of a page that are seen at once."""
KEYS = {"Tab": 9, "ArrowRight": 39}
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-crash-reporter",
    "--no-first-run",
    "--remote-debugging-pipe",
)
LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execvp(sys.argv[3], sys.argv[3:])"
)
"""The browser reads from descriptor 3 and writes to 4."""

COUNT_COLOURS = """(async () => {
  const image = new Image();
  image.src = "data:image/png;base64," + %s;
  await image.decode();
  const drawing = new OffscreenCanvas(image.width, image.height).getContext("2d");
  drawing.drawImage(image, 0, 0);
  const { data } = drawing.getImageData(0, 0, image.width, image.height);
  const counts = {};
  for (let at = 0; at < data.length; at += 4) {
    const colour = `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
    counts[colour] = (counts[colour] ?? 0) + 1;
  }
  return counts;
})()"""

TOO_PALE = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return parts(colour)[3] === 0 ? ground(element.parentElement) : colour;
  };
  const contrast = (element) => {
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const written = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && written(element) && contrast(element) < 4.5)
    .map((element) => `${element.outerHTML.slice(0, 80)} ${contrast(element)}`);
})()"""
"""The elements whose text has less contrast than level AA of WCAG 2.2 asks for (1.4.3)."""

needs_browser = pytest.mark.skipif(
    COMMAND is None, reason=f"no browser: install chromium, or name one in {BROWSER}"
)


class Browser:
    """The process, and what it has said."""

    def __init__(self, to: int, out: int) -> None:
        self._to = to
        self._out = out
        self._number = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []
        """What it told without being asked."""

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Give a command, and return its result."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, (method, message)
                return message["result"]
            self.events.append(message)

    def wait_for(self, method: str, session: str, since: int) -> None:
        """Return when a tab has told this, after so many events."""
        while not any(e["method"] == method for e in self.told(session, since)):
            self.events.append(self._next())

    def told(self, session: str, since: int = 0) -> Iterator[dict[str, Any]]:
        """What a tab has told."""
        return (event for event in self.events[since:] if event.get("sessionId") == session)

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._out], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"the browser said nothing for {PATIENCE} s"
            part = os.read(self._out, 1 << 16)
            assert part, "the browser has ended"
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)


class Tab:
    """A page in the browser."""

    def __init__(self, browser: Browser, *, width: int = 1280, dark: bool = False) -> None:
        self._browser = browser
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")
        size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Give a command about this tab, and return its result."""
        return self._browser.ask(method, self._session, **params)

    def open(self, path: Path) -> None:
        """Load a file, and wait until it and its scripts are there."""
        since = len(self._browser.events)
        self.ask("Page.navigate", url=path.as_uri())
        self._browser.wait_for("Page.loadEventFired", self._session, since)

    def evaluate(self, expression: str) -> Any:
        """Return what JavaScript says."""
        made = self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in made, made
        return made["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait for what becomes true soon."""
        look = f"function look() {{ {expression} ? done() : requestAnimationFrame(look) }}"
        self.evaluate(f"new Promise((done) => ({look})())")

    def click(self, selector: str) -> None:
        """Press the mouse where the element is, whatever lies there."""
        x, y = self.evaluate(
            f"(async () => {{ const it = document.querySelector({json.dumps(selector)});"
            "it.scrollIntoView({block: 'center'}); await new Promise(requestAnimationFrame);"
            "const at = it.getBoundingClientRect();"
            "return [at.x + at.width / 2, at.y + at.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press a key where the focus is: a letter, or one of those in `KEYS`."""
        code = KEYS.get(key)
        pressed = {"text": key} if code is None else {"windowsVirtualKeyCode": code}
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, **pressed)

    def write(self, text: str) -> None:
        """Write where the focus is."""
        self.ask("Input.insertText", text=text)

    def screenshot(self) -> str:
        """Return what is seen, a PNG in Base64."""
        return self.ask("Page.captureScreenshot")["data"]

    def colours(self, screenshot: str) -> dict[str, int]:
        """Return how many pixels of a screenshot have each colour, as `rgb(0, 0, 0)`."""
        return self.evaluate(COUNT_COLOURS % json.dumps(screenshot))

    @property
    def too_pale(self) -> list[str]:
        """The elements with text that is hard to read."""
        return self.evaluate(TOO_PALE)

    @property
    def complaints(self) -> list[dict[str, Any]]:
        """What the console shows: errors of scripts, refusals of the page's policy."""
        kinds = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        return [e["params"] for e in self._browser.told(self._session) if e["method"] in kinds]

    @property
    def requests(self) -> list[str]:
        """What was asked of anybody, the page itself included."""
        return [
            event["params"]["request"]["url"]
            for event in self._browser.told(self._session)
            if event["method"] == "Network.requestWillBeSent"
        ]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser that ends with the block, and with it all that it started and wrote."""
    # The path of a socket in it must be short, which pytest's own folders are not everywhere.
    with tempfile.TemporaryDirectory(prefix="browser-") as folder:
        (commands, to), (out, answers) = os.pipe(), os.pipe()
        process = _launch(commands, answers, folder)
        try:
            yield Browser(to, out)
        finally:
            os.close(to)  # whereupon it ends
            os.close(out)
            try:
                process.wait(PATIENCE)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _launch(commands: int, answers: int, folder: str) -> subprocess.Popen[bytes]:
    assert COMMAND is not None
    # Out of the way of the descriptors that they become in the browser.
    inherited = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (commands, answers)]
    launch = [sys.executable, "-c", LAUNCH, *map(str, inherited)]
    process = subprocess.Popen(
        [*launch, COMMAND, *FLAGS, f"--user-data-dir={folder}/profile"],
        pass_fds=inherited,
        env={**os.environ, "HOME": folder, "TMPDIR": folder},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for fd in (commands, answers, *inherited):
        os.close(fd)
    return process
