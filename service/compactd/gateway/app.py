"""Everything that HTTP serves: the contract's routes, and the pages that describe them."""

import asyncio

from compactd.application.cpu_worker import CpuWorker
from compactd.gateway.request_body import App, Receive, Scope, Send, serve_whole_requests
from compactd.gateway.transcoder import Transcoder
from compactd.rpc.contract import Servicers, behaviours_of
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.server import RpcServer


class RestApp:
    """An ASGI application beside a gRPC server: its calls go through that server's interceptors."""

    def __init__(self, rpc: RpcServer, servicers: Servicers, worker: CpuWorker) -> None:
        dispatcher = Dispatcher(rpc.interceptors)
        dispatcher.serve(behaviours_of(servicers))
        self._transcoder = Transcoder(dispatcher, rpc.admission, worker)
        self._docs: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removesuffix("/")
        is_page = path in ("/openapi.json", "/docs") or path.startswith("/docs/")
        app = await self._pages() if is_page else self._transcoder
        # Starlette looks at `path`, the transcoder at `raw_path`, where encoded slashes are told from others.
        await serve_whole_requests(app, {**scope, "path": path}, receive, send)

    async def _pages(self) -> App:
        """Imported when somebody looks at them: 0.1 s that the start of a server need not take."""
        if self._docs is None:
            self._docs = await asyncio.to_thread(_make_pages)
        return self._docs


def _make_pages() -> App:
    from compactd.gateway.docs import make_docs

    return make_docs()
