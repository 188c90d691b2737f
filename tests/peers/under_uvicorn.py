"""An ASGI application under a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def under_uvicorn(application: Any, **options: Any) -> AsyncIterator[str]:
    """Serve on a free loopback port while the block runs; gives the address."""
    # Named as TCP, or asyncio leaves Nagle's algorithm on, which costs 40 ms for each answer.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # whoever connects before uvicorn does waits, and is not refused
    usual = {"lifespan": "on", "log_level": "warning", "timeout_graceful_shutdown": 2}
    config = uvicorn.Config(application, **{**usual, **options})
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        scheme = "https" if config.is_ssl else "http"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listener.close()
