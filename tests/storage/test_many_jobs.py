"""What writes all jobs of a sweep, and locks them, takes as many statements for many as for few, and short ones."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from compactd.domain.ids import new_id, new_uuid
from compactd.domain.keys import SweepKey
from compactd.storage import sweep_pauses, sweeps
from compactd.storage.job_tables import JOBS
from compactd.storage.statements import Statement
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import remove_jobs
from tests.builders.stored_values import begin
from tests.storage.test_cancel_races import swept
from tests.storage.test_statements import sent

WRITES: dict[str, Statement] = {"cancel": sweeps._CANCEL_JOBS, "hold": sweep_pauses.HOLD}


async def test_a_sweep_is_cancelled_in_as_many_statements_for_many_deferred_jobs(sql_store: SqlStore) -> None:
    counts = []
    for count in (2, 40):
        sweep = await deferred(sql_store, count)
        with sent(sql_store) as statements:
            await sql_store.sweeps.cancel_sweep(sweep)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", WRITES)
async def test_jobs_of_a_sweep_are_found_once_and_not_for_each_of_them(postgres_store: SqlStore, name: str) -> None:
    """Though the database knows of none of them yet, as after a sweep's first page."""
    count, sweep = 400, await deferred(postgres_store, 400)

    def explain(connection: Connection) -> dict[str, Any]:
        compiled: Any = WRITES[name].construct.compile(dialect=connection.dialect)
        parameters = compiled.construct_params({"of_sweep": sweep.sweep_id})
        values = tuple(parameters[each] for each in compiled.positiontup)
        [found] = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}", values).scalar_one()
        return dict(found["Plan"])

    assert most_compared(await postgres_store._database.write(explain)) <= count


def most_compared(plan: dict[str, Any]) -> float:
    """The most rows that a step of the plan has found to fit no other, over all times that it was done."""
    own = float(plan.get("Rows Removed by Join Filter", 0) * plan.get("Actual Loops", 1))
    return max([own, *map(most_compared, plan.get("Plans", []))])


async def deferred(store: SqlStore, count: int) -> SweepKey:
    """A sweep with so many jobs that were begun, and wait."""
    await remove_jobs(store)
    sweep = await swept(store, await begin(store, 5))

    def defer(connection: Connection) -> None:
        row = connection.execute(select(JOBS).where(JOBS.c.sweep_id == sweep.sweep_id)).mappings().one()
        own = [{"id": new_id("job"), "conversation_id": new_id("conv"), "request_id": new_uuid()} for _ in range(count)]
        connection.execute(insert(JOBS), [{**row, **ids, "token": 1, "attempts": 1, "due_at": 4e9} for ids in own])

    await store._database.write(defer)
    return sweep
