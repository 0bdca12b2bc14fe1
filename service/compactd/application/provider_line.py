"""The line before a provider with limits: what waits in this process with one credential, and what is in hand.

One task asks the database for all that waits, and tells it in the same breath what has ended: no more often than every
REPORT_SECONDS, however many requests there are. It lives while there is something to ask or to tell.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from math import ceil, inf

import structlog

from compactd.application.deadline import Deadline
from compactd.application.waiting_requests import WaitingRequest, WaitingRequests
from compactd.domain.allowance import LEASE_SECONDS, NOTHING, Ask, Grant, Report, Unused
from compactd.domain.handles import ModelHandle
from compactd.domain.ids import new_uuid
from compactd.domain.model_failures import JobPutOff, PermitTooLate
from compactd.domain.provider_limits import ProviderLimits
from compactd.domain.value_class import value
from compactd.ports.provider_limits import CredentialKey, ProviderLimitStore, ProviderRules

REPORT_SECONDS = 0.05
"""Between two reports: a hundred requests a second are twenty writes of one row."""

RENEW_SECONDS = LEASE_SECONDS / 3
"""Between two reports where nothing has happened, for what is in hand."""

AWAY_SECONDS = 0.5
"""Before the next report where the database did not take one."""

MOST_ASKS = 200
"""So many of those that wait are asked for at once."""

LATE = 0.2
"""A request that could leave so many seconds before its deadline is not worth the wait."""

LONGEST_WAIT = 60.0
"""Seconds for which a provider that wants to be left alone is waited for."""

JOB_PATIENCE, FIRST_JOB_PATIENCE = 10.0, 60.0
"""Seconds after which a job that waits makes room for others in its process, which may be for another provider; and
the first one in the line, so that there is always one that has its turn as soon as it may."""

CLOSE_SECONDS = 2.0
"""How long a server that stops tries to tell that nothing is in hand any more."""


@value
class Spent:
    """What became of a permit. `tokens` is what the request took, None where nobody knows; `pause` are the seconds that
    the provider wants to be left alone for."""

    sent: bool = False
    tokens: int | None = 0
    pause: float = 0.0


NOT_SENT = Spent()


class Permit:
    """Lets one request leave. It is ended when the request has, once."""

    def __init__(self, line: "ProviderLine", ask: Ask) -> None:
        self._line = line
        self._ask = ask
        self._began = time.monotonic()

    def end(self, spent: Spent) -> None:
        self._line.ended(self._ask, spent, time.monotonic() - self._began)


class ProviderLine:
    """`key_of` gives the credential's key, for the first report."""

    def __init__(
        self,
        provider: str,
        key_of: Callable[[], Awaitable[CredentialKey]],
        store: ProviderLimitStore,
        rules: ProviderRules,
    ) -> None:
        self.provider = provider
        self._key_of = key_of
        self._key: CredentialKey | None = None
        self._store = store
        self._rules = rules
        self._holder = new_uuid()
        self._waiting = WaitingRequests()
        self._in_hand = self._job_in_hand = 0
        self._unused = self._job_unused = NOTHING
        self._hold = 0.0
        self._held_until = 0.0
        self._call_seconds = 0.0
        self._is_counted = True
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def told(self) -> dict[str, object]:
        """For the operator."""
        return {
            "provider": self.provider,
            "waiting": self._waiting.count,
            "jobs_waiting": self._waiting.job_count,
            "in_hand": self._in_hand,
            "jobs_in_hand": self._job_in_hand,
            "held_seconds": round(max(0.0, self._held_until - time.monotonic()), 1),
        }

    async def permit(
        self,
        model: ModelHandle,
        ask: Ask,
        namespace: str,
        deadline: Deadline | None,
        may_be_put_off: Callable[[], bool] = lambda: False,
    ) -> Permit:
        """Waits for its turn. PermitTooLate, as soon as that is known, where it does not come before the deadline;
        JobPutOff for a job's that has waited long and `may_be_put_off`; StoreUnavailable."""
        request = WaitingRequest(model, ask, namespace, deadline, may_be_put_off)
        self._waiting.add(request)
        self._tell()
        try:
            await request.turn
        except asyncio.CancelledError:
            if request.in_line:
                self._waiting.drop(request)
                self._tell()
            elif request.was_served:
                # Its turn came together with its end.
                self.ended(ask, NOT_SENT)
            raise
        return Permit(self, ask)

    def ended(self, ask: Ask, spent: Spent, seconds: float = 0.0) -> None:
        """A request that was in hand is no longer."""
        self._in_hand -= 1
        unused = Unused(0 if spent.sent else 1, 0 if spent.tokens is None else ask.tokens - spent.tokens)
        if ask.background:
            self._job_in_hand -= 1
            self._job_unused += unused
        else:
            self._unused += unused
        if spent.sent:
            self._call_seconds += (seconds - self._call_seconds) * (0.2 if self._call_seconds else 1.0)
        self._hold = max(self._hold, spent.pause)
        self._tell()

    async def close(self) -> None:
        """Tells once more what is in hand, so that others need not wait for the end of a lease."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        limits = self._rules.of(self.provider)
        if limits is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._report(limits)

    def _tell(self) -> None:
        self._news.set()
        if self._task is None:
            # It is nobody's call: what it does is in no call's log lines, and in no namespace's turn.
            self._task = asyncio.create_task(self._serve(), name="provider line", context=Context())

    async def _serve(self) -> None:
        try:
            while (limits := self._rules.of(self.provider)) is not None:
                self._news.clear()
                pause = await self._report(limits)
                await asyncio.sleep(REPORT_SECONDS)
                if self._news.is_set():
                    continue
                if not self._waiting.count:
                    if not self._in_hand or limits.calls_at_once is None:
                        return
                    pause = RENEW_SECONDS
                pause = min(pause - REPORT_SECONDS, self._seconds_left() - LATE, self._patience_left())
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, pause)):
                        await self._news.wait()
                self._refuse_late({}, 0.0)
            # The operator has taken the table out of the file.
            for request in self._waiting.first(self._waiting.count):
                self._give(request, 0.0)
        finally:
            self._task = None

    async def _report(self, limits: ProviderLimits) -> float:
        """Tells what has changed, asks for all that waits, and hands on the answer; seconds until the next one."""
        asked = self._waiting.first(MOST_ASKS)
        report = Report(
            self._holder,
            self._in_hand,
            self._job_in_hand,
            [request.ask for request in asked],
            self._unused,
            self._job_unused,
            self._hold,
            self._call_seconds,
        )
        self._unused = self._job_unused = NOTHING
        self._hold = 0.0
        try:
            if self._key is None:
                self._key = await self._key_of()
            grant = await self._store.take_permits(self._key, limits, report)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for those who wait
            self._fail(report, error)
            await asyncio.sleep(AWAY_SECONDS)
            return 0.0
        self._is_counted = True
        self._hand_on(grant, asked)
        return grant.pause

    def _hand_on(self, grant: Grant, asked: Sequence[WaitingRequest]) -> None:
        self._held_until = time.monotonic() + grant.held_seconds
        for request, start in zip(asked[: grant.granted], grant.starts, strict=False):
            self._give(request, start)
        latest = grant.starts[-1] if grant.starts else 0.0
        starts = dict(zip(asked, grant.starts, strict=True))
        self._refuse_late(starts, latest, grant.held_seconds)
        self._put_off(starts, latest)

    def _seconds_left(self) -> float:
        """Until the first deadline of those that wait."""
        return min((request.seconds_left for request in self._waiting), default=inf)

    def _refuse_late(self, starts: Mapping[WaitingRequest, float], latest: float, held_seconds: float = 0.0) -> None:
        """Those whose turn cannot come in time: `starts` says when it can come at the earliest, `latest` for those who
        are not in it."""
        for request in [*self._waiting]:
            start = max(starts.get(request, latest), 0.0)
            if held_seconds > LONGEST_WAIT or start > request.seconds_left - LATE:
                self._waiting.drop(request)
                request.fail(PermitTooLate(model=str(request.model), retry_after_seconds=max(1, ceil(start))))

    def _patience_left(self) -> float:
        """Until the first job is to make room."""
        return min((patience - request.seconds_waited for request, patience in self._patience()), default=inf)

    def _put_off(self, starts: Mapping[WaitingRequest, float], latest: float) -> None:
        """The jobs that have waited for long enough."""
        for request, patience in self._patience():
            if request.seconds_waited >= patience:
                self._waiting.drop(request)
                start = max(1, ceil(starts.get(request, latest)))
                request.fail(JobPutOff(model=str(request.model), retry_after_seconds=start))

    def _patience(self) -> list[tuple[WaitingRequest, float]]:
        """For how long the jobs wait that could come again later."""
        return [
            (request, JOB_PATIENCE if place else FIRST_JOB_PATIENCE)
            for place, request in enumerate(self._waiting.of_jobs)
            if request.may_be_put_off()
        ]

    def _give(self, request: WaitingRequest, start: float) -> None:
        """It is in hand from now on, and leaves in so many seconds."""
        self._in_hand += 1
        self._job_in_hand += request.ask.background
        if request.in_line:
            self._waiting.serve(request)
        if start > 0:
            asyncio.get_running_loop().call_later(start, self._let_go, request)
        else:
            self._let_go(request)

    def _let_go(self, request: WaitingRequest) -> None:
        if request.turn.done():
            # Who waited has gone.
            self.ended(request.ask, NOT_SENT)
        else:
            request.turn.set_result(None)

    def _fail(self, report: Report, error: Exception) -> None:
        """What was to be told is told with the next report."""
        self._unused += report.unused
        self._job_unused += report.job_unused
        self._hold = max(self._hold, report.hold_seconds)
        if self._is_counted:
            self._is_counted = False
            structlog.get_logger().warning(
                "provider limits not counted", provider=self.provider, error=type(error).__name__
            )
        for request in [*self._waiting]:
            self._waiting.drop(request)
            request.fail(error)
        self._news.set()
