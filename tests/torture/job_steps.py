"""What a client of a run does with jobs: it submits, looks, watches and cancels."""

from collections.abc import Awaitable, Callable
from random import Random

from tests.builders import job_requests, requests
from tests.torture.calls import Calls, Write
from tests.torture.history import Operation
from tests.torture.world import EMBEDDED, ENDED, MODEL, Conversation, Job, World, created, state_of

WATCH_SECONDS = (0.5, 8.0)
LAST = {"committed": "succeeded", "skipped": "skipped", "failed": "failed", "cancelled": "cancelled"}
"""The last event of a job, and the state that it is in then."""


class JobSteps:
    """One client's. `do` has a write made whose request_id may be repeated, and remembers it."""

    def __init__(
        self,
        random: Random,
        world: World,
        calls: Calls,
        conversation: Callable[[], Conversation],
        do: Callable[[Write], Awaitable[None]],
    ) -> None:
        self._random = random
        self._world = world
        self._calls = calls
        self._conversation = conversation
        self._do = do

    async def submit(self, request_id: str) -> None:
        conversation = self._conversation()
        request = job_requests.submit(
            conversation.id,
            self._random.choice(requests.MODES),
            self._random.choice((MODEL, MODEL, EMBEDDED)),
            request_id,
            self._random.choice(job_requests.PRIORITIES),
            allow_degraded=self._random.random() < 0.3,
        )
        operation: Operation = self._world.history.open("submit", conversation.id, request_id)
        # A repeat is answered with the job as it is by then.
        await self._do(Write(operation, request, created, 5.0, is_kept=False))
        if operation.reply is not None:
            self._world.hear_of_job(operation.reply.resource_id, conversation)

    async def look(self) -> None:
        if job := self._any():
            await self._ask(job, job_requests.get_job(job.id))

    async def cancel(self) -> None:
        if job := self._any():
            await self._ask(job, job_requests.cancel_job(job.id))

    async def watch(self) -> None:
        job = self._any()
        if job is None:
            return
        began = self._calls.now()
        events, answer = await self._calls.watch(job_requests.watch_job(job.id), self._random.uniform(*WATCH_SECONDS))
        ordinals = [event.ordinal for event in events]
        if ordinals != sorted(set(ordinals)):
            self._find(job, f"its events come as {ordinals}")
        last = [LAST[event.kind] for event in events if event.kind in LAST]
        if len(last) > 1 or (last and events[-1].kind not in LAST):
            self._find(job, f"it goes on after its end: {[event.kind for event in events]}")
        if answer.ok and not last:
            self._find(job, f"its stream ended without its last event: {[event.kind for event in events]}")
        if last:
            self._world.see_job(job.id, last[0], began, self._calls.now())
        self._miss(job, answer.reason)

    async def _ask(self, job: Job, request: requests.Request) -> None:
        answer, attempt = await self._calls.read(request, job.conversation.id)
        if answer.ok:
            state = state_of(answer.plain)
            self._world.see_job(job.id, state, attempt.began, attempt.ended)
            if request.rpc.endswith("/CancelJob") and state in ENDED - {"cancelled"}:
                self._find(job, f"it was cancelled, and is {state}")
        self._miss(job, answer.reason)

    def _miss(self, job: Job, reason: str) -> None:
        if reason == "JOB_NOT_FOUND" and not job.conversation.is_deleted:
            self._find(job, "it is not found")

    def _find(self, job: Job, sentence: str) -> None:
        self._world.history.find(job.conversation.id, f"the job {job.id}: {sentence}")

    def _any(self) -> Job | None:
        """One of those that were heard of last, as a rule."""
        known = [job for job in self._world.jobs.values() if not job.conversation.is_deleted]
        return self._random.choice(known[-20:] if self._random.random() < 0.8 else known) if known else None
