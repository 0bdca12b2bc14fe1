"""The tables of jobs. Times are seconds since the epoch by the database's clock."""

from sqlalchemy import BigInteger, Double, Index, LargeBinary, TextClause, exists, select, text
from sqlmodel import Field

from compactd.domain.jobs import SMALL_REQUEST
from compactd.domain.operations import OperationState
from compactd.storage.table_base import Table, metadata
from compactd.storage.tables import OPERATIONS

# Conditions of indexes stand in statements as they stand here: with a parameter a database could not see that the index
# serves.
IS_READY = text("state = 'queued' AND due_at IS NULL")
IS_PUT_OFF = text("state = 'queued' AND due_at IS NOT NULL")
IS_RUNNING = text("state = 'running'")
IS_ACTIVE = text("state IN ('queued', 'running')")
IS_ACTIVE_AND_AUTOMATIC = text("automatic AND state IN ('queued', 'running')")
HAS_ENDED = text("ended_at IS NOT NULL")
HAS_ENDED_WITH_MUCH = text(f"ended_at IS NOT NULL AND body_bytes > {SMALL_REQUEST}")
OF_A_POLICY = text("policy_id <> ''")
OF_A_SWEEP = text("sweep_id <> ''")
IS_ACTIVE_OF_A_SWEEP = text("sweep_id <> '' AND state IN ('queued', 'running')")
IS_SUBMITTED = text("NOT automatic")


def _partial(name: str, where: TextClause, *columns: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class JobRow(Table, table=True):
    """A job (`domain/jobs.py`). Its agent and conversation are plain columns, as an operation's: it is removed with
    them. `turn` is its place among those of its priority that are ready; `token` counts how often it was taken, and
    `runner` has it until `held_until`. `cancel_asked`: its runner is to stop it. `failure` is JSON, `request` protobuf,
    or its digest.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "namespace", "queued_at", "id"),
        Index(None, "namespace", "state", "queued_at", "id"),
        Index(None, "conversation_id", "queued_at", "id"),
        Index(None, "agent_id"),
        _partial("ix_jobs_ready", IS_READY, "priority", "turn", "queued_at", "id"),
        _partial("ix_jobs_ready_of_namespace", IS_READY, "namespace", "priority", "turn"),
        _partial("ix_jobs_put_off", IS_PUT_OFF, "due_at"),
        _partial("ix_jobs_running", IS_RUNNING, "held_until"),
        _partial("ix_jobs_ended", HAS_ENDED, "ended_at"),
        _partial("ix_jobs_ended_with_much", HAS_ENDED_WITH_MUCH, "ended_at"),
        _partial("ix_jobs_of_policy", OF_A_POLICY, "policy_id", "queued_at", "id"),
        _partial("ix_jobs_of_sweep", OF_A_SWEEP, "sweep_id", "queued_at", "id"),
        _partial("ix_jobs_active_of_sweep", IS_ACTIVE_OF_A_SWEEP, "sweep_id", "state"),
        _partial("uq_jobs_automatic", IS_ACTIVE_AND_AUTOMATIC, "conversation_id", unique=True),
        _partial("uq_jobs_submitted", IS_SUBMITTED, "namespace", "request_id", unique=True),
    )

    id: str = Field(primary_key=True)
    namespace: str
    agent_id: str
    conversation_id: str
    state: str
    priority: int
    turn: int = Field(sa_type=BigInteger)
    automatic: bool
    policy_id: str
    sweep_id: str
    request_id: str
    attempts: int
    deferrals: int
    token: int
    runner: str
    held_until: float = Field(sa_type=Double)
    cancel_asked: bool
    queued_at: float = Field(sa_type=Double)
    due_at: float | None = Field(sa_type=Double)
    started_at: float | None = Field(sa_type=Double)
    ended_at: float | None = Field(sa_type=Double)
    compaction_id: str
    tokens_before: int
    tokens_after: int
    cost_usd: float | None = Field(sa_type=Double)
    traceparent: str
    failure: bytes | None = Field(sa_type=LargeBinary)
    body_bytes: int
    request: bytes = Field(sa_type=LargeBinary)


class JobEventRow(Table, table=True):
    """One thing that happened to a job, or to a running Compact: `name` is the job's id, or the Compact's request_id.
    `body` is JSON (`domain.progress.Event`)."""

    __tablename__ = "job_events"
    __table_args__ = (Index(None, "agent_id", "conversation_id"), Index(None, "at"))

    namespace: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    ordinal: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    agent_id: str
    conversation_id: str
    at: float = Field(sa_type=Double)
    body: bytes = Field(sa_type=LargeBinary)


JOBS = metadata.tables["jobs"]
JOB_EVENTS = metadata.tables["job_events"]

# What a job does is kept as the reply of its `request_id`. It may be there before anybody has said it of the job, since
# the runner has died in between.
HAS_EFFECT = exists(
    select(OPERATIONS.c.name)
    .where(
        OPERATIONS.c.namespace == JOBS.c.namespace,
        OPERATIONS.c.name == JOBS.c.request_id,
        OPERATIONS.c.state == OperationState.DONE.value,
    )
    .correlate(JOBS)
)
