"""C14."""

from typing import ClassVar

from resilient.client import Client


class Minimising(Client):
    promise = "minimisation"
    terms: ClassVar = {"fields": ["password", "ssn"]}

    async def call(self, tool, arguments, server=""):
        return await self.send(tool, self._without(arguments, top=True), server)

    def _without(self, value, *, top=False):
        if isinstance(value, dict):
            if not top and not self.keeps("client-fields-withheld"):
                return value
            kept = {n: v for n, v in value.items() if n not in self.term("fields")}
            return {name: self._without(each) for name, each in kept.items()}
        if isinstance(value, list):
            return [self._without(each) for each in value]
        return value
