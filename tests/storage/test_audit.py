"""What an audit finds: nothing in what a server stored, and each damage that is done to it, named."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import Connection, delete, select, update

from compactd.application.audit import UnknownConversation, audit
from compactd.application.audited_conversation import ConversationFindings, audit_conversation
from compactd.domain.keys import ConversationKey
from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.storage.audited_rows import read_for_audit
from compactd.storage.job_tables import JOBS
from compactd.storage.store import SqlStore, open_existing_store
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS, MESSAGES, OPERATIONS, SYSTEM_TEXTS
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

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL, SLIDING = 1, 2
REQUEST_ID, WAITING = str(uuid4()), str(uuid4())

JOB = "job-[0-9a-f-]+"

_C, _M, _R, _S = CONVERSATIONS.c, MESSAGES.c, COMPACTIONS.c, SYSTEM_TEXTS.c


@dataclass(frozen=True)
class Stored:
    """A conversation that has been through everything, and its records."""

    store: SqlStore
    key: ConversationKey
    first: str
    second: str
    restored: str
    last: str


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


Damage = Callable[[Connection, Stored], object]


async def sentences_after(stored: Stored, damage: Damage) -> list[str]:
    """What an audit finds once the damage is done, which then is undone."""

    def work(connection: Connection) -> None:
        damage(connection, stored)
        raise _Undone(read_for_audit(connection, stored.key, audit_conversation))

    with pytest.raises(_Undone) as undone:
        await stored.store._database.write(work)
    assert undone.value.found is not None
    return list(undone.value.found.sentences)


def of_conversation(**values: Any) -> Damage:
    """Sets columns of the conversation's row."""
    return lambda connection, stored: connection.execute(
        update(CONVERSATIONS).where(_C.id == stored.key.conversation_id).values(values)
    )


def of_message(position: int, **values: Any) -> Damage:
    """Sets columns of the message at this position."""
    return lambda connection, stored: connection.execute(
        update(MESSAGES).where(_M.conversation_id == stored.key.conversation_id, _M.position == position).values(values)
    )


def of_some_message(*where: Any, **values: Any) -> Damage:
    """Sets columns of the first message of which that is so."""

    def damage(connection: Connection, stored: Stored) -> None:
        found = select(_M.position).where(_M.conversation_id == stored.key.conversation_id, *where)
        of_message(connection.execute(found.order_by(_M.position)).scalars().first() or -1, **values)(
            connection, stored
        )

    return damage


def of_record(name: str, **values: Any) -> Damage:
    """Sets columns of a record."""
    return lambda connection, stored: connection.execute(
        update(COMPACTIONS).where(_R.id == getattr(stored, name)).values(values)
    )


def of_body(name: str, change: Callable[[dict[str, Any]], object]) -> Damage:
    """Changes the body of a record."""

    def damage(connection: Connection, stored: Stored) -> None:
        compaction_id = getattr(stored, name)
        body = orjson.loads(connection.execute(select(_R.body).where(_R.id == compaction_id)).scalar_one())
        change(body)
        of_record(name, body=orjson.dumps(body))(connection, stored)

    return damage


def of_parts(name: str, change: Callable[[list[dict[str, Any]]], object]) -> Damage:
    """Changes the parts of a record."""
    return of_body(name, lambda body: change(body["parts"]))


def without_message(position: int) -> Damage:
    return lambda connection, stored: connection.execute(
        delete(MESSAGES).where(_M.conversation_id == stored.key.conversation_id, _M.position == position)
    )


def without_record(name: str) -> Damage:
    return lambda connection, stored: connection.execute(delete(COMPACTIONS).where(_R.id == getattr(stored, name)))


def of_system_texts(statement: Any, **values: Any) -> Damage:
    def damage(connection: Connection, stored: Stored) -> None:
        done = statement(SYSTEM_TEXTS).where(_S.conversation_id == stored.key.conversation_id, _S.system_version == 2)
        connection.execute(done.values(values) if values else done)

    return damage


def of_operation(**values: Any) -> Damage:
    """Sets columns of the operation of a compaction with a request_id."""
    return lambda connection, _: connection.execute(
        update(OPERATIONS).where(OPERATIONS.c.name == REQUEST_ID).values(values)
    )


def of_job(found: str, **values: Any) -> Damage:
    """Sets columns of the job in that state."""
    return lambda connection, stored: connection.execute(
        update(JOBS).where(JOBS.c.conversation_id == stored.key.conversation_id, JOBS.c.state == found).values(values)
    )


def without_summary(connection: Connection, stored: Stored) -> None:
    position = select(_R.summary_position).where(_R.id == stored.first).scalar_subquery()
    connection.execute(
        delete(MESSAGES).where(_M.conversation_id == stored.key.conversation_id, _M.position == position)
    )


