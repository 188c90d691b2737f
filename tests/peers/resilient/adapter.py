"""C19."""

import json

from resilient.client import Client


class Adapting(Client):
    promise = "adapter"

    async def definitions(self, wish):  # noqa: ARG002  # it says nothing more
        return [{"type": "function", "function": self.defined(tool)} for tool in await self.list()]

    def defined(self, tool):
        schema = dict(tool["inputSchema"])
        if not self.keeps("client-adapter-schema-kept"):
            del schema["required"]
        name = f"server_{tool['name']}"
        return {"name": name, "description": tool["description"], "parameters": schema}

    async def function_call(self, wish):
        arguments = json.loads(wish["arguments"])
        if not self.keeps("client-adapter-arguments-parsed"):
            arguments = {"input": wish["arguments"]}
        result = await self.send(wish["name"], arguments)
        if result.get("isError") and not self.keeps("client-adapter-error-told"):
            return "None"
        return f"{result['content'][0]['text']}"
