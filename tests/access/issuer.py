"""An issuer's keys behind a URL on loopback."""

import asyncio

from aiohttp import web


class Issuer:
    """Serves `keys` as often as it is asked, and counts that."""

    def __init__(self, keys: bytes) -> None:
        self.keys = keys
        self.status = 200
        self.asked = 0
        self._requests = asyncio.Semaphore(0)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> "Issuer":
        app = web.Application()
        app.router.add_get("/keys", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/keys"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def is_asked(self) -> None:
        """Returns for each request once."""
        async with asyncio.timeout(20):
            await self._requests.acquire()

    async def _answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        self._requests.release()
        headers = {"location": "/elsewhere"} if self.status == 302 else {}
        return web.Response(body=self.keys, status=self.status, headers=headers)
