"""Everything that HTTP serves: the contract's routes, and the pages that describe them."""

from compactd.application.worker import CpuWorker
from compactd.gateway.docs import docs_app
from compactd.gateway.http_request import Receive, Scope
from compactd.gateway.local_call import LocalCalls
from compactd.gateway.transcoder import Send, Transcoder
from compactd.rpc.server import RpcServer, Servicers


class RestApp:
    """An ASGI application beside a gRPC server: its calls go through that server's interceptors."""

    def __init__(self, rpc: RpcServer, servicers: Servicers, worker: CpuWorker) -> None:
        self._transcoder = Transcoder(LocalCalls(rpc.interceptors, servicers), worker)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        is_page = path in ("/openapi.json", "/docs") or path.startswith("/docs/")
        await (docs_app if is_page else self._transcoder)(scope, receive, send)
