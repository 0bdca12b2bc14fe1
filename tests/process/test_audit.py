"""`compactd audit` beside a running server, on both databases."""

from pathlib import Path

import pytest

from tests.builders.chat import append, assistant, call, compact, new_conversation, restore, talk
from tests.process.test_commands import command
from tests.server import connected, server_process

ALL = 1


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/compactd.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.mark.timeout(180)
async def test_nothing_is_wrong_beside_a_running_server(tmp_path: Path, database_url: str) -> None:
    settings = {"COMPACTD_DATABASE_URL": database_url}
    async with server_process(tmp_path, **settings) as server, connected(server.address) as client:
        conversation_id = await new_conversation(client, talk(20))
        done = await compact(client, conversation_id, ALL)
        await restore(client, conversation_id, done.compaction.id)
        await append(client, conversation_id, [assistant(None, call("open"))])
        status, output, errors = await command(tmp_path, "audit", **settings)
        assert (status, output) == (0, "Nothing is wrong (conversations: 2, messages: 84, records: 2).\n"), errors
        # It wrote nothing, and kept nobody waiting.
        assert (await compact(client, conversation_id, ALL)).compaction.evicted_count == 80
