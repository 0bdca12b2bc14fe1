"""What nobody has added to for as long as its namespace keeps it is deleted; all else stays."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from compactd.application.cpu_worker import CpuWorker
from compactd.application.retention import Retention
from compactd.domain.erasures import ErasureReason
from compactd.domain.errors import ConversationNotFound
from compactd.domain.keys import ConversationKey, DefaultConversationOf
from compactd.domain.namespaces import Namespaces
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.conversations import ConversationFilter
from compactd.storage import retention
from compactd.storage.store import SqlStore
from compactd.summarizers.providers.table import openai_model
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.recording_observer import RecordingObserver
from tests.builders.stored_operations import claimed, end_leases, operation
from tests.builders.stored_values import (
    NAMESPACE,
    agent_key,
    append,
    new_conversation,
    put_agent,
    put_conversation,
    ref_to,
    user,
)

THIRTY_DAYS = Namespaces.of_file({"namespaces": {NAMESPACE: {"retention_days": 30}}})
KEPT = "kept"


class LaterClock:
    """This machine's, so many days ahead."""

    def __init__(self, days: float) -> None:
        self._ahead = timedelta(days=days)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


@pytest.fixture
def observer() -> RecordingObserver:
    return RecordingObserver()


@pytest.fixture
def tokenizer() -> Iterator[TiktokenTokenizer]:
    worker = CpuWorker()
    yield TiktokenTokenizer(worker, openai_model)
    worker.close()


Round = Callable[..., Awaitable[None]]
"""A round of retention after so many days."""


@pytest.fixture
def after(sql_store: SqlStore, tokenizer: TiktokenTokenizer, observer: RecordingObserver) -> Round:
    async def apply(days: float, rules: Namespaces = THIRTY_DAYS) -> None:
        await Retention(sql_store, rules, tokenizer, LaterClock(days), observer).apply()

    return apply


async def test_a_conversation_goes_so_many_days_after_its_last_message(
    sql_store: SqlStore, observer: RecordingObserver, after: Round
) -> None:
    store = sql_store
    agent = await put_agent(store)
    now = datetime.now(UTC)
    created = now - timedelta(days=20)
    spoken, silent = [await put_conversation(store, agent.id, created_at=created) for _ in range(2)]
    elsewhere_agent = await put_agent(store, KEPT)
    elsewhere = await put_conversation(store, elsewhere_agent.id, KEPT)
    await append(store, ref_to(spoken.id), user("one"), user("two"))
    await append(store, ConversationKey(KEPT, elsewhere.id), user("one"))

    await after(9)
    assert await listed(store, agent.id) == {spoken.id, silent.id}
    await after(29)
    assert await listed(store, agent.id) == {spoken.id}
    await after(31)
    assert await listed(store, agent.id) == set()

    told = [(erasure.conversation_id, erasure.messages, reason, by) for erasure, reason, by in observer.erasures]
    assert told == [(silent.id, 1, ErasureReason.RETENTION, ""), (spoken.id, 3, ErasureReason.RETENTION, "")]
    # An agent stays, with a default conversation that was never spoken in; and so does what has no retention.
    assert await store.get_agent(agent_key(agent.id)) == agent
    assert await store.list_messages(ConversationKey(KEPT, elsewhere.id), Page(9))


async def test_an_agent_gets_a_new_default_conversation_for_an_old_one(
    sql_store: SqlStore, observer: RecordingObserver, after: Round
) -> None:
    store = sql_store
    agent = await put_agent(store)
    default = DefaultConversationOf(NAMESPACE, agent.id)
    await append(store, default, user("one"))

    await after(31)

    now = await store.get_agent(agent_key(agent.id))
    assert now.default_conversation_id != agent.default_conversation_id
    assert now.model_copy(update={"default_conversation_id": agent.default_conversation_id}) == agent
    with pytest.raises(ConversationNotFound):
        await store.get_conversation(ref_to(agent.default_conversation_id))
    [message] = await store.list_messages(default, Page(9))
    assert message.position == 0
    await append(store, default, user("again"))
    assert [erasure.conversation_id for erasure, *_ in observer.erasures] == [agent.default_conversation_id]
    await after(29)
    assert len(await store.list_messages(default, Page(9))) == 2


async def test_what_is_being_compacted_stays(sql_store: SqlStore, observer: RecordingObserver, after: Round) -> None:
    store = sql_store
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id)
    await append(store, ref_to(conversation.id), user("one"))
    await claimed(store, ref_to(conversation.id), operation())
    await after(31)
    assert observer.erasures == []
    await end_leases(store, conversation.id)
    await after(31)
    assert len(observer.erasures) == 1


async def test_all_pages_of_a_namespace_are_looked_at(
    sql_store: SqlStore, observer: RecordingObserver, after: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = sql_store
    agent = await put_agent(store)
    created = {(await put_conversation(store, agent.id)).id for _ in range(7)}
    monkeypatch.setattr(retention, "LOOKED_AT_ONCE", 3)
    await after(31)
    assert {erasure.conversation_id for erasure, *_ in observer.erasures} == created


async def test_nothing_is_asked_where_nobody_has_a_retention(sql_store: SqlStore, after: Round) -> None:
    rules = Namespaces.of_file({"default": {"retention_days": "unlimited", "stored_messages": 5}})
    await sql_store.close()
    await after(31, rules)
    assert rules.keeps_all
    assert not THIRTY_DAYS.keeps_all


async def test_an_append_in_between_keeps_it(sql_store: SqlStore) -> None:
    store = sql_store
    agent = await put_agent(store)
    conversation = await put_conversation(store, agent.id)
    before = datetime.now(UTC) + timedelta(days=1)
    page = await store.idle_conversations(NAMESPACE, before, None)
    assert [idle.conversation_id for idle in page.idle] == [conversation.id]
    appended = await append(store, ref_to(conversation.id), user("one"))
    assert appended.positions == [1]
    assert await store.expire_conversation(ref_to(conversation.id), datetime.now(UTC) - timedelta(hours=1)) is None
    assert await store.expire_conversation(ref_to(agent.default_conversation_id), before) is None
    fresh = new_conversation(agent.id, is_default=True)
    system = SystemText("x", 1, "o200k_base")
    assert await store.replace_default(ref_to(conversation.id), before, fresh, system) is None
    assert await store.replace_default(ref_to(agent.default_conversation_id), before, fresh, system) is None
    assert await store.expire_conversation(ref_to(conversation.id), before) is not None


async def listed(store: SqlStore, agent_id: str) -> set[str]:
    found = await store.list_conversations(NAMESPACE, ConversationFilter(agent_id), Page(99))
    return {conversation.id for conversation in found}
