"""`/docs` of a real server, in a real browser."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from tests.browser.chromium import MISSING, Page, empty_page, find_chromium
from tests.server import server_process

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(120),
    pytest.mark.skipif(find_chromium() is None, reason=MISSING),
]


@pytest_asyncio.fixture
async def http_url(tmp_path: Path) -> AsyncIterator[str]:
    async with server_process(tmp_path) as server:
        yield server.http_url


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with empty_page() as page:
        yield page


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where a test leaves what a person may want to look at."""
    folder = Path(os.environ.get("COMPACTD_TEST_OUTPUT") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_the_page_shows_every_operation_of_the_document(
    http_url: str, page: Page, output: Path, record_property: Callable[[str, object], None]
) -> None:
    await page.go(f"{http_url}/docs")
    await page.shown(".opblock")
    screenshot = output / "docs.png"
    screenshot.write_bytes(await page.screenshot())
    record_property("screenshot", screenshot)
    shown = await page.evaluate(
        "[...document.querySelectorAll('.opblock')].map(block => ["
        "block.querySelector('.opblock-summary-method').innerText.toLowerCase(),"
        "block.querySelector('.opblock-summary-path').dataset.path])"
    )
    documented = await operations(http_url)
    assert len(documented) > 20
    assert sorted(map(tuple, shown)) == sorted(documented)


async def test_the_page_opens_every_operation_without_another_origin_or_a_complaint(http_url: str, page: Page) -> None:
    await page.go(f"{http_url}/docs")
    await page.shown(".opblock")
    await page.evaluate("document.querySelectorAll('.opblock-summary-control').forEach(control => control.click())")
    await page.evaluate("new Promise(requestAnimationFrame)")
    opened = await page.evaluate("document.querySelectorAll('.opblock.is-open .opblock-body').length")
    assert opened == len(await operations(http_url))
    assert {origin(url) for url in page.requested() if not url.startswith("data:")} == {http_url}
    assert page.complaints() == []


async def test_an_operation_is_tried_out_on_the_page(http_url: str, page: Page) -> None:
    await page.go(f"{http_url}/docs")
    await page.click(".opblock-get .opblock-summary-path[data-path='/v1/agents/']")
    await page.click(".opblock.is-open .try-out__btn")
    await page.click(".opblock.is-open .execute")
    assert await page.text(".opblock.is-open .live-responses-table .response .response-col_status") == "200"
    assert await page.text(".opblock.is-open .live-responses-table .response .highlight-code") == "[]"
    assert page.complaints() == []


async def operations(http_url: str) -> list[tuple[str, str]]:
    """(method, path) of each operation that the server documents."""
    async with httpx.AsyncClient() as client:
        document: dict[str, Any] = (await client.get(f"{http_url}/openapi.json")).json()
    return [(method, path) for path, item in document["paths"].items() for method in METHODS if method in item]


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
