"""The admin pages as an application: what is answered, and what is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from compactd.admin.app import AdminApp
from compactd.admin.health import alive, ready_page
from compactd.rpc.readiness import Readiness


@asynccontextmanager
async def pages(readiness: Readiness) -> AsyncIterator[httpx.AsyncClient]:
    app = AdminApp(
        {"/healthz": alive, "/readyz": ready_page(readiness)}, lambda headers: (b"host", b"evil") not in headers
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://admin") as client:
        yield client


async def test_a_process_is_alive_whether_or_not_it_is_ready() -> None:
    readiness = Readiness()
    async with pages(readiness) as client:
        assert (await client.get("/healthz")).status_code == 200
        readiness.leave()
        assert (await client.get("/healthz")).text == "ok\n"


async def test_ready_is_what_was_reported_last_and_never_again_after_the_server_was_left() -> None:
    readiness = Readiness()
    async with pages(readiness) as client:

        async def said() -> tuple[int, str]:
            answer = await client.get("/readyz")
            return answer.status_code, answer.text

        assert await said() == (503, "The server is starting.\n")
        readiness.report("")
        assert await said() == (200, "ok\n")
        readiness.report("The database cannot be used: the log says why.")
        assert await said() == (503, "The database cannot be used: the log says why.\n")
        readiness.leave()
        readiness.report("")
        assert await said() == (503, "The server stops.\n")


@pytest.mark.parametrize("path", ["/", "/healthz/", "/HEALTHZ", "/v1/agents"])
async def test_there_are_no_other_pages(path: str) -> None:
    async with pages(Readiness()) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.text) == (404, "The pages are /healthz, /readyz.\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_pages_are_only_read(method: str) -> None:
    async with pages(Readiness()) as client:
        answer = await client.request(method, "/healthz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "access-control-allow-origin" not in answer.headers


async def test_a_name_that_is_not_the_servers_is_refused_whatever_it_asks_for() -> None:
    async with pages(Readiness()) as client:
        for path in ("/healthz", "/nothing"):
            answer = await client.get(path, headers={"host": "evil"})
            assert (answer.status_code, answer.text) == (
                403,
                "That is no name of this server: ask 127.0.0.1 or localhost.\n",
            )


async def test_head_says_as_much_without_a_body() -> None:
    async with pages(Readiness()) as client:
        answer = await client.head("/readyz")
    assert (answer.status_code, answer.content) == (503, b"")
    assert answer.headers["content-length"] == str(len("The server is starting.\n"))


async def test_no_answer_is_kept_by_anybody() -> None:
    async with pages(Readiness()) as client:
        for path in ("/healthz", "/nothing"):
            assert (await client.get(path)).headers["cache-control"] == "no-store"
