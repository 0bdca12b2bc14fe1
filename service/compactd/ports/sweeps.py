"""Where sweeps are kept, and how they go on."""

from collections.abc import Sequence
from typing import Protocol

from compactd.domain.keys import PolicyKey, SweepKey
from compactd.domain.paging import Page
from compactd.domain.policies import CompactionBudget
from compactd.domain.sweeps import PauseReason, Sweep, SweepSpec
from compactd.domain.value_class import value
from compactd.ports.operations import Once


@value
class NewSweep:
    """A sweep to start. `request` is what it asks of Compact: protobuf, without ids, as that of a job. `policy_id`: the
    policy whose time has come, empty for none."""

    id: str
    spec: SweepSpec
    request: bytes
    policy_id: str = ""


class SweepStore(Protocol):
    """Sweeps. Each method is one unit of work. Promises and errors are those of every store (`ports/store.py`).

    Every time is one of the database's clock.
    """

    async def start_sweep(self, namespace: str, new: NewSweep, once: Once[Sweep] | None = None) -> Sweep:
        """AgentNotFound for an agent of the selector that is not there; InvalidField naming `sweep.selector`, its
        tags or its `min_context_tokens`, where it means no conversation; QuotaExceeded where the namespace has as many
        that have not ended as it may."""

    async def get_sweep(self, key: SweepKey) -> Sweep:
        """SweepNotFound."""

    async def list_sweeps(self, namespace: str, page: Page) -> list[Sweep]:
        """In the order in which they started."""

    async def pause_sweep(self, key: SweepKey, reason: PauseReason) -> Sweep:
        """Its jobs that wait are held. SweepNotFound; SweepEnded."""

    async def resume_sweep(self, key: SweepKey, budget: CompactionBudget | None = None) -> Sweep:
        """Its jobs that were held wait for their turn. `budget` is in force from then on in place of the one before,
        with what is spent already. InvalidField below `budget` where it does not leave anything, or less than the sweep
        was paused for; SweepNotFound; SweepEnded."""

    async def cancel_sweep(self, key: SweepKey) -> Sweep:
        """Its jobs that wait are cancelled, and runners are told of the others. SweepNotFound; SweepEnded."""

    async def due_runs(self) -> Sequence[PolicyKey]:
        """Policies whose times have come, of whatever namespace, some hundreds at a time; and those whose next time was
        told by a clock that has gone back by more than a day since."""

    async def start_run(self, key: PolicyKey) -> None:
        """Starts the sweep of a policy whose time has come, and says when it comes next; not while an earlier one of it
        has not ended, nor where there is no conversation. Where only the clock has gone back it says when its time
        comes now. What another process does at the same time is left to it."""

    async def put_off_run(self, key: PolicyKey) -> None:
        """Has a run that cannot be started come again in a minute."""

    async def sweeps_to_advance(self) -> Sequence[str]:
        """The ids of all sweeps for which `advance_sweep` may have something to do, of whatever namespace: not of those
        that are paused, or only wait for their jobs."""

    async def advance_sweep(self, sweep_id: str) -> bool:
        """Queues jobs for the next page of conversations, ends a sweep whose jobs have all ended, or holds what has
        come to wait since it was paused: one of these, or nothing. Whether jobs were queued. What another process does
        at the same time is left to it."""

    async def remove_expired_sweeps(self) -> bool:
        """Removes sweeps that have ended KEEP_SECONDS ago, some hundreds at a time; whether there may be more. A
        database that does not answer makes nothing fail."""
