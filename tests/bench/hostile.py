"""A server that plays a hostile SSH machine, for benches: it floods, dribbles, or says nothing.

`python -m tests.bench.hostile KIND PORT KEY CLIENT`, KIND one of `KINDS`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any

KINDS = {
    "before-login": "bytes without end before the login",
    "output": "output without end",
    "errors": "standard error without end",
    "one-byte-packets": "output without end, a packet a byte",
    "silent": "accepts the command, and never answers it",
}
_PIECE = bytes(32768)


async def _flood(stream: Any, piece: bytes) -> None:
    while True:
        stream.write(piece)
        await stream.drain()


async def _silent(process: Any) -> None:
    await asyncio.sleep(3600)


_ANSWERS: dict[str, Callable[[Any], Coroutine[Any, Any, None]]] = {
    "output": lambda process: _flood(process.stdout, _PIECE),
    "errors": lambda process: _flood(process.stderr, _PIECE),
    "one-byte-packets": lambda process: _flood(process.stdout, b"x"),
    "silent": _silent,
}


async def _raw(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-hostile\r\n")
    await _flood(writer, _PIECE)


async def _serve(kind: str, port: int, key: str, client: str) -> None:
    if kind == "before-login":
        await asyncio.start_server(_raw, "0.0.0.0", port)
    else:
        import asyncssh

        async def answer(process: Any) -> None:
            await _ANSWERS[kind](process)

        await asyncssh.listen(
            "0.0.0.0",
            port,
            server_host_keys=[key],
            authorized_client_keys=asyncssh.read_authorized_keys(client),
            process_factory=answer,
            encoding=None,
        )
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
