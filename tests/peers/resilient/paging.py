"""C5."""

from typing import ClassVar

from resilient.client import Client


class Paging(Client):
    promise = "paging"
    terms: ClassVar = {"limit": 3, "by": "offset"}

    async def collect(self, wish):
        found, offset = [], 0
        while True:
            arguments = {**wish["arguments"], "limit": self.term("limit"), "offset": offset}
            result = await self.send(wish["tool"], arguments)
            page = result["structuredContent"]["documents"]
            found += page
            if len(page) < self.term("limit"):
                return found
            if offset and not self.keeps("client-paging-complete"):
                return found
            offset += len(page)
            if not self.keeps("client-paging-exact"):
                offset -= 1


class ByCursor(Paging):
    terms: ClassVar = {"limit": 3, "by": "cursor"}

    async def collect(self, wish):
        found, cursor = [], {}
        while True:
            arguments = {**wish["arguments"], "limit": self.term("limit"), **cursor}
            page = (await self.send(wish["tool"], arguments))["structuredContent"]
            found += page["documents"]
            following = page.get("next_cursor")
            stops = cursor and not self.keeps("client-paging-complete")
            if following is None or stops:
                return found
            if cursor and not self.keeps("client-paging-exact"):
                await self.send(wish["tool"], arguments)
            cursor = {"cursor": following}
