"""What is done for a whole database goes on after the process that does it was killed."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from compactd.storage.chore_tables import CHORES
from compactd.storage.tables import OPERATIONS
from tests.builders.chat import append, new_conversation, user
from tests.process.test_kills import IN_TIME, HoldingModel, held_server, model, url  # noqa: F401 - fixtures
from tests.server import NO_JOBS, LocalServer, local_server

pytestmark = pytest.mark.timeout(180)

HELD = "before=compactd.application.expired_operations:remove_expired=SqlStore"
REQUEST_ID = "5b0f3a6e-6a0a-4f0e-9a43-0d3b4dbb1c35"


async def expired(server: LocalServer) -> int:
    """How many replies are there whose time is over."""

    def count(connection: Connection) -> int:
        return int(connection.scalar(select(func.count()).where(OPERATIONS.c.expires_at == 0)) or 0)

    return await server.service.store._database.read(count)


async def test_what_has_expired_is_removed_though_the_process_that_began_is_killed_and_nobody_runs_jobs(
    tmp_path: Path,
    url: str,  # noqa: F811
    model: HoldingModel,  # noqa: F811
) -> None:
    async with local_server(url) as here:
        store = here.service.store
        await append(here.client, await new_conversation(here.client), [user("one")], request_id=REQUEST_ID)

        def expire(connection: Connection) -> None:
            connection.execute(OPERATIONS.update().values(expires_at=0.0))

        def pass_time(connection: Connection) -> None:
            connection.execute(CHORES.update().values(held_until=0.0))

        await store._database.write(expire)
        async with held_server(tmp_path, url, model, [HELD], **NO_JOBS) as killed:
            await killed.held("SqlStore")
            async with held_server(tmp_path, url, model, [HELD], **NO_JOBS) as beside:
                # It has looked by the time that it has its other chores done.
                async with asyncio.timeout(IN_TIME):
                    while await store.chores.chore_due_in("rest of erasures", 30.0) <= 0:  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                assert not any('"held"' in line for line in beside.lines)
            await killed.kill()
        assert await expired(here) == 1
        await store._database.write(pass_time)
        async with held_server(tmp_path, url, model, [], **NO_JOBS), asyncio.timeout(IN_TIME):
            while await expired(here):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
