"""A server in a process of its own, on a free port, with a database that is gone afterwards."""

import asyncio
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from compactd.config import PREFIX
from compactd.config.models import ModelSettings

START_SECONDS = 60.0
STOP_SECONDS = 30.0


@asynccontextmanager
async def server_process() -> AsyncIterator[str]:
    """Yields the server's address. RuntimeError with its last log line if it ends before it listens, or does not listen
    in time."""
    with tempfile.TemporaryDirectory(prefix="compactd-demo-") as folder:
        environment = _without_server_settings() | {
            "COMPACTD_GRPC_ADDRESS": "127.0.0.1:0",
            "COMPACTD_HTTP_ADDRESS": "off",
            "COMPACTD_ADMIN_ADDRESS": "off",
            "COMPACTD_DATABASE_URL": f"sqlite:///{Path(folder) / 'demo.db'}",
            # Where it listens is a line of its log; nobody else calls it, or waits for it when the demo ends.
            "COMPACTD_LOG_LEVEL": "info",
            "COMPACTD_DRAIN_SECONDS": "0",
            "COMPACTD_DRAIN_GRACE_SECONDS": "1",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "compactd", "serve", env=environment, stderr=asyncio.subprocess.PIPE
        )
        lines = process.stderr
        if lines is None:
            raise RuntimeError("the server process has no standard error")
        try:
            port = await _listening_port(lines)
            drain = asyncio.create_task(_read_on(lines))
            yield f"127.0.0.1:{port}"
            process.terminate()
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
            await drain
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _without_server_settings() -> dict[str, str]:
    """This process's environment, but for how a server of its user is reached and protected, which this one is not."""
    kept = {f"{PREFIX}{name.upper()}" for name in ModelSettings.model_fields}
    return {name: value for name, value in os.environ.items() if name in kept or not name.startswith(PREFIX)}


async def _listening_port(lines: asyncio.StreamReader) -> int:
    last = ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while line := (await lines.readline()).decode():
                last = line.strip()
                if last.startswith("{") and (event := json.loads(last))["event"] == "listening":
                    return int(event["port"])
    raise RuntimeError(f"the server did not start: {last}")


async def _read_on(lines: asyncio.StreamReader) -> None:
    """Keeps the pipe from filling up."""
    while await lines.readline():
        pass
