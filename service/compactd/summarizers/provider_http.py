"""HTTP to the providers: one long-lived pool, no retries, no redirects, and nothing hidden from the caller."""

import io
import os
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import certifi
from yarl import URL

CONNECT_SECONDS = 10.0
"""How long a connection may take to stand; the answer has the caller's own time."""

WHOLE_BYTES = 256 * 1024
"""A body of more is sent piece by piece: written at once it would hold up the event loop, and aiohttp warns of it."""

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""Decompressed; a summary is a thousandth of it."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is sent to a provider, by POST; `url` is escaped, and signed if the provider wants that."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back, whole and decompressed; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class ConnectionBroken(Exception):
    """No connection, it broke before the whole answer was there, or the answer has more than MAX_ANSWER_BYTES."""


class ProviderHttp:
    """Belongs to the event loop that it is first used in. Cancelling a post closes its connection at once."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        """ConnectionBroken if there is no whole answer."""
        try:
            # The URL is signed or escaped already: yarl must not write it anew.
            async with self.open().post(
                URL(url, encoded=True), headers=headers, data=_sent(body), allow_redirects=False
            ) as response:
                whole = await _whole_body(response)
                names = {name.lower(): value for name, value in response.headers.items()}
                return HttpAnswer(response.status, names, whole)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConnectionBroken from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def open(self) -> aiohttp.ClientSession:
        """The pool; 30 ms the first time, for the certificates."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # As many as there are compactions at once: how many those are is decided elsewhere.
                connector=aiohttp.TCPConnector(limit=0, ssl=_tls()),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                trust_env=bool(urllib.request.getproxies()),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def _sent(body: bytes) -> bytes | io.BytesIO:
    return body if len(body) <= WHOLE_BYTES else io.BytesIO(body)


async def _whole_body(response: aiohttp.ClientResponse) -> bytes:
    whole = bytearray()
    async for data in response.content.iter_any():
        whole += data
        if len(whole) > MAX_ANSWER_BYTES:
            raise ConnectionBroken
    return bytes(whole)


def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or certifi.where())
