"""WatchJob as a browser's EventSource reads it."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.browser.chromium import MISSING, Page, empty_page, find_chromium
from tests.builders.rest_resources import Json, json_of, new_agent, talk
from tests.server import server_process

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(find_chromium() is None, reason=MISSING),
]

WATCH = """
new Promise((settle, fail) => {
  const source = new EventSource("%s"), seen = []
  for (const kind of ["queued", "planned", "asking", "merging", "committed", "skipped", "failed", "cancelled"])
    source.addEventListener(kind, event => seen.push([event.type, event.lastEventId, JSON.parse(event.data)]))
  // When the answer has ended a browser comes back, and is told that there is nothing left.
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) settle(seen) }
})
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with server_process(tmp_path_factory.mktemp("events")) as server:
        yield server.http_url


@pytest_asyncio.fixture(loop_scope="module")
async def page(http_url: str) -> AsyncIterator[Page]:
    """A page of the server's own, of which there is little to draw."""
    async with empty_page() as page:
        await page.go(f"{http_url}/v1/agents")
        await page.shown("pre")
        yield page


async def submitted(http_url: str) -> Json:
    async with httpx.AsyncClient(base_url=http_url, timeout=60) as rest:
        agent = await new_agent(rest)
        conversation = f"/v1/conversations/{agent['default_conversation_id']}"
        await rest.post(f"{conversation}/messages:append", json={"messages": talk(20)})
        settings = {"compaction_settings": {"mode": "all", "model": "local/extractive"}}
        job: Json = json_of(await rest.post(f"{conversation}/compact:submit", json=settings))
        return job


async def test_a_browser_is_told_each_event_once_and_asks_no_more_after_the_last(http_url: str, page: Page) -> None:
    job = await submitted(http_url)
    url = f"{http_url}/v1/jobs/{job['id']}:watch"
    seen = await page.evaluate(WATCH % url)
    assert [kind for kind, _, _ in seen] == ["queued", "planned", "committed"]
    for kind, number, data in seen:
        assert (data["kind"], str(data["ordinal"])) == (kind, number)
    assert page.requested().count(url) == 2
