"""A database of the first release becomes one of this version and is read as it was."""

from sqlalchemy import select

from compactd.application.audit import audit
from compactd.domain.agents import Block
from compactd.domain.compactions import (
    Compaction,
    CompactionKind,
    Method,
    PartState,
    RequestForm,
    SummaryPart,
    Usage,
)
from compactd.domain.keys import DefaultConversationOf
from compactd.domain.messages import (
    CompactionStats,
)
from compactd.domain.model_settings import AnthropicModelSettings
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.ports.contexts import SystemText
from compactd.ports.conversations import ConversationFilter
from compactd.ports.store import Store
from compactd.storage import tables
from compactd.storage.message_codec import StoredForm, decode_message
from compactd.storage.store import SqlStore
from tests.builders.stored_values import append, compact, result, user
from tests.storage.first_release import AGENT, COMPACTION, CONVERSATION, MESSAGES, NOW


async def test_an_audit_finds_nothing_before_and_after_the_rows_are_filled_in(upgraded: SqlStore) -> None:
    for _ in range(2):
        audited = await audit(upgraded)
        assert (audited.findings, audited.messages, audited.records) == ([], 12, 1)
        await upgraded.load_rendered(CONVERSATION, 0, 99)


async def test_an_agent_is_read_as_it_was(upgraded: Store) -> None:
    agent = await upgraded.get_agent(AGENT)
    assert (agent.name, agent.description, agent.system) == ("Ada 💡", "keeps the books", "You are Ada. {CORE_MEMORY}")
    assert (agent.model, agent.context_window_limit) == ("openai/gpt-5-mini", 32_000)
    assert agent.compaction_settings is not None
    assert isinstance(agent.compaction_settings.model_settings, AnthropicModelSettings)
    assert agent.compaction_settings.model_settings.max_output_tokens == 4_096
    assert agent.compaction_settings.sliding_window_percentage == 0.5
    assert (agent.tags, agent.metadata) == (("books", "tea"), {"team": {"floor": 3}})
    assert (agent.tools_tokens, agent.tools_tokenizer, len(agent.tool_schemas)) == (12, "o200k_base", 1)
    assert (agent.created_at, agent.updated_at) == (NOW, NOW)
    assert agent.memory_blocks == (
        Block(id="block-00000000-0000-4000-8000-00000000000c", label="human", value="likes tea"),
        Block(
            id="block-00000000-0000-4000-8000-00000000000d",
            label="persona",
            description="who Ada is",
            limit=500,
            read_only=True,
        ),
    )
    where = AgentFilter(tags=("books", "tea"), match_all_tags=True, query_text="ADA")
    assert await upgraded.list_agents("default", where, Page(9)) == [agent]


async def test_conversations_are_read_as_they_were(upgraded: Store) -> None:
    found, ids = await upgraded.get_conversation(CONVERSATION)
    assert (found.summary, found.model, found.agent_id) == ("The move", "openai/gpt-4.1", AGENT.agent_id)
    assert found.compaction_settings is not None
    assert found.compaction_settings.clip_chars == 4_000
    assert (found.created_at, found.last_message_at) == (NOW, NOW)
    assert [int(message_id[-12:]) for message_id in ids] == [2, 12, 8, 9, 10, 11]
    assert await upgraded.list_conversations("default", ConversationFilter(summary_search="MOVE"), Page(9)) == [found]


async def test_settings_that_the_renamed_column_holds_are_in_the_state(upgraded: Store) -> None:
    state = await upgraded.state(CONVERSATION)
    agent = await upgraded.get_agent(AGENT)
    assert state.agent.model == agent.model == "openai/gpt-5-mini"
    assert state.agent.model_settings == agent.model_settings
    assert state.agent.compaction_settings == agent.compaction_settings
    assert (state.agent.context_window_limit, state.has_tools, state.tools_tokens) == (32_000, True, 12)
    assert (state.conversation.model, state.conversation.context_window_limit) == ("openai/gpt-4.1", None)
    assert (state.version, state.last_position, state.evicted_count) == ("1.2", 9, 5)
    default = await upgraded.state(DefaultConversationOf("default", AGENT.agent_id))
    assert (default.version, default.conversation.model) == ("0.1", None)


