"""What an audit finds: nothing in what a server stored, and each damage that is done to it, named."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select, update

from compactd.application.audit import UnknownConversation, audit
from compactd.application.audited_conversation import ConversationFindings, audit_conversation
from compactd.domain.jobs import JobState
from compactd.domain.keys import ConversationKey
from compactd.domain.operations import KEEP_OF_JOB_SECONDS
from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.storage.audited_rows import read_for_audit
from compactd.storage.database_clock import NOW
from compactd.storage.job_tables import JOBS
from compactd.storage.store import open_existing_store
from compactd.storage.tables import MESSAGES, OPERATIONS
from compactd.storage.unavailability import Unusable
from compaction.v1 import compaction_service_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    make,
    new_agent,
    new_conversation,
    restore,
    result,
    system,
    talk,
    user,
)
from tests.rpc.jobs import ended, running_jobs, submit
from tests.server import LocalServer, local_server
from tests.storage.damage import ALL, REQUEST_ID, SLIDING, WAITING, Damage, Stored
from tests.storage.damages import DAMAGES

pytestmark = pytest.mark.asyncio(loop_scope="module")
_M = MESSAGES.c


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stored]:
    url = f"sqlite:///{tmp_path_factory.mktemp('audit')}/compactd.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("module_postgres_url")
    async with local_server(url) as server:
        yield await _stored(server)


async def _stored(server: LocalServer) -> Stored:
    client, store = server.client, server.service.store
    agent = await new_agent(client)
    conversation_id = await new_conversation(client, [system("Be brief."), *talk(20)], agent_id=agent.id)
    async with running_jobs(server):
        first = await ended(client, (await submit(client, conversation_id, compaction_settings={"mode": SLIDING})).id)
    await submit(client, conversation_id, request_id=WAITING)
    await append(client, conversation_id, [assistant(None, call("slow", "secret_tool")), user("Go on."), *talk(10, 21)])
    await append(client, conversation_id, [result("slow", "late it was")])
    second = await compact(client, conversation_id, ALL)
    restored = await restore(client, conversation_id, second.compaction.id)
    await append(client, conversation_id, talk(3, first=31))
    last = await compact(client, conversation_id, SLIDING, request_id=REQUEST_ID)
    await client.compactions.Recompile(make(compaction_service_pb2.RecompileRequest, conversation_id=conversation_id))
    twins = [assistant(None, call("twin"), call("twin")), result("twin"), system("secret_note"), result("twin")]
    await append(client, conversation_id, [result("nobody"), *twins], repair=True)
    await append(
        client, conversation_id, [assistant(None, call("open")), result("open"), assistant(None, call("left"))]
    )
    key = ConversationKey(LOCAL_PRINCIPAL.namespace, conversation_id)
    return Stored(store, key, first.compaction_id, second.compaction.id, restored.id, last.compaction.id)


class _Undone(Exception):
    """Carries what was found out of a transaction that is not to be committed."""

    def __init__(self, found: ConversationFindings | None) -> None:
        self.found = found


async def sentences_after(stored: Stored, damage: Damage) -> list[str]:
    """What an audit finds once the damage is done, which then is undone."""

    def work(connection: Connection) -> None:
        damage(connection, stored)
        raise _Undone(read_for_audit(connection, stored.key, audit_conversation))

    with pytest.raises(_Undone) as undone:
        await stored.store._database.write(work)
    assert undone.value.found is not None
    return list(undone.value.found.sentences)


async def test_nothing_is_wrong_with_what_a_server_stored(stored: Stored) -> None:
    audited = await audit(stored.store, stored.key.conversation_id)
    assert audited.findings == []
    assert (audited.conversations, audited.records) == (1, 4)
    assert audited.conclusion == f"Nothing is wrong (conversations: 1, messages: {audited.messages}, records: 4)."
    everything = await audit(stored.store)
    assert (everything.findings, everything.conversations, everything.messages) == ([], 2, audited.messages + 1)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damage_is_named(stored: Stored, damage: str) -> None:
    done, expected = DAMAGES[damage]
    for name in ("first", "second", "restored", "last"):
        expected = expected.replace("{" + name + "}", getattr(stored, name))
    found = await sentences_after(stored, done)
    assert any(re.fullmatch(f"{expected}( And .*)?", sentence) for sentence in found), found
    # What was said is not said again.
    assert not re.search(r"invoice|INV-|call_\d|slow|twin|nobody|secret|late it was|happened", " ".join(found))
    assert await sentences_after(stored, lambda *_: None) == []


async def test_what_release_0_1_stored_of_calls_with_one_id_is_no_fault(stored: Stored) -> None:
    def swap(connection: Connection, stored: Stored) -> None:
        """The last call of its message and id was answered first."""
        of_conversation = _M.conversation_id == stored.key.conversation_id
        twins = select(_M.position).where(of_conversation, _M.call_count == 2).scalar_subquery()
        swapped = update(MESSAGES).where(of_conversation, _M.answers_position == twins)
        assert connection.execute(swapped.values(answers_index=1 - _M.answers_index)).rowcount == 2

    assert await sentences_after(stored, swap) == []


async def test_the_operation_of_a_job_may_be_kept_for_as_long_as_it_waits_to_be_told(stored: Stored) -> None:
    def keep(connection: Connection, stored: Stored) -> None:
        of_job = select(JOBS.c.request_id).where(
            JOBS.c.conversation_id == stored.key.conversation_id, JOBS.c.state == JobState.SUCCEEDED.value
        )
        kept = update(OPERATIONS).where(OPERATIONS.c.name.in_(of_job)).values(expires_at=NOW + KEEP_OF_JOB_SECONDS)
        assert connection.execute(kept).rowcount == 1

    assert await sentences_after(stored, keep) == []


async def test_an_unknown_conversation_is_not_audited(stored: Stored) -> None:
    with pytest.raises(UnknownConversation):
        await audit(stored.store, "conv-none")


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Any) -> None:
    with pytest.raises(Unusable) as raised:
        open_existing_store(f"sqlite:///{tmp_path}/none/compactd.db")
    assert raised.value.advice == f"There is no file {tmp_path}/none/compactd.db."
    assert list(tmp_path.iterdir()) == []


async def test_a_file_without_tables_is_not_given_any(tmp_path: Any) -> None:
    file = tmp_path / "compactd.db"
    file.touch()
    store = open_existing_store(f"sqlite:///{file}")
    with pytest.raises(Unusable) as raised:
        await audit(store)
    await store.close()
    assert raised.value.advice.endswith("run compactd migrate.")
