"""What a caller takes before its call begins: bodies on their way count for its namespace, and for nobody else."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from compactd.access.token_table import hash_of
from compactd.application.turns import NAMESPACE_AT_WORK
from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.gateway.request_decoder import RequestDecoder
from tests.access.doors import OK, over_rest
from tests.gateway.raw_http import Connection, connection, request
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW, WIDE, OTHER = "canary-token-narrow", "canary-token-wide", "canary-token-other"

TOKENS = ((NARROW, "narrow", "read,write"), (WIDE, "wide", "read,write"), (OTHER, "other", "read,write"))

BODY = b'{"name": "Whole"}'


def bearer(token: str) -> str:
    return f"Authorization: Bearer {token}\r\n"


def most_of(size: int, token: str, verb: str = "POST") -> bytes:
    """A request but for the last byte of its body."""
    whole = request(verb, "/v1/agents", BODY.ljust(size), bearer(token))
    return whole[:-1]


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[LocalServer]:
    tokens, namespaces = folder / "tokens", folder / "namespaces.toml"
    tokens.write_text("\n".join(f"{hash_of(token)} {namespace} {scopes}" for token, namespace, scopes in TOKENS))
    namespaces.write_text("[namespaces.narrow]\ncalls_in_hand = 1\n")
    async with local_server(http=True, auth="tokens", auth_tokens_file=tokens, namespaces_file=namespaces) as running:
        yield running


@pytest.fixture(autouse=True)
def brief_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a body that nobody wants is read for less long than it would be."""
    monkeypatch.setattr("compactd.gateway.request_body.DISCARD_SECONDS", 0.1)


async def held(stack: AsyncExitStack, running: LocalServer, sent: bytes) -> Connection:
    raw = await stack.enter_async_context(connection(running.http_url))
    await raw.send(sent)
    return raw


async def has_bytes(running: LocalServer, count: int) -> None:
    async with asyncio.timeout(20):
        # Nobody is told of bytes that come.
        while running.rpc.admission.bytes_in_hand < count:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def ask(running: LocalServer, token: str) -> tuple[str, str]:
    end = await over_rest(running, {"authorization": f"Bearer {token}"}, "POST", "/v1/agents", {"name": "Small"})
    return end.code, end.reason


async def test_a_body_on_its_way_is_one_of_its_namespace_s_calls(tmp_path: Path) -> None:
    async with server(tmp_path) as running, AsyncExitStack() as stack:
        slow = await held(stack, running, most_of(1000, NARROW))
        await has_bytes(running, 999)
        second = await held(stack, running, most_of(100_000, NARROW))
        refused = await second.answer()
        assert (refused.status_code, refused.json()["details"][0]["reason"]) == (429, "QUOTA_EXCEEDED")
        assert running.rpc.admission.bytes_in_hand == 999
        assert await ask(running, OTHER) == (OK, "")
        assert (await slow.exchange(b" ")).status_code == 200
        assert await ask(running, NARROW) == (OK, "")


async def test_one_namespace_s_bodies_leave_room_for_another_s(tmp_path: Path) -> None:
    async with server(tmp_path) as running, AsyncExitStack() as stack:
        half = running.rpc.admission.limits.bytes_in_hand // 2
        slow = [await held(stack, running, most_of(MAX_REQUEST_BYTES, WIDE)) for _ in range(half // MAX_REQUEST_BYTES)]
        await has_bytes(running, half - len(slow))
        assert await ask(running, WIDE) == ("RESOURCE_EXHAUSTED", "OVERLOADED")
        assert await ask(running, OTHER) == (OK, "")


@pytest.mark.parametrize("verb", ["GET", "DELETE"])
async def test_a_body_that_no_route_wants_is_not_kept(tmp_path: Path, verb: str) -> None:
    async with server(tmp_path) as running, AsyncExitStack() as stack:
        path = "/v1/agents" if verb == "GET" else "/v1/agents/agent-00000000-0000-4000-8000-000000000000"
        wanted = {"GET": 200, "DELETE": 404}[verb]
        # Its end never comes, and it is answered all the same.
        announced = f"Content-Length: {MAX_REQUEST_BYTES}\r\n" + bearer(OTHER)
        raw = await held(stack, running, request(verb, path, b"", announced) + bytes(100_000))
        answer = await raw.answer()
        assert (answer.status_code, answer.headers["connection"]) == (wanted, "close")
        assert running.rpc.admission.bytes_in_hand == 0
        # One that has come is no reason to close.
        small = await held(stack, running, request(verb, path, b"{}", bearer(OTHER)))
        for _ in range(2):
            answer = await small.answer()
            assert (answer.status_code, answer.headers.get("connection")) == (wanted, None)
            await small.send(request(verb, path, b"", bearer(OTHER)))


async def test_bodies_are_decoded_in_their_namespace_s_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20 large bodies of one namespace that wait for the worker, another's lets one or two go before it."""
    order: list[str] = []
    blocked = threading.Event()
    decode = RequestDecoder.decode

    def told(self: RequestDecoder, *arguments: Any) -> Any:
        assert blocked.wait(20)
        order.append(json.loads(arguments[3])["name"])
        return decode(self, *arguments)

    monkeypatch.setattr(RequestDecoder, "decode", told)
    async with server(tmp_path) as running:

        def post(token: str, name: str) -> "asyncio.Task[Any]":
            body = {"name": name, "description": "x" * 100_000}
            headers = {"authorization": f"Bearer {token}"}
            return asyncio.create_task(over_rest(running, headers, "POST", "/v1/agents", body))

        many = [post(WIDE, "many") for _ in range(20)]
        await has_bytes(running, 20 * 100_000)
        one = post(OTHER, "one")
        await has_bytes(running, 21 * 100_000)
        blocked.set()
        await asyncio.gather(*many, one)
    assert order.index("one") <= 2
    assert NAMESPACE_AT_WORK.get() == ""
