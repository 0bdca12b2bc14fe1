"""Everything that HTTP serves: the contract's routes, and the pages that describe them."""

from compactd.application.worker import CpuWorker
from compactd.gateway.docs import make_docs
from compactd.gateway.local_call import LocalCalls
from compactd.gateway.request_body import Receive, Scope, Send, serve_whole_requests
from compactd.gateway.transcoder import Transcoder
from compactd.rpc.server import RpcServer, Servicers


class RestApp:
    """An ASGI application beside a gRPC server: its calls go through that server's interceptors."""

    def __init__(self, rpc: RpcServer, servicers: Servicers, worker: CpuWorker) -> None:
        self._transcoder = Transcoder(LocalCalls(rpc.interceptors, servicers), worker)
        self._docs = make_docs()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removesuffix("/")
        is_page = path in ("/openapi.json", "/docs") or path.startswith("/docs/")
        app = self._docs if is_page else self._transcoder
        # Starlette looks at `path`, the transcoder at `raw_path`, where encoded slashes are told from others.
        await serve_whole_requests(app, {**scope, "path": path}, receive, send)
