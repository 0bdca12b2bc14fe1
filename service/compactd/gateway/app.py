"""Everything that HTTP serves: the contract's routes, and the pages that describe them."""

import asyncio

from compactd.application.cpu_worker import CpuWorker
from compactd.gateway.request_body import App, Receive, Scope, Send, serve_whole_requests
from compactd.gateway.transcoder import Transcoder
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.interceptors.admission import Admission


class RestApp:
    """An ASGI application beside a gRPC server: its calls go through that server's `dispatcher`, and count for its
    `admission`."""

    def __init__(self, dispatcher: Dispatcher, admission: Admission, worker: CpuWorker) -> None:
        self._transcoder = Transcoder(dispatcher, admission, worker)
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
