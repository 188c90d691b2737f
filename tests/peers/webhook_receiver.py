"""A receiver of webhooks, as one writes it with FastAPI; weak ones check too little."""

import hashlib
import hmac
import json
import time
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

Weakness = Literal["", "takes what is unsigned", "takes everything twice", "checks the parsed body"]
OLDEST = 300


def webhook_receiver(secret: str, weakness: Weakness = "") -> FastAPI:
    """The application; what it took is in `app.state.taken`."""
    app = FastAPI()
    app.state.taken = []
    seen: set[str] = set()

    def signed(body: bytes, signature: str | None) -> bool:
        if signature is None:
            return weakness == "takes what is unsigned"
        if weakness == "checks the parsed body":
            return len(signature) == len(hashlib.sha256().hexdigest())
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted.encode(), signature.encode())

    def known(body: dict[str, Any], signature: str) -> bool:
        at = time.mktime(time.strptime(body["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
        late = abs(time.time() - at) > OLDEST
        again = signature in seen
        seen.add(signature)
        return (late or again) and weakness != "takes everything twice"

    @app.post("/webhook/mcp")
    async def receive(request: Request) -> JSONResponse:
        body, signature = await request.body(), request.headers.get("X-MCP-Signature")
        if not signed(body, signature):
            return JSONResponse({"error": "Invalid signature"}, 401)
        event = json.loads(body)
        if signature is not None and known(event, signature):
            return JSONResponse({"error": "Known already"}, 409)
        app.state.taken.append(event)
        return JSONResponse({"status": "received"})

    return app
