"""What is sent to the database: planning reads no bodies, sums read an index, a commit rewrites no message."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from compactd.domain.errors import ConversationNotFound
from compactd.domain.jobs import JobState
from compactd.domain.paging import Page
from compactd.ports.jobs import JobFilter
from compactd.storage import context_sums, contexts
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_values import (
    append,
    begin,
    calls,
    commit_of,
    compact,
    default_ref,
    new_block,
    put_agent,
    ref_to,
    result,
    sums_of,
    user,
)


@contextmanager
def sent(store: SqlStore) -> Iterator[list[str]]:
    """The statements that both engines execute inside the block."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    engines = {store._database._engines.reader, store._database._engines.writer}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def test_planning_reads_no_body_of_a_message(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 9)
    await compact(sql_store, ref, 5)
    with sent(sql_store) as statements:
        await sql_store.snapshot(ref)
        await sums_of(sql_store, ref)
        await append(sql_store, ref, calls("a"), result("a"))
    reads = [statement for statement in statements if "FROM messages" in statement]
    assert reads
    for column in ("body", "content", "transcript", "digest", "import_data"):
        assert not [statement for statement in reads if f"messages.{column}" in statement]


async def test_a_commit_is_one_update_two_rows_and_the_figure(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 9)
    commit = commit_of(await sql_store.state(ref), 5, [1, 2, 3, 4])
    with sent(sql_store) as statements:
        await sql_store.commit_compaction(ref, commit)
    writes = [" ".join(statement.split()[:3]) for statement in statements if statement.startswith(("INSERT", "UPDATE"))]
    assert writes == [
        "UPDATE conversations SET",
        "INSERT INTO messages",
        "INSERT INTO compactions",
        "INSERT INTO context_figures",
    ]
    # Two more read what the figure is.
    assert len({statement for statement in statements if not statement.startswith("BEGIN")}) == 6


async def test_an_append_writes_its_rows_and_the_figure_and_reads_nothing_of_policies_by_itself(
    sql_store: SqlStore,
) -> None:
    ref = await begin(sql_store, 9)
    with sent(sql_store) as statements:
        await append(sql_store, ref, user("one"))
    begun = {statement for statement in statements if not statement.startswith("BEGIN")}
    assert len(begun) == 5
    assert not [statement for statement in begun if "FROM policies" in statement or "FROM jobs" in statement]


async def test_a_context_is_read_in_two_statements_with_bodies_or_without(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 9)
    await compact(sql_store, ref, 5)
    for bodies in (False, True):
        await sql_store.snapshot(ref)  # A new connection asks for more.
        with sent(sql_store) as statements:
            await sql_store.snapshot(ref, bodies=bodies)
        assert len({statement for statement in statements if "FROM" in statement}) == 2


async def test_what_most_calls_need_is_read_without_blocks_and_bodies_of_agents(sql_store: SqlStore) -> None:
    tool = {"type": "function", "function": {"name": "search"}}
    agent = await put_agent(sql_store, memory_blocks=(new_block("human", "tea"),), tool_schemas=(tool,))
    ref = default_ref(agent.id)
    with sent(sql_store) as statements:
        await sql_store.state(ref)
        await sql_store.snapshot(ref)
        await append(sql_store, ref, user("one"))
    everything = " ".join(statements)
    for unwanted in ("blocks", "agents.body", "conversations.body"):
        assert unwanted not in everything


async def test_an_append_sends_as_many_statements_for_one_message_as_for_many(sql_store: SqlStore) -> None:
    ref = await begin(sql_store)
    with sent(sql_store) as one:
        await append(sql_store, ref, user("one"))
    with sent(sql_store) as many:
        await append(sql_store, ref, *(user("one") for _ in range(50)))
    assert one == many


async def test_what_postgresql_has_prepared_is_kept_after_reads_and_after_units_that_fail(postgres_url: str) -> None:
    store = open_store(postgres_url, connections=1)
    ref = await begin(store, 3)
    for _ in range(6):
        await sums_of(store, ref)
    with pytest.raises(ConversationNotFound):
        await append(store, ref_to("conv-none"), user("nowhere"))
    prepared = "SELECT statement, generic_plans > 0 FROM pg_prepared_statements"
    found = await store._database.read_once(lambda connection: connection.execute(text(prepared)).all())
    await store.close()
    sums = [is_generic for statement, is_generic in found if "sum(messages.token_count)" in statement]
    assert sums == [True]


async def test_sqlite_finds_a_context_by_its_range_and_sums_it_from_the_index_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    await begin(store, 9)
    plans = {}
    with store._database._engines.reader.connect() as connection:
        for name, of_context in (("entries", contexts._ENTRIES), ("sums", context_sums._READ_SUMS)):
            statement = of_context.construct.params(conversation_id="conv", summary=5, start=1, end=9)
            written = statement.compile(connection, compile_kwargs={"literal_binds": True})
            plans[name] = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    await store.close()
    summed, *others = [step for step in plans["sums"] if step.startswith("SEARCH")]
    assert summed == (
        "SEARCH messages USING COVERING INDEX ix_messages_figures (conversation_id=? AND position>? AND position<?)"
    )
    # The system message, the summary and the first entry: a row each.
    assert [step.split(" (")[1].split(")")[0] for step in others] == ["conversation_id=? AND position=?"] * 3
    assert not any("SCAN messages" in step or "B-TREE" in step for step in plans["sums"])
    steps = plans["entries"]
    assert not any("SCAN" in step or "B-TREE" in step for step in steps)
    fixed, others = (step for step in steps if step.startswith("SEARCH messages USING INDEX"))
    assert fixed.endswith("(conversation_id=? AND position=?)")
    assert others.endswith("(conversation_id=? AND position>? AND position<?)")


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (JobFilter(policy_id="policy-1"), "ix_jobs_of_policy (policy_id=?)"),
        (JobFilter(sweep_id="sweep-1", states={JobState.FAILED}), "ix_jobs_of_sweep (sweep_id=?)"),
        (JobFilter(conversation_id="conv-1"), "ix_jobs_conversation_id_queued_at_id (conversation_id=?)"),
    ],
)
async def test_sqlite_lists_jobs_along_the_index_of_what_asked_for_them(
    tmp_path: Path, where: JobFilter, index: str
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    await store.ping()
    seen: list[tuple[str, Any]] = []
    engine = store._database._engines.reader
    event.listen(engine, "before_cursor_execute", lambda _, __, statement, given, *___: seen.append((statement, given)))
    await store.jobs.list_jobs("tests", where, Page(9))
    statement, given = next(one for one in seen if "ORDER BY" in one[0])
    with engine.connect() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]
    await store.close()
    assert plan == [f"SEARCH jobs USING INDEX {index}"]
