"""Documents that can be added, changed and found, as far as a believable mock needs it."""

import itertools
from collections import deque
from collections.abc import Iterable, Sequence
from random import Random
from typing import Final
from uuid import UUID

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.bounded import Bounded
from mcp_proof_mocks.documents.followers import Followers
from mcp_proof_mocks.documents.operation import Operation, Say

NOTHING: Final[JsonObject] = {}
KEPT: Final = 1000
"""Operations, and reports of usage, that are remembered."""


class Dataset:
    """The documents of one server, by their `uuid`, in the order in which they were added.

    Every change is told to who listens; `changes` is what each of them hears first.
    """

    def __init__(
        self,
        documents: Iterable[JsonObject],
        changes: Sequence[JsonObject],
        random: Random,
        say: Say,
    ) -> None:
        self.documents: dict[str, JsonObject] = {}
        self.operations: Bounded[str, Operation] = Bounded(KEPT)
        """Those that can be followed, by their ids: the newest."""
        self._numbers = itertools.count(1)
        self.usage: deque[JsonObject] = deque(maxlen=KEPT)
        """What clients have reported by `track_usage`: the newest."""
        self.changes = changes
        self.followers = Followers()
        self._random = random
        self._say = say
        for document in documents:
            uuid = str(document.get("uuid") or self._new_id())
            self._put(uuid, str(document["content"]), as_object(document.get("metadata")))

    def add(self, content: str, metadata: JsonObject = NOTHING, uuid: str = "") -> JsonObject:
        """Add a document, under a new `uuid` unless one is given; return it.

        Raises:
            KeyError: there is a document with this `uuid`.
        """
        uuid = uuid or self._new_id()
        if uuid in self.documents:
            raise KeyError(f"there is a document {uuid} already")
        document = self._put(uuid, content, metadata)
        self._changed("document_added", document)
        return document

    def update(
        self, uuid: str, content: str | None = None, metadata: JsonObject = NOTHING
    ) -> JsonObject:
        """Change a document's content, or add to its metadata; return it.

        Raises:
            KeyError: there is no such document.
        """
        before = self.documents[uuid]
        text = str(before["content"]) if content is None else content
        document = self._put(uuid, text, {**as_object(before["metadata"]), **metadata})
        self._changed("document_updated", document)
        return document

    def delete(self, uuid: str) -> None:
        """Delete a document.

        Raises:
            KeyError: there is no such document.
        """
        self._changed("document_deleted", self.documents.pop(uuid))

    def tell(self, change: JsonObject) -> None:
        """Tell a change of any kind, such as `{"type": "collection_added"}`."""
        self._say(self.followers.tell, change)

    def begin(self, total: int) -> Operation:
        """Begin an operation on so many documents; its `id` is what clients follow it by.

        One on none is completed at once.
        """
        operation = Operation(f"op-{next(self._numbers)}", total, self._say)
        self.operations[operation.id] = operation
        if total == 0:
            operation.complete("Nothing to do")
        return operation

    def close(self) -> None:
        """End all that listen, for the server stops."""
        self.followers.close()
        for operation in self.operations.values():
            operation.followers.close()

    def _put(self, uuid: str, content: str, metadata: JsonObject) -> JsonObject:
        document: JsonObject = {"uuid": uuid, "content": content, "metadata": metadata}
        self.documents[uuid] = document
        return document

    def _changed(self, kind: str, document: JsonObject) -> None:
        shown = {name: value for name, value in document.items() if name != "content"}
        self.tell({"type": kind, "document": shown})

    def _new_id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))
