"""The tables of sweeps. Times are seconds since the epoch by the database's clock, but for those of conversations."""

from datetime import datetime

from sqlalchemy import BigInteger, Double, Index, LargeBinary, text
from sqlmodel import Field

from compactd.storage.table_base import Table, UtcDateTime, metadata

# As it stands here it stands in statements: with a parameter a database could not see that the index serves.
IS_UNFINISHED = text("state IN ('running', 'paused')")
HAS_ENDED = text("ended_at IS NOT NULL")


class SweepRow(Table, table=True):
    """`body` is what was asked for, as JSON, `request` what that asks of Compact, as protobuf.

    It has looked at conversations up to (`at_created`, `at_id`), in the order of creation, and looks at those up to
    (`last_created`, `last_id`), the youngest one when it started. `ran_seconds` is how long it had run when it was
    paused last, `running_since` when it began to run since, NULL while it is paused and after its end.
    `short_of` is the figure of its budget that it is paused for, empty for none; `short_needed` and `short_left` are of
    that figure."""

    __tablename__ = "sweeps"
    __table_args__ = (
        Index(None, "namespace", "started_at", "id"),
        Index("ix_sweeps_unfinished", "id", sqlite_where=IS_UNFINISHED, postgresql_where=IS_UNFINISHED),
        Index("ix_sweeps_ended", "ended_at", sqlite_where=HAS_ENDED, postgresql_where=HAS_ENDED),
    )

    id: str = Field(primary_key=True)
    namespace: str
    state: str
    pause_reason: str
    policy_id: str
    priority: int
    conversations: int
    looked_at: int
    selected: int
    at_created: datetime = Field(sa_type=UtcDateTime)
    at_id: str
    last_created: datetime = Field(sa_type=UtcDateTime)
    last_id: str
    ran_seconds: float = Field(sa_type=Double)
    running_since: float | None = Field(sa_type=Double)
    started_at: float = Field(sa_type=Double)
    ended_at: float | None = Field(sa_type=Double)
    body_bytes: int
    body: bytes = Field(sa_type=LargeBinary)
    request: bytes = Field(sa_type=LargeBinary)
    short_of: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    short_needed: float = Field(default=0.0, sa_type=Double, sa_column_kwargs={"server_default": text("0")})
    short_left: float = Field(default=0.0, sa_type=Double, sa_column_kwargs={"server_default": text("0")})


class SweepOutcomeRow(Table, table=True):
    """How many jobs of a sweep have ended in one way, and what they have brought."""

    __tablename__ = "sweep_outcomes"

    sweep_id: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    count: int
    tokens_saved: int = Field(sa_type=BigInteger)


class CronRunRow(Table, table=True):
    """When a policy with times of a clock starts its next sweep, as was told at `planned_at`. One that is not in force
    has no row."""

    __tablename__ = "cron_runs"
    __table_args__ = (Index(None, "next_run_at"), Index(None, "planned_at"))

    policy_id: str = Field(primary_key=True)
    namespace: str
    next_run_at: float = Field(sa_type=Double)
    planned_at: float = Field(sa_type=Double, sa_column_kwargs={"server_default": text("0")})


SWEEPS = metadata.tables["sweeps"]
SWEEP_OUTCOMES = metadata.tables["sweep_outcomes"]
CRON_RUNS = metadata.tables["cron_runs"]
