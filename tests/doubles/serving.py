"""Serves an ASGI app on a free loopback port, in a thread, for as long as a `with` block lasts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


class _Server(uvicorn.Server):
    """Says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """The base address, e.g. `http://127.0.0.1:40123`. Raises RuntimeError when the app doesn't come up."""
    server = _Server(uvicorn.Config(app, ws="none", lifespan="off", log_level="warning", timeout_graceful_shutdown=2))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        if not server.up.wait(20):
            raise RuntimeError("the stand-in did not come up")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
