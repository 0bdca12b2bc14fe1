"""Sweeps: many conversations compacted in the background, one job each.

Pure. The store keeps a sweep and what has come of it; `background/clockwork.py` has it go on.
"""

from enum import StrEnum

from pydantic import BaseModel

from compactd.domain.jobs import JobPriority, JobState
from compactd.domain.limits import OptionalName
from compactd.domain.policies import CONFIG, CompactionBudget, ConversationSelector, Priority
from compactd.domain.settings import CompactionSettings
from compactd.domain.value_class import value

PAGE_SIZE = 1000
"""How many conversations are looked at in one transaction."""

MOST_QUEUED = 2000
"""The next page is looked at while fewer of a sweep's jobs wait: a sweep of a million conversations is not a million
rows at once."""

KEEP_SECONDS = 30 * 24 * 3600.0
"""How long a sweep is kept that has ended."""

HELD_UNTIL = 253_402_300_799.0
"""When jobs of a paused sweep are due: at the end of the year 9999."""

ALREADY_QUEUED = "ALREADY_QUEUED"
"""Why a conversation is skipped that has an automatic job of another origin."""


class SweepState(StrEnum):
    """RUNNING and PAUSED by turns, then one of the others."""

    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        return self in (SweepState.SUCCEEDED, SweepState.CANCELLED)


class PauseReason(StrEnum):
    """Why a sweep is paused."""

    REQUESTED = "requested"
    BUDGET_SPENT = "budget_spent"


class SweepSpec(BaseModel):
    """What a client may set on a sweep."""

    model_config = CONFIG

    name: OptionalName = ""
    selector: ConversationSelector | None = None
    compaction_settings: CompactionSettings | None = None
    allow_degraded: bool = False
    include_ledger: bool = False
    priority: Priority = JobPriority.LOW
    budget: CompactionBudget | None = None


@value
class Outcome:
    """So many jobs have ended in this way; `reason` is empty where nothing went wrong."""

    state: JobState
    reason: str
    count: int


@value
class Shortfall:
    """Why a sweep is paused for its budget: of `figure`, tokens or usd, the next compaction may take `needed`, and
    `left` was left."""

    figure: str
    needed: float
    left: float


@value
class Sweep:
    """A stored sweep. Times are seconds since the epoch by the database's clock; `ran_seconds` is how long it was not
    paused. It has looked at `looked_at` of `conversations`, of which `selected` are meant; `queued` and `running` jobs
    of them have not ended. `tokens_spent` and `usd_spent`: what models have taken for it, as its budget counts it."""

    id: str
    spec: SweepSpec
    state: SweepState
    pause_reason: PauseReason | None
    shortfall: Shortfall | None
    policy_id: str
    conversations: int
    looked_at: int
    selected: int
    queued: int
    running: int
    outcomes: tuple[Outcome, ...]
    tokens_saved: int
    tokens_spent: int
    usd_spent: float
    ran_seconds: float
    started_at: float
    ended_at: float | None

    @property
    def ended_jobs(self) -> int:
        """Jobs that were queued and have ended."""
        return sum(outcome.count for outcome in self.outcomes if outcome.reason != ALREADY_QUEUED)

    @property
    def jobs_per_minute(self) -> float:
        return self.ended_jobs * 60 / self.ran_seconds if self.ran_seconds > 0 else 0.0

    @property
    def jobs_left(self) -> float:
        """Jobs that have not ended, if what is not looked at yet is selected as often as what is."""
        to_come = max(self.conversations - self.looked_at, 0)
        share = self.selected / self.looked_at if self.looked_at else 1.0
        return to_come * share + self.queued + self.running

    @property
    def share_done(self) -> float:
        """How much of it is done, from 0 to 1."""
        if self.state is SweepState.SUCCEEDED:
            return 1.0
        all_jobs = self.ended_jobs + self.jobs_left
        return self.ended_jobs / all_jobs if all_jobs else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the rate that it has had; None where that says nothing."""
        rate = self.jobs_per_minute / 60
        if self.state is not SweepState.RUNNING or not rate or not self.looked_at:
            return None
        return self.jobs_left / rate
