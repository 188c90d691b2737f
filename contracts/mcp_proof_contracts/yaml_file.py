"""Files of YAML, and what is wrong with those that hold no text."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from mcp_proof_contracts.yaml_text import (
    MAX_CHARACTERS,
    TOO_LONG,
    YamlText,
    YamlTextError,
    yaml_of,
)


def read_yaml(path: Path) -> YamlText:
    """Read a file of YAML.

    Raises:
        YamlTextError: it holds no text, or none that can be read.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        held = file.read(4 * MAX_CHARACTERS + 1)
    if len(held) > 4 * MAX_CHARACTERS:  # of UTF-8, whose characters have four bytes at most
        raise YamlTextError(TOO_LONG)
    if held.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        raise YamlTextError("it is UTF-16; save it as UTF-8", 1)
    try:
        text = held.decode()
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        what = f"the byte {held[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise YamlTextError(what, line) from error
    return yaml_of(text)
