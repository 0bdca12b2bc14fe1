"""The longest time of a call is over while another server has the conversation: what the call is told agrees with what
may still come of it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import grpc
import httpx
import pytest
import pytest_asyncio

from tests.builders.chat import compact, context_of
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, SLIDING, received, with_model
from tests.rpc.test_replicas import compacting
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

Servers = tuple[LocalServer, LocalServer]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["sqlite", "postgresql"])
async def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """Two on one database. The second one has half a second for a call."""
    url = f"sqlite:///{tmp_path_factory.mktemp('longest')}/compactd.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("module_postgres_url")
    async with local_server(url) as one, local_server(url, http=True, max_call_seconds=0.5) as other:
        yield one, other


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _warm(servers: Servers, model: LoopbackModel) -> LoopbackModel:
    # A test's deadline is for the model, not for loading what calls it.
    for server in servers:
        await server.service.model.warm()
    return model


async def test_an_equal_call_is_at_its_deadline_and_gets_the_reply_when_it_is_repeated(
    servers: Servers, model: LoopbackModel
) -> None:
    one, other = servers
    conversation_id, request_id = await with_model(one.client), str(uuid4())
    go = model.answer_later(openai_chat())
    first = compacting(one.client, conversation_id, request_id=request_id)
    await received(model)
    with pytest.raises(grpc.aio.AioRpcError, match="repeat it with its request_id") as failed:
        await compact(other.client, conversation_id, ALL, request_id=request_id)
    assert failed.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    async with httpx.AsyncClient(base_url=other.http_url, timeout=60) as rest:
        answer = await rest.post(
            f"/v1/conversations/{conversation_id}/compact",
            json={"compaction_settings": {"mode": "all"}, "request_id": request_id},
        )
    assert (answer.status_code, answer.json()["details"]) == (504, [])
    go.set()
    done = await first
    assert await compact(other.client, conversation_id, ALL, request_id=request_id) == done
    assert (done.summary, len(model.requests)) == (SUMMARY, 1)


async def test_another_call_has_changed_nothing(servers: Servers, model: LoopbackModel) -> None:
    one, other = servers
    conversation_id = await with_model(one.client)
    go = model.answer_later(openai_chat())
    first = compacting(one.client, conversation_id)
    await received(model)
    failed = await failure_of(compact(other.client, conversation_id, SLIDING))
    assert (failed.code, failed.reason) == (grpc.StatusCode.ABORTED, "CONTEXT_CHANGED")
    go.set()
    await first
    assert (await context_of(one.client, conversation_id)).version == "1.1"