async def test_messages_are_read_as_they_were(upgraded: Store) -> None:
    found = await upgraded.list_messages(CONVERSATION, Page(99, descending=False))
    assert [stored.message for stored in found] == MESSAGES
    assert [stored.token_count for stored in found] == [6, 9, 20, 5, 4, 5, 1_620, 10, 4, 10, 60]
    assert found[-1].compaction_stats == CompactionStats(32_000, 10, 6)
    assert found[1].created_at == MESSAGES[1].created_at


async def test_the_context_and_its_record_are_read_as_they_were(upgraded: Store) -> None:
    snapshot = await upgraded.snapshot(CONVERSATION, bodies=True)
    assert [entry.position for entry in snapshot.context.entries] == [6, 7, 8, 9]
    assert [stored.message for stored in snapshot.bodies or ()] == [MESSAGES[0], MESSAGES[-1], *MESSAGES[6:10]]
    record = Compaction(
        id=COMPACTION,
        conversation_id=CONVERSATION.conversation_id,
        created_at=NOW,
        kind=CompactionKind.COMPACTION,
        parent_id=None,
        mode="sliding_window",
        request_form=RequestForm.TRANSCRIPT,
        method=Method.MODEL_CHUNKED,
        degraded_reason="",
        settings={"mode": "sliding_window", "sliding_window_percentage": 0.5},
        unused_settings=("model_settings.anthropic.strict",),
        model="anthropic/claude-haiku-4-5",
        prompt_sha256="0" * 64,
        parts=(SummaryPart(1, 5, 30, "Bo asked for the key 💡", PartState.NEW),),
        last_seen_position=9,
        first_evicted_position=1,
        last_evicted_position=5,
        evicted_count=5,
        tokens_before=1_700,
        tokens_after=1_690,
        tokenizer="o200k_base",
        chunks=2,
        usage=Usage(800, 90, 10, 3, None),
        duration_ms=1_234,
        context_start=6,
        summary_position=10,
    )
    assert snapshot.last_compaction == record
    assert await upgraded.list_compactions(CONVERSATION, Page(9)) == [record]


async def test_a_conversation_goes_on_where_it_was(upgraded: Store) -> None:
    appended = await append(upgraded, CONVERSATION, result("call_4"), user("Thanks."), result("call_3"))
    assert appended.positions == [11, 12, 13]
    entries = (await upgraded.snapshot(CONVERSATION)).context.entries
    assert [entry.late_tool for entry in entries[-3:]] == [None, None, "look"]
    record = await compact(upgraded, CONVERSATION, 12)
    assert (record.parent_id, record.summary_position) == (COMPACTION, 14)
    system = SystemText("You are Ada, recompiled.", 6, "o200k_base")
    assert (await upgraded.put_system(CONVERSATION, system, 2, None)).version == "2.3"
    await upgraded.update_agent(AGENT, lambda agent: agent.model_copy(update={"model": "openai/gpt-4.1"}))
    assert (await upgraded.state(CONVERSATION)).agent.model == "openai/gpt-4.1"
    await upgraded.delete_agent(AGENT)
    assert await upgraded.list_agents("default", AgentFilter(), Page(9)) == []


async def test_earlier_texts_of_the_system_message_are_kept_whole(upgraded: SqlStore) -> None:
    for version, text in ((2, "You are Ada, anew."), (3, "You are Ada, again.")):
        await upgraded.put_system(CONVERSATION, SystemText(text, 6, "o200k_base"), version, None)
    texts = select(tables.SYSTEM_TEXTS).where(tables.SYSTEM_TEXTS.c.conversation_id == CONVERSATION.conversation_id)
    with upgraded._database._engines.reader.connect() as connection:
        kept = connection.execute(texts.order_by(tables.SYSTEM_TEXTS.c.system_version)).all()
    forms = [StoredForm(row.body, row.import_data, row.content) for row in kept]
    assert [decode_message("system", form).content for form in forms[-2:]] == [
        MESSAGES[0].content,
        "You are Ada, anew.",
    ]
