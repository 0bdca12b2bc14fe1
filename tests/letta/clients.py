"""The official Python clients with one face, the asynchronous one's: behind it the synchronous one runs in threads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import httpx
from letta_client import AsyncLetta, DefaultAsyncHttpxClient, DefaultHttpxClient, Letta
from letta_client.pagination import AsyncArrayPage, SyncArrayPage

Item = TypeVar("Item")

API_KEY = "any"
"""What all of them send, Node's too: the server's only token."""


@dataclass(frozen=True, slots=True)
class Official:
    """A client, and what it has sent, retries included."""

    letta: AsyncLetta
    sent: list[httpx.Request]


class InThreads:
    """The synchronous client: its resources, and its methods, which are awaited."""

    def __init__(self, part: Any) -> None:
        self._part = part

    def __getattr__(self, name: str) -> "InThreads":
        return InThreads(getattr(self._part, name))

    def with_options(self, **options: Any) -> "InThreads":
        return InThreads(self._part.with_options(**options))

    async def __call__(self, *args: Any, **fields: Any) -> Any:
        return await asyncio.to_thread(self._part, *args, **fields)


async def every(page: AsyncArrayPage[Item] | SyncArrayPage[Item]) -> list[Item]:
    """The items of a page and of those behind it, as the client itself asks for them."""
    if isinstance(page, SyncArrayPage):
        return await asyncio.to_thread(list, page)
    return [item async for item in page]


@asynccontextmanager
async def synchronous(url: str) -> AsyncIterator[Official]:
    sent: list[httpx.Request] = []
    http = DefaultHttpxClient(event_hooks={"request": [sent.append]})
    with Letta(base_url=url, api_key=API_KEY, http_client=http) as client:
        yield Official(cast(AsyncLetta, InThreads(client)), sent)


@asynccontextmanager
async def asynchronous(url: str) -> AsyncIterator[Official]:
    sent: list[httpx.Request] = []

    async def note(request: httpx.Request) -> None:
        sent.append(request)

    http = DefaultAsyncHttpxClient(event_hooks={"request": [note]})
    async with AsyncLetta(base_url=url, api_key=API_KEY, http_client=http) as client:
        yield Official(client, sent)
