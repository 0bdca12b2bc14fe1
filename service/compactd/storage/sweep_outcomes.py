"""How the jobs of sweeps end: counted in the transaction that ends them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql

from compactd.domain.jobs import JobState
from compactd.domain.sweeps import Outcome
from compactd.storage.statements import Statement
from compactd.storage.sweep_tables import SWEEP_OUTCOMES

_O = SWEEP_OUTCOMES.c

# SQLite understands what is written for PostgreSQL here.
_INSERT = postgresql.insert(SWEEP_OUTCOMES)
_ADD = Statement(
    _INSERT.on_conflict_do_update(
        index_elements=["sweep_id", "state", "reason"],
        set_={name: _O[name] + _INSERT.excluded[name] for name in ("count", "tokens_saved")},
    )
)
_REMOVE = Statement(delete(SWEEP_OUTCOMES).where(_O.sweep_id == bindparam("of_sweep")))


class Ended(NamedTuple):
    """A job that has ended; `sweep_id` is empty for one that is no sweep's."""

    sweep_id: str
    state: JobState
    reason: str = ""
    tokens_saved: int = 0


class Outcomes(NamedTuple):
    """What has come of a sweep's jobs."""

    outcomes: tuple[Outcome, ...]
    tokens_saved: int


NOTHING = Outcomes((), 0)


def count_ended(connection: Connection, ended: Iterable[Ended]) -> None:
    """Counts those of sweeps."""
    sums: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for job in ended:
        if job.sweep_id:
            found = sums[job.sweep_id, job.state.value, job.reason]
            found[0] += 1
            found[1] += job.tokens_saved
    # In one order, as whoever else counts several: no two wait for each other.
    for (sweep_id, state, reason), (count, tokens) in sorted(sums.items()):
        row = {"sweep_id": sweep_id, "state": state, "reason": reason}
        _ADD.run(connection, {**row, "count": count, "tokens_saved": tokens})


def read_outcomes(connection: Connection, sweep_ids: Sequence[str]) -> dict[str, Outcomes]:
    """By sweep; one of which nothing has come is not there."""
    columns = _O.sweep_id, _O.state, _O.reason, _O.count, _O.tokens_saved
    found: dict[str, Outcomes] = {}
    statement = select(*columns).where(_O.sweep_id.in_(sweep_ids)).order_by(_O.state, _O.reason)
    for sweep_id, state, reason, count, tokens in connection.execute(statement):
        outcomes, tokens_before = found.get(sweep_id, NOTHING)
        found[sweep_id] = Outcomes((*outcomes, Outcome(JobState(state), reason, count)), tokens_before + tokens)
    return found


def remove_outcomes(connection: Connection, sweep_id: str) -> None:
    _REMOVE.run(connection, {"of_sweep": sweep_id})
