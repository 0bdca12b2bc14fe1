"""Everything that HTTP serves: the contract's routes, and the pages that describe them."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.error_shape import CompactdError
from compactd.gateway.browser_rules import BrowserRules, page_headers, preflight_headers
from compactd.gateway.http_request import HttpRequest
from compactd.gateway.http_responses import HttpResponse, error_response, send_response
from compactd.gateway.request_body import App, Receive, Scope, Send, serve_whole_requests
from compactd.gateway.transcoder import Transcoder
from compactd.rpc.call_headers import answer_headers
from compactd.rpc.callers import Callers
from compactd.rpc.connection_limits import ConnectionLimits
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.interceptors.admission import Admission
from compactd.rpc.statuses import status_of


class RestApp:
    """An ASGI application beside a gRPC server: its calls go through that server's `dispatcher`, are made by its
    `callers`, and count for its `admission`; `rules` say which browsers' requests are answered, `limits` how long
    bodies are waited for."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        callers: Callers,
        admission: Admission,
        worker: CpuWorker,
        rules: BrowserRules,
        limits: ConnectionLimits,
    ) -> None:
        self._transcoder = Transcoder(dispatcher, callers, admission, worker, limits.body_seconds)
        self._rules = rules
        self._docs: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removesuffix("/")
        is_page = path in ("/openapi.json", "/docs") or path.startswith("/docs/")
        if origin := self._rules.known_origin(scope["headers"]):
            send = _shown_to(origin, send)
        app = await self._app_for(scope, is_page=is_page, is_known=bool(origin))
        # Starlette looks at `path`, the transcoder at `raw_path`, where encoded slashes are told from others.
        await serve_whole_requests(app, {**scope, "path": path}, receive, send)

    async def _app_for(self, scope: Scope, *, is_page: bool, is_known: bool) -> App:
        headers = scope["headers"]
        try:
            self._rules.check_host(headers)
            if not is_page:
                self._rules.check_origin(headers)
        except CompactdError as error:
            return _answering(error_response(status_of(error)))
        if is_known and scope["method"] == "OPTIONS" and (allowed := preflight_headers(headers)) is not None:
            return _answering(HttpResponse(200, b"", tuple(allowed)))
        return await self._pages() if is_page else self._transcoder

    async def _pages(self) -> App:
        """Imported when somebody looks at them: 0.1 s that the start of a server need not take."""
        if self._docs is None:
            self._docs = await asyncio.to_thread(_make_pages)
        return self._docs


def _answering(response: HttpResponse) -> App:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive)
        await send_response(response, answer_headers(request.call_id, request.trace), send)

    return answer


def _shown_to(origin: bytes, send: Send) -> Send:
    """Lets a page of that origin read the answer."""

    async def send_to(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *page_headers(origin)]
        await send(message)

    return send_to


def _make_pages() -> App:
    from compactd.gateway.docs import make_docs

    return make_docs()
