"""The official clients give up on a model that is slow, and ask again by themselves: the retry gets
the compaction of the first call."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from letta_client import AsyncLetta

from tests.builders import rest_resources
from tests.builders.rest_resources import talk
from tests.letta.clients import API_KEY, Official
from tests.letta.node.install import NODE
from tests.letta.stored_data import new_conversation
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.server import ServerProcess

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

PATIENCE = 1.0
"""Seconds that the clients wait here; by themselves they wait 60."""

MODEL_SECONDS = 3.0

SETTINGS: Any = {"mode": "all", "model": "openai/gpt-5-mini"}


async def test_the_python_clients_own_retry_gets_the_compaction_of_its_first_call(
    server: ServerProcess, official: Official, letta: AsyncLetta, model: LoopbackModel, sent: list[httpx.Request]
) -> None:
    await server.event("serving")
    conversation = await new_conversation(letta, talk(12))
    go = model.answer_later(openai_chat())
    sent.clear()
    impatient = letta.with_options(timeout=PATIENCE, max_retries=5)
    compacting = asyncio.create_task(
        impatient.conversations.messages.compact(conversation.id, compaction_settings=SETTINGS)
    )
    async with asyncio.timeout(50):
        # Its client tells nobody that it asks again.
        while len(sent) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    go.set()
    compacted = await compacting
    assert (compacted.summary, compacted.num_messages_after) == (SUMMARY, 2)
    assert [request.headers["x-stainless-retry-count"] for request in sent][:2] == ["0", "1"]
    assert len(model.requests) == 1
    records: Any = await letta.get(f"/v1/conversations/{conversation.id}/compactions", cast_to=object)
    assert len(records) == 1


async def test_the_npm_clients_own_retry_gets_the_compaction_of_its_first_call(
    server: ServerProcess, model: LoopbackModel
) -> None:
    await server.event("serving")
    installed = Path(sys.prefix) / "node"
    if not (installed / "node_modules").is_dir():
        pytest.skip("the npm client is not installed: make install does it")
    async with httpx.AsyncClient(
        base_url=server.http_url, headers={"authorization": f"Bearer {API_KEY}"}, timeout=60
    ) as rest:
        conversation = await rest_resources.new_conversation(rest, talk(12))
    model.answer(openai_chat(), delay=MODEL_SECONDS)
    given = {"url": server.http_url, "id": conversation["id"], "settings": SETTINGS, "timeout": int(1000 * PATIENCE)}
    process = await asyncio.create_subprocess_exec(
        *(NODE, Path(__file__).parent / "node" / "impatient.mjs", installed),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(json.dumps(given).encode())
    assert (process.returncode, errors.decode()) == (0, "")
    came = json.loads(output)
    assert (came["summary"], came["retries"][:2]) == (SUMMARY, ["0", "1"])
    assert len(model.requests) == 1
