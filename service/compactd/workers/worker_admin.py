"""The admin pages of one worker, as the admin server reads them."""

from pathlib import Path

import aiohttp

from compactd.domain.value_class import value

TIMEOUT = aiohttp.ClientTimeout(total=5)
"""Seconds after which a worker that has not answered counts as away."""


class WorkerAway(Exception):
    """It does not answer: it has died, or hangs."""


@value
class WorkerPage:
    """What a worker has answered."""

    status: int
    body: bytes
    content_type: str


@value
class WorkerAdmin:
    """Where the pages of a worker are, whichever process it is."""

    number: int
    socket: Path

    async def page(self, path: str, accept: str = "") -> WorkerPage:
        """Raises WorkerAway."""
        # A connection for each request: the next one may be another process's.
        connector = aiohttp.UnixConnector(str(self.socket), force_close=True)
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session,
                session.get(f"http://worker{path}", headers={"accept": accept} if accept else {}) as answer,
            ):
                return WorkerPage(answer.status, await answer.read(), answer.headers.get("content-type", ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise WorkerAway(f"worker {self.number} does not answer ({type(error).__name__}).") from error
