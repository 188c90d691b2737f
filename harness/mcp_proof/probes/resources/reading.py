"""Stimuli about reads: of what is not there, of what is no URI, of what lies elsewhere."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

READ: Final = "resources/read"
NOWHERE: Final = "mcp-proof-nowhere://no-such-resource"
"""Of a scheme that no server has."""
INVALID: Final[dict[str, Json]] = {"no URI": "not a uri", "empty": "", "a number": 12345}
UP: Final = "../" * 8
ENCODED: Final = "..%2f" * 8
SECRET: Final = "etc/passwd"  # noqa: S105  # a file that everybody on a machine may read
MAX_TEMPLATES: Final = 3
EXPRESSION: Final = re.compile(r"\{[+#./;?&]?([^{}]+)\}")
ONE_VARIABLE: Final = re.compile(r"([^{}]*)\{(\+?)([A-Za-z0-9_]+)\}([^{}]*)")


@probe("unknown-resource")
async def unknown_resource(driver: Driver) -> None:
    """A good read, but of a resource that no server has."""
    session = await driver.session()
    if "resources" in session.capabilities:
        await session.request(READ, {"uri": NOWHERE})


@probe("invalid-uri")
async def invalid_uri(driver: Driver) -> None:
    """Reads of what is no URI."""
    session = await driver.session()
    if "resources" in session.capabilities:
        for case, uri in INVALID.items():
            await session.request(READ, {"uri": uri}, case=case)


@probe("resource-failure")
async def resource_failure(driver: Driver) -> None:
    """The reading that fails in the server."""
    session = await driver.session()
    if (occasion := driver.occasion("resource_failure")) is not None:
        await session.call(occasion.method, occasion.params)


@probe("path-traversal")
async def path_traversal(driver: Driver) -> None:
    """A file that everybody may read: by its own URI, and by ways out of where resources lie."""
    session = await driver.session()
    if "resources" not in session.capabilities:
        return
    await session.request(READ, {"uri": f"file:///{SECRET}"}, case="direct")
    for case, uri in _ways_out(driver):
        await session.request(READ, {"uri": uri}, case=case)


@probe("template-expansions")
async def template_expansions(driver: Driver) -> None:
    """What templates stand for: as the user says, and with values that the server suggests."""
    session = await driver.session()
    if (occasion := driver.occasion("template_resource")) is not None:
        await session.call(occasion.method, occasion.params, case="named")
    if "completions" not in session.capabilities:
        return
    for template, found in _templates(driver):
        params: JsonObject = {
            "ref": {"type": "ref/resource", "uri": template},
            "argument": {"name": found[3], "value": ""},
        }
        answer = await session.request("completion/complete", params, case="suggestions")
        completion = as_object((answer.result or {}).get("completion"))
        for value in as_list(completion.get("values"))[:1]:
            uri = found[1] + quote(str(value), safe="/" if found[2] else "") + found[4]
            await session.call(READ, {"uri": uri}, case="suggested")


def variables_of(template: str) -> list[str]:
    """Return the names of a template's variables (RFC 6570, section 2.3)."""
    listed = [name for found in EXPRESSION.finditer(template) for name in found[1].split(",")]
    return [name.rstrip("*").partition(":")[0] for name in listed]


def _ways_out(driver: Driver) -> Iterator[tuple[str, str]]:
    yield "dots", f"file:///{UP}{SECRET}"
    yield "encoded dots", f"file:///{ENCODED}{SECRET}"
    uris = [str(resource.get("uri")) for resource in driver.items.get("resources", ())]
    for uri in [each for each in uris if each.startswith("file:")][:1]:
        folder = uri.rpartition("/")[0]
        yield "dots beside a resource", f"{folder}/{UP}{SECRET}"
        yield "encoded dots beside a resource", f"{folder}/{ENCODED}{SECRET}"
    for _, found in _templates(driver):
        path = UP + SECRET if found[2] else quote(UP + SECRET, safe="")
        yield f"dots as {found[3]}", found[1] + path + found[4]


def _templates(driver: Driver) -> Iterator[tuple[str, re.Match[str]]]:
    """The first templates with one variable, taken apart."""
    listed = driver.items.get("resourceTemplates", ())
    texts = [str(template.get("uriTemplate")) for template in listed]
    matched = [(text, found) for text in texts if (found := ONE_VARIABLE.fullmatch(text))]
    yield from matched[:MAX_TEMPLATES]
