"""What a compaction spends on models, told where it comes to nothing: then there is no record that says it."""

import asyncio
import time
from types import TracebackType
from typing import Self

from compactd.application.model_session import ModelSession
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import Draining
from compactd.domain.handles import ModelHandle
from compactd.domain.keys import ConversationKey
from compactd.ports.observer import FailedCompaction, Observer


class Spending:
    """`with Spending(…) as spending:` around all that is done for one compaction, up to its commit."""

    def __init__(self, observer: Observer, key: ConversationKey, model: ModelHandle, mode: str) -> None:
        self._observer = observer
        self._key = key
        self._model = model
        self._mode = mode
        self._started = time.monotonic()
        self._session: ModelSession | None = None

    def of(self, session: ModelSession) -> ModelSession:
        """Follows what this session spends."""
        self._session = session
        return session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or self._session is None or not self._session.usage.calls:
            return
        seconds = time.monotonic() - self._started
        self._observer.compaction_failed(
            FailedCompaction(self._key, self._model, self._mode, _reason(error), self._session.usage, seconds)
        )


def _reason(error: BaseException) -> str:
    if isinstance(error, CompactdError):
        return error.reason
    if isinstance(error, asyncio.CancelledError):
        # Whoever breaks it off for the end of the server says so.
        return Draining.reason if error.args == (Draining.reason,) else "CANCELLED"
    return "INTERNAL"
