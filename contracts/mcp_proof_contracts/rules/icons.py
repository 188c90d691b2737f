"""Overview, `icons`."""

from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.exchange import Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.members import icons
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE: Final = "basic#icons"
SINCE: Final = Revision.R2025_11_25
SAFE: Final = ("https", "data")
NO_ICON: Final = "the server shows no icon"


@rule("icons-shape", "schema", PAGE, since=SINCE, otherwise=NO_ICON)
def icons_shape(read: Reading) -> Observations:
    """`icons` is a list of objects with a `src` URI, and well-typed `mimeType`, `sizes`, `theme`.

    One icon of the wrong shape makes clients that read strictly lose the whole list. Looked at:
    the icons of the server, its tools, prompts, resources, templates and resource links. How a
    size is written ("48x48", "any") is not judged.
    """
    for said, pointer, value in _icons(read):
        wrong = problems(read.revision, "Icons", value)
        if not wrong:
            yield Kept(said.event)
        else:
            yield Finding(
                message=f"{pointer}{wrong[0].pointer} is no icon: {wrong[0].message}",
                expected="a list of {src, mimeType?, sizes?, theme?}",
                actual=quote(value),
                events=(said.event,),
            )


@rule("icons-src-safe", "implied", PAGE, since=SINCE, otherwise=NO_ICON)
def icons_src_safe(read: Reading) -> Observations:
    """The `src` of an icon is an `https:` or a `data:` URI.

    Clients are told to insist on these two, so nobody sees any other icon. `http:` is named as
    possible by the same page, which makes this an advice.
    """
    for said, pointer, value in _icons(read):
        for index, icon in enumerate(as_list(value)):
            src = as_object(icon).get("src")
            if not isinstance(src, str):
                continue
            if (scheme := _scheme(src)) in SAFE:
                yield Kept(said.event)
            else:
                yield Finding(
                    message=f"{pointer}/{index}/src has the scheme {scheme!r}",
                    expected="an https: or data: URI",
                    actual=excerpt(src),
                    events=(said.event,),
                )


def _scheme(uri: str) -> str:
    try:
        return urlsplit(uri).scheme.lower()
    except ValueError:
        return ""  # no URI at all, which the shape tells


def _icons(read: Reading) -> list[tuple[Said, str, Json]]:
    return read.derived(_all_icons)


def _all_icons(read: Reading) -> list[tuple[Said, str, Json]]:
    return [
        (said, pointer, value)
        for said in read.messages()
        for pointer, value in icons(said.message, read.revision)
    ]
