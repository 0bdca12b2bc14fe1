"""The admin port of several workers, in a process of its own: each page is made of theirs."""

import asyncio
import gc
import os
from collections.abc import Mapping
from pathlib import Path

import uvloop

from compactd.admin.app import AdminApp, Page
from compactd.admin.health import alive
from compactd.gateway.http_server import HttpServer
from compactd.rpc.connection_limits import ADMIN_LIMITS
from compactd.workers.admin_pages import metrics, ready, status
from compactd.workers.worker_admin import WorkerAdmin

CHECK_SECONDS = 1.0
"""How often it is looked whether the server still serves."""


def serve_admin(address: str, sockets: Mapping[int, Path], kept: Path | None, supervisor: int) -> int:
    """Serves the pages of the workers, each of which has its own at a Unix socket, until there is no supervisor any
    more: the other end of the pipe is closed. `kept` is a file for what workers have counted, None without metrics: the
    next admin process goes on from there. The exit status."""
    # The supervisor, which is only as long as it loads, and then waits, has switched it off.
    gc.enable()
    workers = [WorkerAdmin(number, path) for number, path in sockets.items()]
    pages = {"/healthz": alive, "/readyz": ready(workers), "/statusz": status(workers, os.getppid())}
    if kept is not None:
        pages["/metrics"] = metrics(workers, kept)
    uvloop.run(_serve(address, pages, supervisor))
    return 0


async def _serve(address: str, pages: Mapping[str, Page], supervisor: int) -> None:
    http = HttpServer(address, shared=not address.startswith("unix:"), limits=ADMIN_LIMITS)
    http.start(AdminApp(pages, http.rules.knows_host))
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(supervisor, gone.set)
    checking = asyncio.create_task(_check(http))
    leaving = asyncio.create_task(gone.wait())
    await asyncio.wait({checking, leaving}, return_when=asyncio.FIRST_COMPLETED)
    loop.remove_reader(supervisor)
    await http.stop()
    leaving.cancel()
    checking.cancel()
    # It ends by itself only with an error, which has to be seen.
    await asyncio.gather(checking, return_exceptions=gone.is_set())


async def _check(http: HttpServer) -> None:
    # Ends by being cancelled, when the workers have ended.
    while True:
        http.check()
        await asyncio.sleep(CHECK_SECONDS)
