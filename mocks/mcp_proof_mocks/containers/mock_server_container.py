"""The mock as a container, for tests whose other parts are containers too."""

import io
import tarfile
from pathlib import Path
from typing import Final, Self

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import read_events
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.containers.http_container import HttpContainer
from mcp_proof_mocks.contract_source import find_contract
from mcp_proof_mocks.http.listening import EVERYWHERE
from mcp_proof_mocks.http.mcp_routes import PATH
from mcp_proof_mocks.journal import Journal

PORT: Final = 8000
CONTRACT: Final = "/tmp/contract.yaml"  # noqa: S108  # inside a container of our own
JOURNAL: Final = "/tmp/journal.ndjson"  # noqa: S108  # likewise


class MockServerContainer(HttpContainer):
    """A mock from the image that the project's Dockerfile builds; it serves `everything`.

        with MockServerContainer("mcp-proof/mock:dev").with_contract("weather.yaml") as mock:
            ...  # point the client at mock.get_url()
            mock.get_journal().assert_called_with("get_weather", {"city": "Bern"})

    Other containers in its network reach it at port 8000 of its alias, with the path `/mcp`.

    Raises:
        ContainerFailedError: by `start`, when the mock ends: the message says why.
    """

    def __init__(self, image: str) -> None:
        super().__init__(image, PORT)
        self._served = "everything"
        self._faults: list[str] = []

    def with_contract(self, contract: str | Path | JsonObject) -> Self:
        """Serve a contract file, or a document like one, instead.

        Raises:
            FileNotFoundError: there is no such file, and no contract of that name in the library.
        """
        if isinstance(contract, str | Path):
            text = find_contract(str(contract)).read_bytes()
        else:
            text = encode(contract)
        self._served = CONTRACT
        return self.with_copy_into_container(text, CONTRACT)

    def with_fault(self, fault: str) -> Self:
        """Misbehave in this way too: `NAME[:KEY=VALUE,...]`, as `mcp-proof mock --fault` has it."""
        self._faults.append(fault)
        return self

    def start(self) -> Self:
        """Start the mock; returns when it answers."""
        super().start()
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        return self

    def get_url(self) -> str:
        """Return the endpoint's URL, as seen from here."""
        host, port = self.address()
        return f"http://{host}:{port}{PATH}"

    def get_journal(self) -> Journal:
        """Return what has crossed the mock's wire so far."""
        pieces, _ = self.get_wrapped_container().get_archive(JOURNAL)
        with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as archive:
            lines = archive.extractfile(archive.getmembers()[0])
            assert lines is not None
            return Journal.of(read_events(lines))

    def _configure(self) -> None:
        where = ["--host", EVERYWHERE, "--port", str(PORT), "--journal", JOURNAL]
        faults = [f"--fault={fault}" for fault in self._faults]
        self.with_command(["mock", self._served, *where, *faults])
