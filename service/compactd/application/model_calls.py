"""Calls to models: repeated where that may help, not made while the model's circuit is open, each with the permit that
the limits of its provider ask for, and all counted."""

import asyncio
import random
import time
from dataclasses import dataclass, replace

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
)

from compactd.application.circuits import Circuits, Outcome, Passage
from compactd.application.deadline import Deadline
from compactd.application.model_steps import Told
from compactd.application.provider_line import NOT_SENT, Permit, Spent
from compactd.application.provider_permits import Asker, ProviderPermits, spent_by_answer, spent_by_failure
from compactd.domain.compactions import Usage
from compactd.domain.model_failures import ProviderFailure, ProviderUnavailable
from compactd.ports.model import Model, ModelAnswer, ModelRequest, PromptTooLong

LONGEST_PAUSE = 8.0
"""Seconds before a repeat at most, where the provider does not ask for more."""

LONGEST_WAIT = 60.0
"""Seconds that a provider may ask for: where it wants to be left alone for longer, the caller is told so at once."""

PATIENCE = 30.0
"""Seconds after which a model without an answer counts as failed at the deadline: given less, it says nothing."""

CLOCK_SLACK = 0.05
"""Seconds: what waits until the deadline is woken by another clock."""


@dataclass(frozen=True, slots=True)
class RetryRules:
    """A request that fails for a moment is repeated `retries` times at most; before the first one lie up to
    `pause_seconds`, and before each further one up to twice as many."""

    retries: int
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class ModelCalls:
    """What the callers of all attempts share."""

    model: Model
    circuits: Circuits
    retries: RetryRules
    permits: ProviderPermits

    def caller(self, deadline: Deadline | None, asker: Asker = Asker()) -> "ModelCaller":  # noqa: B008 - it is frozen
        """One that asks until the deadline."""
        return ModelCaller(self, deadline, asker)


def _tell_nobody() -> None:
    """The Told of a request that nobody watches."""


@dataclass(slots=True)
class _LastTry:
    """How many seconds the last try of a request took: the pauses before it say nothing of the model. Each one is
    `told`."""

    told: Told
    seconds: float = 0.0


