"""Chromium without a window, driven over its DevTools protocol, with no network but loopback."""

import asyncio
import base64
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

MISSING = "there is no Chromium; on Debian: apt-get install --no-install-recommends chromium"

FLAGS = (
    "--headless=new",
    # Containers run as root, without user namespaces, and with a /dev/shm too small for a page.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1280,1600",
    "--remote-debugging-port=0",
)

LISTENING = "DevTools listening on "


def find_chromium() -> str | None:
    """The executable, by any of its names."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One tab. `events` is all that DevTools has told of it so far, in order: objects with `method` and `params`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._session: str | None = None
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.events: list[dict[str, Any]] = []

    async def open(self) -> None:
        target = await self.send("Target.createTarget", url="about:blank")
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.send(f"{domain}.enable")

    async def listen(self) -> None:
        """Reads what DevTools says, until the connection ends."""
        async for frame in self._socket:
            message = frame.json()
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
            else:
                self.events.append(message)
        for answer in self._answers.values():
            answer.set_exception(ConnectionError("Chromium has ended"))

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What DevTools answers to that command. RuntimeError if it refuses."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json(command | ({"sessionId": self._session} if self._session else {}))
        answer = await self._answers[number]
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    async def go(self, url: str) -> None:
        await self.send("Page.navigate", url=url)

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page, once it is there if it is a promise."""
        answer = await self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def shown(self, selector: str) -> None:
        """Waits until the page has an element of that CSS selector."""
        await self.evaluate(
            f"new Promise(found => {{ const look = () =>"
            f" document.querySelector({selector!r}) ? found(true) : setTimeout(look, 20); look() }})"
        )

    async def click(self, selector: str) -> None:
        """Waits for the first element of that CSS selector and clicks on it."""
        await self.shown(selector)
        await self.evaluate(f"document.querySelector({selector!r}).click()")

    async def text(self, selector: str) -> str:
        """Waits for the first element of that CSS selector; the text that it shows."""
        await self.shown(selector)
        return str(await self.evaluate(f"document.querySelector({selector!r}).innerText"))

    async def screenshot(self) -> bytes:
        """A PNG of the whole page, as far as it can be scrolled."""
        size = (await self.send("Page.getLayoutMetrics"))["cssContentSize"]
        clip = {**size, "scale": 1}
        answer = await self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(answer["data"])

    def requested(self) -> list[str]:
        """The URL of each request so far."""
        sent = [event["params"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [parameters["request"]["url"] for parameters in sent]

    def complaints(self) -> list[dict[str, Any]]:
        """Uncaught exceptions, errors and warnings of scripts, failed requests, breaches of the page's policy."""
        return [event for event in self.events if _is_complaint(event)]


@asynccontextmanager
async def empty_page() -> AsyncIterator[Page]:
    """In a browser of its own with a new profile; both are gone afterwards."""
    executable = find_chromium()
    assert executable, MISSING
    # Processes of the browser that end a little later may still write there.
    with tempfile.TemporaryDirectory(prefix="compactd-chromium-", ignore_cleanup_errors=True) as profile:
        browser = await asyncio.create_subprocess_exec(
            *(executable, *FLAGS, f"--user-data-dir={profile}"), stderr=asyncio.subprocess.PIPE
        )
        try:
            assert browser.stderr is not None
            address = await _address(browser.stderr)
            # Or the browser would wait, once the pipe is full, for someone to read what it says.
            reading = asyncio.create_task(browser.stderr.read())
            async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as socket:
                page = Page(socket)
                listening = asyncio.create_task(page.listen())
                await page.open()
                yield page
            await listening
            browser.terminate()
            await reading
        finally:
            if browser.returncode is None:
                browser.kill()
                await browser.wait()


async def _address(stderr: asyncio.StreamReader) -> str:
    said = []
    while line := (await stderr.readline()).decode():
        if line.startswith(LISTENING):
            return line.removeprefix(LISTENING).strip()
        said.append(line)
    raise RuntimeError(f"Chromium ended: {said}")


def _is_complaint(event: dict[str, Any]) -> bool:
    match event["method"]:
        case "Runtime.exceptionThrown" | "Network.loadingFailed":
            return True
        case "Runtime.consoleAPICalled":
            return event["params"]["type"] in ("error", "warning", "assert")
        case "Log.entryAdded":
            return event["params"]["entry"]["level"] in ("error", "warning")
    return False
