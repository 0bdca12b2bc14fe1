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

Keep = Callable[[str, bytes], None]

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(find_chromium() is None, reason=MISSING),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of one server for all tests, none of which stores anything."""
    async with server_process(tmp_path_factory.mktemp("docs")) as server:
        yield server.http_url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(http_url: str) -> AsyncIterator[Page]:
    """The page, on which each test opens an operation of its own: to draw it takes seconds."""
    async with empty_page() as page:
        await page.go(f"{http_url}/docs")
        await page.shown(".opblock")
        yield page


@pytest.fixture
def keep(tmp_path: Path, record_property: Callable[[str, object], None]) -> Keep:
    """Writes a file for a person to look at, and its path into the report of the tests."""
    folder = Path(os.environ.get("COMPACTD_TEST_OUTPUT") or tmp_path)

    def written(name: str, content: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        record_property(name, str(folder / name))

    return written


async def test_the_page_shows_every_operation_of_the_document(http_url: str, page: Page, keep: Keep) -> None:
    keep("docs.png", await page.screenshot())
    shown = await page.evaluate(
        "[...document.querySelectorAll('.opblock')].filter(block => block.checkVisibility()).map(block => ["
        "block.querySelector('.opblock-summary-method').innerText.toLowerCase(),"
        "block.querySelector('.opblock-summary-path').dataset.path])"
    )
    documented = await operations(http_url)
    assert len(documented) > 20
    assert sorted(map(tuple, shown)) == sorted(documented)
    assert page.complaints() == []


async def test_an_operation_opens_without_a_request_to_anybody_else(http_url: str, page: Page, keep: Keep) -> None:
    await page.click("#operations-CompactionService-Compact .opblock-summary-control")
    example = await page.text("#operations-CompactionService-Compact .body-param__example")
    keep("docs-compact.png", await page.screenshot())
    assert "compaction_settings" in example
    assert {origin(url) for url in page.requested() if not url.startswith("data:")} == {http_url}
    assert page.complaints() == []


async def test_an_operation_is_tried_out_on_the_page(page: Page) -> None:
    operation = "#operations-AgentService-ListAgents"
    await page.click(f"{operation} .opblock-summary-control")
    await page.click(f"{operation} .try-out__btn")
    await page.click(f"{operation} .execute")
    answer = f"{operation} .live-responses-table .response"
    assert await page.text(f"{answer} .response-col_status") == "200"
    assert await page.text(f"{answer} .highlight-code code") == "[]"
    assert page.complaints() == []


async def operations(http_url: str) -> list[tuple[str, str]]:
    """(method, path) of each operation that the server documents."""
    async with httpx.AsyncClient(timeout=60) as client:
        document: dict[str, Any] = (await client.get(f"{http_url}/openapi.json")).json()
    return [(method, path) for path, item in document["paths"].items() for method in METHODS if method in item]


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