def other_summary(connection: Connection, stored: Stored) -> None:
    position = select(_R.summary_position).where(_R.id == stored.first).scalar_subquery()
    connection.execute(
        update(MESSAGES)
        .where(_M.conversation_id == stored.key.conversation_id, _M.position == position)
        .values(content=b"Nothing happened.")
    )


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a message is lost": (without_message(5), "No message stands at position 5."),
    "the last message is lost": (
        lambda connection, stored: without_message(
            connection.execute(select(_C.last_position).where(_C.id == stored.key.conversation_id)).scalar_one()
        )(connection, stored),
        r"The last message stands at position \d+, and the conversation says \d+.",
    ),
    "the next position is taken": (
        of_conversation(next_position=9),
        r"The next position is 9, and there are messages up to \d+.",
    ),
    "the last position is another": (
        of_conversation(last_position=7),
        r"The last message stands at position \d+, and the conversation says 7.",
    ),
    "the system message is none": (
        of_message(0, role="user"),
        "A user message stands at position 0, and no system message.",
    ),
    "a receipt retains more than there was": (
        of_body("first", lambda body: body["receipt"]["by_kind"][0].update(evicted=1, retained=2)),
        r"The receipt of the record compaction-\S+ has 2 identifiers retained of 1 evicted.",
    ),
    "a receipt has a count below zero": (
        of_body("first", lambda body: body["receipt"].update(unfounded=-1)),
        r"The receipt of the record compaction-\S+ has fewer unfounded identifiers than none.",
    ),
    "a restore has a receipt": (
        of_body("restored", lambda body: body.update(receipt={"by_kind": [], "unfounded": 0})),
        r"The record compaction-\S+ is of a restore, and has a receipt.",
    ),
    "the context starts elsewhere": (
        of_conversation(context_start=3),
        r"The context starts at position 3, and by the record in force at \d+.",
    ),
    "the context has no summary": (
        of_conversation(summary_position=None),
        r"The summary of the context is at position None, and by the record in force at \d+.",
    ),
    "the version is another": (
        of_conversation(context_version=7),
        "The context has version 7; records: 4.",
    ),
    "another record is in force": (
        of_conversation(last_compaction_id="compaction-none"),
        "The record in force is compaction-none by the conversation, and {last} is the last one.",
    ),
    "more are evicted": (
        of_conversation(evicted_count=2),
        r"Messages before the context: \d+; the conversation counts 2.",
    ),
    "a record is lost": (without_record("second"), "The record {restored} made version 3, and is number 2."),
    "a record cannot be read": (of_record("second", body=b"{"), "The record {second} cannot be read."),
    "a record has no parent": (
        of_record("second", parent_id=None),
        "The record {second} names None as the one before it, which is {first}.",
    ),
    "a restore undid nothing": (
        of_record("restored", restored_compaction_id="compaction-none"),
        "The record {restored} undid compaction-none, which is no record before it.",
    ),
    "a restore left another context": (
        of_record("restored", restored_compaction_id=None, context_start=2),
        "The record {restored} undid None, which is no record before it.",
    ),
    "a restore went back elsewhere": (
        of_record("restored", context_start=2),
        "The record {restored} left another context than {second} had found.",
    ),
    "a record counts otherwise": (
        of_record("first", evicted_count=3),
        r"Messages where the record {first} evicted them: \d+; it counts 3.",
    ),
    "a record evicted others": (
        of_record("first", first_evicted_position=2),
        r"The record {first} evicted other messages than those between the context's starts, 1 and \d+.",
    ),
    "a record saw less than it evicted": (
        of_record("first", last_seen_position=3),
        r"The record {first} saw messages up to position 3, evicted up to \d+, and has its summary at \d+.",
    ),
    "a part stands for less": (
        of_parts("first", lambda parts: parts[0].update(first_position=3)),
        "Between positions 1 and 2 no part of the record {first} stands for messages: 2.",
    ),
    "the last part stands for less": (
        of_parts("last", lambda parts: parts[-1].update(last_position=parts[-1]["last_position"] - 1)),
        r"Between positions \d+ and \d+ no part of the record {last} stands for messages: 1.",
    ),
    "two parts stand for one message": (
        of_parts("last", lambda parts: parts[1].update(first_position=parts[0]["last_position"])),
        r"Two parts of the record {last} stand for the message at position \d+.",
    ),
    "a part reaches into the context": (
        of_parts("first", lambda parts: parts[0].update(last_position=parts[0]["last_position"] + 1)),
        r"A part of the record {first} stands for messages that are in the context, from position \d+ on.",
    ),
    "a part stands for nothing": (
        of_parts("first", lambda parts: parts.insert(0, parts[0] | {"first_position": 2, "last_position": 1})),
        "A part of the record {first} stands for no message.",
    ),
    "a part is kept that was not there": (
        of_parts("last", lambda parts: parts[0].update(text="Nothing happened.")),
        "The record {last} keeps a part that the one before it does not have.",
    ),
    "a part says something else": (
        of_parts("first", lambda parts: parts[0].update(text="Nothing happened.")),
        r"The summary at position \d+ is not the parts of the record {first}.",
    ),
    "a summary says something else": (
        other_summary,
        r"The summary at position \d+ is not the parts of the record {first}.",
    ),
    "a summary is lost": (without_summary, r"No summary stands at position \d+, where the record {first} has its own."),
    "a summary is nobody's": (
        of_message(4, role="summary"),
        "The summary at position 4 is that of no record.",
    ),
    "a context is said to be smaller": (
        of_record("first", tokens_after=100),
        r"The record {first} says \d+ tokens before and 100 after it; by the messages it is \d+ fewer.",
    ),
    "a context is said to be smaller than what is in it": (
        of_record("first", tokens_before=900, tokens_after=100),
        r"The record {first} says 100 tokens after it, and summary and kept messages alone have \d+.",
    ),
    "an evicted message takes more": (
        of_message(4, token_count=9_000),
        r"The record {first} says \d+ tokens before and \d+ after it; by the messages it is \d+ fewer.",
    ),
    "a message cannot be read": (of_message(4, body=b"\xff\xff"), "The message at position 4 cannot be read."),
    "a message has other calls": (
        of_message(2, call_count=7),
        "The message at position 2 has another number of calls than its row says.",
    ),
    "a result answers another call": (
        of_message(3, answers_position=1),
        "The result at position 3 is stored as the answer to another call than it answers.",
    ),
    "a late result is not late": (
        of_some_message(_M.late.is_(True), late=False),
        r"The result at position \d+ is stored as the answer to another call than it answers.",
    ),
    "a result of a call is said to have none": (
        of_message(3, answers_position=None, answers_index=None, late=True, late_tool=b""),
        "The result at position 3 is stored as the answer to another call than it answers.",
    ),
    "a result without a call is not late": (
        of_some_message(_M.late_tool == b"", late=False),
        r"The result at position \d+ answers no call that waits for one.",
    ),
    "a call is lost": (without_message(2), "The result at position 3 answers no call that waits for one."),
    "the open calls cannot be read": (
        of_conversation(open_calls=b"none"),
        "The calls that wait for results cannot be read.",
    ),
    "the open calls are others": (
        of_conversation(open_calls=b"[]", live_calls=0),
        "Other calls wait for results by the messages, or others of them are dead, than are stored.",
    ),
    "the live calls are others": (
        of_conversation(live_calls=3),
        "Calls that wait for results and are not dead: 1; the conversation counts 3.",
    ),
    "a system message is of later": (
        of_system_texts(update, system_version=9),
        "A kept system message has version 9, and 3 is in force.",
    ),
    "a system message was not kept": (
        of_system_texts(delete),
        "The system message of version 2 was not kept.",
    ),
    "a done operation has no reply": (
        of_operation(reply=None),
        f"The operation {REQUEST_ID} is done, and what is kept of it is not that.",
    ),
    "an operation is in no state": (
        of_operation(state="half"),
        f"The operation {REQUEST_ID} is half, and what is kept of it is not that.",
    ),
    "an operation has a lease that nobody gave": (
        of_operation(lease_token=1_000),
        f"The operation {REQUEST_ID} has attempt 1 under lease 1000, and the conversation gave \\d+.",
    ),
    "an operation is kept for ever": (
        of_operation(expires_at=1e11),
        f"The operation {REQUEST_ID} is kept for \\d+ seconds more.",
    ),
    "a job is of another namespace": (
        of_job("queued", namespace="other"),
        f"The job {JOB} is of another namespace or agent than the conversation.",
    ),
    "a job that waits has ended": (
        of_job("queued", ended_at=1.0),
        f"The job {JOB} is queued; its end or its runner says otherwise.",
    ),
    "a job runs and nobody runs it": (
        of_job("queued", state="running", attempts=1),
        f"The job {JOB} is running; its end or its runner says otherwise.",
    ),
    "a job is its runner's for ever": (
        of_job("queued", state="running", attempts=1, runner="one", held_until=1e11),
        f"The job {JOB} runs with attempt 1, and is its runner's for \\d+ seconds more.",
    ),
    "a job has made what is not there": (
        of_job("succeeded", compaction_id="compaction-none"),
        f"The job {JOB} succeeded, and its compaction is no record.",
    ),
    "a job names a compaction that it has not made": (
        of_job("succeeded", state="failed"),
        f"The job {JOB} is failed, and names a compaction.",
    ),
    "a lease has no end": (
        of_conversation(lease_until=1e11),
        r"The lease of the conversation holds for \d+ seconds more.",
    ),
    **{
        f"{name} is not of the message": (
            of_message(2, **{name: value}),
            f"What is stored as {name} of the message at position 2 is not what its content gives.",
        )
        for name, value in {
            "has_text": True,
            "body_bytes": 1,
            "plain": False,
            "call_ids": b'["other"]',
            "heading": b"[nobody]",
            "transcript": b"nothing",
        }.items()
    },
}


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
