"""`/openapi.json`, and `/docs`, which shows it in a browser.

    GET, HEAD  /openapi.json          the OpenAPI document, as it lies beside the generated code
    GET, HEAD  /docs, /docs/          our page
    GET, HEAD  /docs/start.js         our script, which starts Swagger UI on that document
    GET, HEAD  /docs/assets/{name}    the three files of Swagger UI that the page needs

Another path is ROUTE_NOT_FOUND and another method METHOD_NOT_ALLOWED, as everywhere over HTTP.

Swagger UI is the work of SmartBear Software under the Apache License 2.0; its files are served as they come in the
wheel swagger-ui-py, which is not imported. The page fetches nothing from any other origin, and its policy forbids it
to: everything that it shows or calls is on this server.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from compactd.domain.error_shape import CompactdError
from compactd.gateway.http_errors import MethodNotAllowed, RouteNotFound
from compactd.gateway.http_request import HttpRequest
from compactd.gateway.http_responses import error_response
from compactd.rpc.call_headers import CALL_ID_HEADER
from compactd.rpc.statuses import status_of

ASSETS = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
"""The wheel has twenty more files, of 24 MB, that the page does not need: an editor, source maps, other builds."""

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # The icons in its style sheet are data URLs.
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # With the ETag: asked again each time, sent again only when it has changed.
    "Cache-Control": "no-cache",
}

PAGE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>compactd: the REST API</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<script src="/docs/assets/swagger-ui-bundle.js" defer></script>
<script src="/docs/start.js" defer></script>
</head>
<body>
<noscript>This page needs JavaScript. What it shows is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<main id="api"></main>
</body>
</html>
"""

# With a validatorUrl, Swagger UI would send the document's address to its makers. The schemas are shown where they are
# used; the list of all of them, below the operations, is long and stays closed.
START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
"""

_static = StaticFiles(packages=[("swagger_ui", "static")], follow_symlink=True)


class _Headers:
    """Every answer carries HEADERS and its request's id, whatever its status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call_id = HttpRequest(scope, receive).call_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({**HEADERS, CALL_ID_HEADER: call_id})
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def _openapi(request: Request) -> Response:
    return _answer(request, _document(), "application/json")


async def _page(request: Request) -> Response:
    return _answer(request, PAGE, "text/html")


async def _start(request: Request) -> Response:
    return _answer(request, START, "text/javascript")


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    return await _static.get_response(name, request.scope)


async def _error_answer(request: Request, error: Exception) -> Response:
    failure: CompactdError = RouteNotFound(path=request.url.path)
    if isinstance(error, HTTPException) and error.status_code == 405:
        failure = MethodNotAllowed(method=request.method, allowed="GET, HEAD")
    response = error_response(status_of(failure))
    answer = Response(response.body, response.status, media_type="application/json")
    answer.raw_headers.extend(response.headers)
    return answer


@cache
def _document() -> bytes:
    return files("compaction.v1").joinpath("openapi.json").read_bytes()


def _answer(request: Request, content: bytes, media_type: str) -> Response:
    tag = hashlib.blake2b(content, digest_size=16).hexdigest()
    answer = Response(content, media_type=media_type, headers={"ETag": f'"{tag}"'})
    if _static.is_not_modified(answer.headers, request.headers):
        return NotModifiedResponse(answer.headers)
    return answer


def make_docs() -> Starlette:
    """An ASGI application for the paths above, without a slash at their ends."""
    app = Starlette(
        routes=[
            Route("/openapi.json", _openapi),
            Route("/docs", _page),
            Route("/docs/start.js", _start),
            Route("/docs/assets/{name}", _asset),
        ],
        middleware=[Middleware(_Headers)],
        exception_handlers={HTTPException: _error_answer},
    )
    app.router.redirect_slashes = False
    return app
