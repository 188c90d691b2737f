"""C13."""

from typing import ClassVar

from resilient.client import Client


class Scoped(Client):
    promise = "scope"
    terms: ClassVar = {"tools": ["search", "read"]}

    async def call(self, tool, arguments, server=""):
        if tool not in self.term("tools") and self.keeps("client-scope-kept"):
            raise PermissionError(f"{tool} is not allowed")
        return await self.send(tool, arguments, server)
