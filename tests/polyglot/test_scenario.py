"""One scenario by a client in each language: every one of them sees the same."""

import asyncio
import json
from typing import Any

import pytest

from tests.polyglot.conftest import BUSY_SECONDS, TOKEN
from tests.polyglot.front import front_of
from tests.polyglot.languages import LANGUAGES
from tests.polyglot.toolchains import DESCRIPTORS, NotHere, client_of
from tests.server import ServerProcess

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # A client that has to be built first, with what it needs fetched first.
    pytest.mark.timeout(900),
]

SERVICE_CONFIG = DESCRIPTORS.with_name("service_config.json")
SCENARIO_SECONDS = 60.0

SEEN: list[dict[str, Any]] = [
    {"step": "nobody", "code": "UNAUTHENTICATED", "reason": "UNAUTHENTICATED"},
    {"step": "create", "name": "polyglot"},
    {"step": "append", "stored": 20},
    {"step": "context", "messages": 21, "last": "It listens on port 5433, behind PgBouncer."},
    {"step": "invalid", "code": "INVALID_ARGUMENT", "reason": "INVALID_FIELD", "field": "messages[0].role"},
    {"step": "busy", "code": "RESOURCE_EXHAUSTED", "reason": "PROVIDER_RATE_LIMITED", "retry_seconds": BUSY_SECONDS},
    {"step": "deadline", "code": "DEADLINE_EXCEEDED"},
    {"step": "compact", "before": 21, "after": 8, "model": "local/extractive"},
    {"step": "repeat", "same": True},
    {"step": "job", "seen": [f"JOB_EVENT_KIND_{kind}" for kind in ("QUEUED", "PLANNED", "COMMITTED")]},
    {"step": "away", "name": "polyglot"},
]
"""What each client says of what it saw."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_client_of_its_own_tools_sees_what_all_others_see(server: ServerProcess, language: str) -> None:
    try:
        client = await asyncio.to_thread(client_of, LANGUAGES[language])
    except NotHere as why:
        pytest.skip(str(why))
    async with front_of(server.address) as (front, away):
        assert await lines_of(*client, server.address, away, str(SERVICE_CONFIG), TOKEN) == SEEN
    assert front.attempts == {"/compaction.v1.AgentService/GetAgent": 2}


async def lines_of(*command: str) -> list[dict[str, Any]]:
    """What the client printed; what it said on standard error is in the test's output."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), SCENARIO_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0
    return [json.loads(line) for line in output.decode().splitlines()]