class ModelCaller:
    """Asks models on behalf of one attempt. `usage` is what its requests took so far, those that failed too; of
    `broken_off` ones it says nothing but their number."""

    def __init__(self, calls: ModelCalls, deadline: Deadline | None, asker: Asker) -> None:
        self.usage = Usage()
        self.broken_off = 0
        self._model = calls.model
        self._circuits = calls.circuits
        self._rules = calls.retries
        self._permits = calls.permits
        self._deadline = deadline
        self._asker = asker
        # An attempt counts once, however many of its chunks fail: a circuit is never opened by one.
        self._has_failed = False
        self._has_left = False

    async def ask(self, request: ModelRequest, told: Told = _tell_nobody) -> ModelAnswer:
        """The answer, at the latest by the deadline; each try is `told` as it leaves. Raises PromptTooLong, the
        ProviderFailure of the last try, and what waiting for a permit raises."""
        permit = None
        if self._permits.limited(request.handle):
            # Who waits is no probe, and waits for nothing that is left alone.
            self._circuits.require(request.handle)
            permit = await self._permit(request)
        try:
            passage = self._circuits.enter(request.handle)
        except ProviderFailure:
            _end(permit, NOT_SENT)
            raise
        last, outcome = _LastTry(told), Outcome.UNKNOWN
        try:
            answer = await self._repeated(request, passage, last, permit)
            outcome = Outcome.ANSWERED
            return answer
        except PromptTooLong:
            outcome = Outcome.ANSWERED
            raise
        except ProviderFailure as failure:
            outcome = self._outcome_of(failure, last)
            raise
        except asyncio.CancelledError:
            outcome = self._outcome_at_deadline(last)
            raise
        finally:
            self._circuits.leave(passage, self._counted_once(outcome, passage))

    async def rest(self, failure: ProviderFailure) -> bool:
        """Pauses before what failed is asked for once more. False, at once, if that would not help or be too late."""
        return await self._rested(failure, self._rules.retries)

    async def _rested(self, failure: ProviderFailure, repeats: int) -> bool:
        pause = self._pause(failure, repeats)
        if not _helps(failure) or self._is_too_late(pause):
            return False
        await asyncio.sleep(pause)
        return True

    async def _repeated(
        self, request: ModelRequest, passage: Passage, last: _LastTry, permit: Permit | None
    ) -> ModelAnswer:
        try:
            return await self._try(request, passage, last, permit)
        except ProviderFailure as failure:
            # One probe is one request.
            if passage.probe or not self._rules.retries or not await self._rested(failure, 0):
                raise
        return await self._repeats(request, passage, last)

    async def _repeats(self, request: ModelRequest, passage: Passage, last: _LastTry) -> ModelAnswer:
        """What comes after the first try: tenacity takes 130 µs, and nearly every call is answered at once."""

        def pause(state: RetryCallState) -> float:
            failure = state.outcome.exception() if state.outcome is not None else None
            return self._pause(failure, state.attempt_number)

        tries = AsyncRetrying(
            retry=retry_if_exception(_helps),
            wait=pause,
            stop=lambda state: state.attempt_number >= self._rules.retries or self._is_too_late(state.upcoming_sleep),
            sleep=asyncio.sleep,
            reraise=True,
        )
        return await tries(self._next_try, request, passage, last)

    def _pause(self, failure: BaseException | None, repeats: int) -> float:
        """Seconds after a failure with so many repeats before it: by chance, so that not all callers come at once."""
        longest = min(self._rules.pause_seconds * 2.0**repeats, LONGEST_PAUSE)
        asked = failure.provider_pause if isinstance(failure, ProviderFailure) else None
        return (asked or 0.0) + longest * random.random()  # noqa: S311 - nobody gains by guessing it

    def _is_too_late(self, pause: float) -> bool:
        """Whether a pause, as long as the provider wants it, ends behind the deadline."""
        return self._deadline is not None and pause >= self._deadline.remaining()

    async def _next_try(self, request: ModelRequest, passage: Passage, last: _LastTry) -> ModelAnswer:
        """A repeat waits for a permit of its own. No probe comes here."""
        permit = None
        if self._permits.limited(request.handle):
            self._circuits.check(passage)
            permit = await self._permit(request)
        return await self._try(request, passage, last, permit)

    async def _permit(self, request: ModelRequest) -> Permit:
        # A job is put off before its first request has left: what was asked would be asked again.
        permit = await self._permits.permit(request, self._asker, self._deadline, lambda: not self._has_left)
        self._has_left = True
        return permit

    async def _try(self, request: ModelRequest, passage: Passage, last: _LastTry, permit: Permit | None) -> ModelAnswer:
        started, spent = time.monotonic(), NOT_SENT
        try:
            self._circuits.check(passage)
            if self._deadline is not None and self._deadline.remaining() <= 0:
                raise ProviderUnavailable(model=request.handle)
            # Who asks is cancelled at the deadline; until then it may be put off.
            timeout = None if self._deadline is None else self._deadline.latest - started
            last.told()
            answer = await self._model.ask(replace(request, timeout=timeout))
            spent = spent_by_answer(answer.usage)
        except (ProviderFailure, PromptTooLong) as failure:
            self.usage += failure.usage
            spent = spent_by_failure(failure)
            raise
        except asyncio.CancelledError:
            # Nobody will learn what it took.
            self.usage += Usage(calls=1)
            self.broken_off += 1
            spent = Spent(sent=True, tokens=None)
            raise
        finally:
            last.seconds = time.monotonic() - started
            _end(permit, spent)
        self.usage += answer.usage
        return answer

    def _outcome_of(self, failure: ProviderFailure, last: _LastTry) -> Outcome:
        if failure.outage:
            return Outcome.FAILED
        if not failure.usage.calls:
            return Outcome.UNKNOWN
        return self._outcome_at_deadline(last) if self._is_over() else Outcome.ANSWERED

    def _outcome_at_deadline(self, last: _LastTry) -> Outcome:
        return Outcome.FAILED if self._is_over() and last.seconds >= PATIENCE else Outcome.UNKNOWN

    def _is_over(self) -> bool:
        return self._deadline is not None and self._deadline.remaining() <= CLOCK_SLACK

    def _counted_once(self, outcome: Outcome, passage: Passage) -> Outcome:
        if outcome is not Outcome.FAILED or passage.probe:
            return outcome
        counted, self._has_failed = self._has_failed, True
        return Outcome.UNKNOWN if counted else outcome


def _helps(error: BaseException) -> bool:
    """Whether a repeat may help, after a pause that somebody waits for."""
    return isinstance(error, ProviderFailure) and error.transient and (error.provider_pause or 0.0) <= LONGEST_WAIT


def _end(permit: Permit | None, spent: Spent) -> None:
    if permit is not None:
        permit.end(spent)
