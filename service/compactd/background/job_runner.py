"""Runs jobs: does for each what Compact does, and says in the store what became of it.

A job's effect happens once, however often it is begun: it is Compact under the job's request_id, whose reply is kept.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

import structlog

from compactd.application.job_watches import JobWatches
from compactd.application.progress_hub import ProgressHub
from compactd.background.job_events import JobEvents
from compactd.background.jobs_in_hand import JobsInHand
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import OutcomeUnknown, RequestIdReused, StoreUnavailable
from compactd.domain.ids import new_uuid
from compactd.domain.jobs import Again, End, Job, JobState, after_failure, automatic_request_id
from compactd.domain.keys import ConversationKey
from compactd.domain.operations import JobToken, OperationKey
from compactd.domain.principal import Principal, Scope
from compactd.domain.progress import NumberedEvent
from compactd.ports.budgets import BudgetOwners
from compactd.ports.contexts import ContextStore
from compactd.ports.fleet import Fleet
from compactd.ports.jobs import JobStore, TakenJob
from compactd.ports.observer import EndedAttempt, Observer
from compactd.ports.operations import AlreadyDone
from compactd.ports.trace import Tracer
from compactd.rpc.call import Call
from compactd.rpc.call_headers import TRACEPARENT_HEADER, trace_of
from compactd.rpc.jobs import failure_of, request_of, success_of
from compactd.rpc.run_compact import RunCompact
from compactd.rpc.statuses import CallFailed

T = TypeVar("T")

COMPACT = "/compaction.v1.CompactionService/Compact"
"""What a job calls: as an operation it is the same as that of a caller."""

RENEW_SECONDS = 2.0
"""How often jobs are renewed, and it is learned which are to be cancelled. Several renewals may fail before a job is
lost (`ports.jobs.HELD_SECONDS`)."""

STORE_SECONDS = 1.0
"""How long the runner waits before it tells a database again that was away."""

ANSWER_SECONDS = 5.0
"""How long after its deadline an attempt may still say what it failed for: that a provider is silent says more than
that the time is over."""

PRINCIPAL_NAME = "job"
"""Who calls, in logs."""


class JobRunner:
    """One for a process."""

    def __init__(
        self,
        fleet: Fleet,
        jobs: JobStore,
        contexts: ContextStore,
        run_compact: RunCompact,
        hub: ProgressHub,
        watches: JobWatches,
        in_hand: JobsInHand,
        max_seconds: float,
        tracer: Tracer,
        observer: Observer,
    ) -> None:
        """An attempt has `max_seconds`."""
        self._fleet = fleet
        self._jobs = jobs
        self._contexts = contexts
        self._run_compact = run_compact
        self._hub = hub
        self._watches = watches
        self._in_hand = in_hand
        self._max_seconds = max_seconds
        self._tracer = tracer
        self._observer = observer
        self._name = new_uuid()
        self._at_work: dict[str, asyncio.Task[object]] = {}
        self._stoppable: dict[str, asyncio.Task[object]] = {}
        self._cancelled: set[str] = set()
        self._log = structlog.get_logger()

    @property
    def running(self) -> int:
        """Jobs at work."""
        return len(self._in_hand.ids)

    async def run(self) -> None:
        """Goes on until it is cancelled; then gives back what was begun. Once the process is leaving, no more is begun
        meanwhile."""
        renewing = asyncio.create_task(self._renew())
        try:
            while True:
                try:
                    await self._fleet.run(self._name, self.work, self._in_hand.leaving)
                except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and jobs go on
                    self._log.exception("jobs not run")
                    await self._give_back()
                await asyncio.sleep(STORE_SECONDS)
        finally:
            renewing.cancel()
            await self._give_back()

    async def _give_back(self) -> None:
        # What cannot be given back now is taken over when its time is over.
        with suppress(StoreUnavailable, OutcomeUnknown):
            await self._jobs.give_back_jobs(self._name)

    async def work(self, taken: TakenJob) -> None:
        """Does a job that this runner has taken. Raises nothing, unless it is cancelled."""
        job, task = taken.job, asyncio.current_task()
        if task is None:
            raise RuntimeError("a job is run in a task of its own")
        # A process that stood still may take a job from itself: one ends after the other.
        while (earlier := self._at_work.get(job.id)) is not None:
            await asyncio.wait((earlier,))
        started, events = time.monotonic(), JobEvents(self._jobs, self._watches, taken)
        with self._in_hand.holding(job.id):
            self._at_work[job.id] = task
            try:
                with self._hub.listening(OperationKey(job.namespace, job.request_id), events.happened):
                    outcome = await self._outcome(taken, task)
                if isinstance(outcome, Again):
                    events.queued_again(outcome)
                await self._tell(taken, outcome, await events.rest(), time.monotonic() - started)
                self._watches.tell(job.id)
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and the job is taken over
                self._log.exception("job not ended", job_id=job.id)
            finally:
                events.stop()
                del self._at_work[job.id]
                self._cancelled.discard(job.id)

    async def _outcome(self, taken: TakenJob, task: asyncio.Task[object]) -> End | Again:
        job = taken.job
        request, call = request_of(job), self._call(taken)
        self._stoppable[job.id] = task
        facts = {"compactd.job_id": job.id, "compactd.conversation_id": job.conversation_id}
        with self._tracer.serve("job", call.trace, facts) as span:
            try:
                async with asyncio.timeout(self._max_seconds + ANSWER_SECONDS):
                    response = await self._run_compact(request, _key(job), call, background=True, owners=_owners(job))
                return success_of(response)
            except asyncio.CancelledError:
                if job.id not in self._cancelled:
                    raise
                task.uncancel()
                return await _once_heard(partial(self._settled, taken))
            except Exception as error:  # noqa: BLE001 - what it is decides what becomes of the job
                if not isinstance(error, CompactdError | CallFailed | TimeoutError):
                    self._log.exception("job failed", job_id=job.id)
                span.fail(type(error).__name__)
                share = random.uniform(0.5, 1.0)  # noqa: S311 - nobody gains from guessing it
                is_pinned = bool(request.expected_version)
                return after_failure(job, failure_of(error), share=share, is_pinned=is_pinned)
            finally:
                # From here on it ends by itself: what it has done is only to be told.
                del self._stoppable[job.id]

    def _call(self, taken: TakenJob) -> Call:
        job = taken.job
        return Call(
            COMPACT,
            {},
            deadline=time.monotonic() + self._max_seconds,
            call_id=job.id,
            principal=Principal(job.namespace, frozenset({Scope.READ, Scope.WRITE}), PRINCIPAL_NAME),
            # In the trace of what asked for it, which has ended by now.
            trace=self._tracer.arrive(trace_of({TRACEPARENT_HEADER: job.traceparent})),
            job=JobToken(job.id, taken.token),
        )

    async def _tell(
        self, taken: TakenJob, outcome: End | Again, events: Sequence[NumberedEvent], seconds: float
    ) -> None:
        """Says it until the database has heard it. A job that somebody has taken over meanwhile is theirs."""
        told = await _once_heard(partial(self._become, taken, outcome, events))
        if told is not None:
            self._observer.attempt_ended(_ended_attempt(taken.job, told, seconds))

    async def _become(
        self, taken: TakenJob, outcome: End | Again, events: Sequence[NumberedEvent]
    ) -> End | Again | None:
        """What has become of it; None if it is somebody else's."""
        try:
            if isinstance(outcome, Again):
                return await self._defer(taken, outcome, events)
            return await self._end(taken, outcome, events)
        except AlreadyDone:
            # Whatever the attempt has heard of it.
            return await self._end(taken, await self._settled(taken), events)

    async def _settled(self, taken: TakenJob) -> End:
        """How the job ends once nothing is done for it in this process: what has been committed by then has
        happened."""
        try:
            response = await self._run_compact.settled(request_of(taken.job), self._call(taken))
        except RequestIdReused as reused:
            return End(JobState.FAILED, failure_of(reused))
        return End(JobState.CANCELLED) if response is None else success_of(response)

    async def _end(self, taken: TakenJob, end: End, events: Sequence[NumberedEvent] = ()) -> End | None:
        return end if await self._jobs.end_job(taken, end, events) else None

    async def _defer(self, taken: TakenJob, again: Again, events: Sequence[NumberedEvent]) -> End | Again | None:
        job, request_id = taken.job, taken.job.request_id
        if again.anew:
            try:
                version = (await self._contexts.state(_key(job))).context_version
            except (StoreUnavailable, OutcomeUnknown):
                raise
            except CompactdError as error:
                return await self._end(taken, End(JobState.SKIPPED, failure_of(error)))
            owner_id = job.policy_id or job.sweep_id
            request_id = automatic_request_id(owner_id, job.conversation_id, version, job.request)
        return again if await self._jobs.defer_job(taken, again, request_id, events) else None

    async def _renew(self) -> None:
        """Keeps what runs, and stops what is to be cancelled. Goes on until it is cancelled."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if not self._in_hand.ids:
                continue
            try:
                # While the database is away nobody takes jobs over.
                with suppress(StoreUnavailable, OutcomeUnknown):
                    for job_id in await self._jobs.renew_jobs(self._name, list(self._in_hand.ids)):
                        self._cancel(job_id)
            except Exception:  # noqa: BLE001 - a bug, whatever it is: the operator finds it, and jobs are kept
                self._log.exception("jobs not renewed")

    def _cancel(self, job_id: str) -> None:
        task = self._stoppable.get(job_id)
        if task is not None and job_id not in self._cancelled:
            self._cancelled.add(job_id)
            task.cancel()


async def _once_heard(ask: Callable[[], Awaitable[T]]) -> T:
    """What the database says, as soon as it is there to be asked."""
    while True:
        try:
            return await ask()
        except (StoreUnavailable, OutcomeUnknown):
            await asyncio.sleep(STORE_SECONDS)


def _owners(job: Job) -> BudgetOwners | None:
    if not job.policy_id and not job.sweep_id:
        return None
    return BudgetOwners(job.namespace, job.policy_id, job.sweep_id)


def _key(job: Job) -> ConversationKey:
    return ConversationKey(job.namespace, job.conversation_id)


def _ended_attempt(job: Job, outcome: End | Again, seconds: float) -> EndedAttempt:
    failure = outcome.failure
    reason = failure.reason or failure.code if failure else ""
    waited = max(0.0, (job.started_at or job.queued_at) - job.queued_at)
    common = (job.id, _key(job), job.origin)
    if isinstance(outcome, Again):
        return EndedAttempt(
            *common, JobState.QUEUED, reason, job.attempts, seconds, waited, pause_seconds=outcome.pause_seconds
        )
    return EndedAttempt(
        *common,
        outcome.state,
        reason,
        job.attempts,
        seconds,
        waited,
        compaction_id=outcome.compaction_id,
        saved_tokens=outcome.tokens_before - outcome.tokens_after,
        cost_usd=outcome.cost_usd,
    )
