"""`/openapi.json` and `/docs`, request by request; tests/browser looks at the page."""

import asyncio
import json
import re
import sys
from importlib.resources import files

import httpx
import pytest

from compactd.gateway.docs import ASSETS

FILES = ["/openapi.json", "/docs", "/docs/start.js", *(f"/docs/assets/{name}" for name in sorted(ASSETS))]
PATHS = [*FILES, *(f"{path}/" for path in FILES)]


pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def client(rest: httpx.AsyncClient) -> httpx.AsyncClient:
    """A real server: the pages lie beside the routes, which are all that they do not answer for."""
    return rest


async def test_the_document_is_the_generated_file(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == files("compaction.v1").joinpath("openapi.json").read_bytes()
    assert json.loads(answer.content)["openapi"].startswith("3.1")


async def test_the_page_is_html(client: httpx.AsyncClient) -> None:
    assert (await client.get("/docs")).headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", FILES)
async def test_a_slash_at_the_end_makes_no_difference(client: httpx.AsyncClient, path: str) -> None:
    bare, slashed = await client.get(path), await client.get(f"{path}/")
    assert bare.status_code == slashed.status_code == 200
    assert (bare.headers["ETag"], bare.content) == (slashed.headers["ETag"], slashed.content)


async def test_all_that_the_page_names_is_served(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert {f"/docs/assets/{name}" for name in ASSETS} < set(named)
    answers = [await client.get(path) for path in named]
    assert [answer.status_code for answer in answers] == [200] * len(named)


async def test_the_page_has_no_script_or_style_of_its_own_and_names_no_other_host(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "://" not in page
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=", page) == []


@pytest.mark.parametrize("path", PATHS)
async def test_head_says_what_get_would_without_the_content(client: httpx.AsyncClient, path: str) -> None:
    same_id = {"X-Request-Id": "the-same"}
    got, headed = await client.get(path, headers=same_id), await client.head(path, headers=same_id)
    assert headed.status_code == 200
    assert {**headed.headers, "date": ""} == {**got.headers, "date": ""}
    assert headed.content == b""


@pytest.mark.parametrize("path", PATHS)
async def test_what_has_not_changed_is_not_sent_again(client: httpx.AsyncClient, path: str) -> None:
    tag = (await client.get(path)).headers["ETag"]
    again = await client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get(path, headers={"If-None-Match": '"another"'})).status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "/docs/assets/nothing.js"])
async def test_every_answer_carries_the_strict_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", PATHS)
async def test_nothing_but_get_and_head_is_allowed(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert reason(answer) == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(
    "path",
    [
        "/docs/assets/",
        "/docs/assets",
        "/docs/assets/.",
        "/docs/assets/swagger-editor-bundle.js",
        "/docs/assets/%2e%2e%2f__init__.py",
        "/docs/assets/..%2f..%2fstart.js",
        "/docs/assets/swagger-ui.css%00",
        "/docs/anything",
        "/docs//",
        "/docs/assets//swagger-ui.css",
        "/openapi.json//",
        "/openapi.json/x",
        "/docsx",
    ],
)
async def test_no_other_file_and_no_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert reason(answer) == "ROUTE_NOT_FOUND"


@pytest.mark.parametrize("path", ["/docs", "/docs/assets/swagger-ui.css", "/docs/anything"])
async def test_every_answer_carries_the_request_id(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"X-Request-Id": "a-request-of-mine"})
    assert answer.headers["X-Request-Id"] == "a-request-of-mine"


async def test_the_wheel_of_swagger_ui_is_not_imported() -> None:
    look = "import sys, compactd.gateway.docs; sys.exit('swagger_ui' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look)
    assert await process.wait() == 0


def reason(answer: httpx.Response) -> str:
    return str(answer.json()["details"][0]["reason"])
