"""What all JUnit reports are made of: suites, cases, and texts that XML can hold.

They satisfy both schemas in use, the Ant one and that of the Jenkins xUnit plugin.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from mcp_proof.events import PeerFound
from mcp_proof_contracts.secrets.mask import Mask

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What readers of JUnit XML expect to know of a suite."""

    name: str
    number: int
    began: datetime | None
    seconds: float | None
    tests: int
    failures: int
    errors: int
    skipped: int

    def under(self, root: ET.Element) -> ET.Element:
        """Add the suite, without its cases."""
        attributes = {
            "name": self.name,
            "id": str(self.number),
            "package": "mcp-proof",
            "hostname": "localhost",
            **({"timestamp": f"{self.began:%Y-%m-%dT%H:%M:%S}"} if self.began is not None else {}),
            "tests": str(self.tests),
            "failures": str(self.failures),
            "errors": str(self.errors),
            "skipped": str(self.skipped),
            "time": f"{self.seconds:.3f}" if self.seconds is not None else "0",
        }
        return ET.SubElement(root, "testsuite", attributes)


def add_properties(suite: ET.Element, peer: PeerFound | None, **more: str) -> None:
    """Say whom a suite is about."""
    properties = ET.SubElement(suite, "properties")
    facts = dict(more)
    if peer is not None:
        named = {"server": f"{peer.name} {peer.version}", "revision": str(peer.spoken)}
        facts = {**named, "transport": peer.transport, **more}
    for name, value in facts.items():
        ET.SubElement(properties, "property", {"name": name, "value": value})


def add_case(suite: ET.Element, group: str, name: str) -> ET.Element:
    """Add a case, which has passed unless something is added to it."""
    return ET.SubElement(suite, "testcase", {"classname": group, "name": name, "time": "0"})


def finish(suite: ET.Element, said: str, mask: Mask) -> None:
    """Add what the suite says besides its cases, and hide secrets in all of it."""
    ET.SubElement(suite, "system-out").text = said
    ET.SubElement(suite, "system-err")
    for part in suite.iter():
        part.text = _clean(part.text, mask) if part.text else part.text
        for name, value in part.attrib.items():
            part.set(name, _clean(value, mask))


def document(root: ET.Element) -> bytes:
    """Return the file."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}\n".encode()


def _clean(text: str, mask: Mask) -> str:
    return _FORBIDDEN.sub("\ufffd", mask(text))
