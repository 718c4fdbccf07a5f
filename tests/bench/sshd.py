"""A server that plays any number of SSH machines in one process, for benches.

It listens on every loopback address of a network namespace of its own, knows our script by its marker,
and answers with what a real machine answered. `python -m tests.bench.sshd PORT KEY CLIENT CANNED`.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

MARK = b"@MARK@"
_MARKER = re.compile(rb"^MARK=([0-9a-zA-Z-]+)$", re.MULTILINE)


def main(port: int, key: str, client: str, canned: Path, wait: float) -> None:
    """Serve until killed; `canned` holds standard output and error of a real run, marker replaced."""
    import asyncssh

    output, error = (canned / name for name in ("output", "error"))
    texts = output.read_bytes(), error.read_bytes()
    allowed = asyncssh.read_authorized_keys(client)

    class Server(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

    async def answer(process: Any) -> None:
        script = await process.stdin.read()
        if wait:
            await asyncio.sleep(wait)
        match = _MARKER.search(script)
        if match:
            process.stderr.write(texts[1].replace(MARK, match[1]))
            process.stdout.write(texts[0].replace(MARK, match[1]))
        process.exit(0)

    async def serve() -> None:
        await asyncssh.listen(
            "0.0.0.0",
            port,
            server_factory=Server,
            server_host_keys=[key],
            authorized_client_keys=allowed,
            process_factory=answer,
            encoding=None,
            backlog=4096,
            reuse_port=True,
            kex_algs=["curve25519-sha256", "curve25519-sha256@libssh.org"],
            login_timeout=60,
            agent_forwarding=False,
            x11_forwarding=False,
        )
        print("ready", flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]), float(sys.argv[5]))
