"""The admin pages over HTTP: a few fixed paths that are only read.

An application of its own, which knows no address and no server: whoever listens hands it requests. It takes no body,
no parameter and no name from a caller, and what it answers holds no contents and no keys.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

from compactd.domain.value_class import value

# ASGI's own types, which leave open what is in them.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TEXT = "text/plain; charset=utf-8"


@value
class Answer:
    """What a page says: the status of HTTP, the bytes, and what they are."""

    status: int
    body: bytes
    content_type: str = TEXT


KnowsHost = Callable[[Sequence[tuple[bytes, bytes]]], bool]
"""Whether the headers of a request name this server as it may be named: a web page in the operator's browser, which has
led a name of its own to 127.0.0.1, does not."""

Page = Callable[[str], Awaitable[Answer]]
"""A page is asked with the request's Accept header, empty where there is none."""


class AdminApp:
    """An ASGI application of `pages`, by path. GET and HEAD; another path is 404, another method 405, a name that is
    not the server's 403."""

    def __init__(self, pages: Mapping[str, Page], knows_host: KnowsHost) -> None:
        self._pages = pages
        self._knows_host = knows_host

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        answer, headers = await self._answer(scope)
        headers = [
            (b"content-type", answer.content_type.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *headers,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: Scope) -> tuple[Answer, list[tuple[bytes, bytes]]]:
        if not self._knows_host(scope["headers"]):
            return Answer(403, b"That is no name of this server: ask 127.0.0.1 or localhost.\n"), []
        page = self._pages.get(scope["path"])
        if page is None:
            return Answer(404, f"The pages are {', '.join(self._pages)}.\n".encode()), []
        if scope["method"] not in ("GET", "HEAD"):
            return Answer(405, b"Pages are only read.\n"), [(b"allow", b"GET, HEAD")]
        return await page(_accept(scope)), []


def _accept(scope: Scope) -> str:
    return ",".join(text.decode("latin-1") for name, text in scope["headers"] if name == b"accept")
