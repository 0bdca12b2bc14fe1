"""What requests that were too long have taught about windows."""

import time

from compactd.domain.handles import ModelHandle
from compactd.domain.value_class import value

LEARNED_SECONDS = 600.0

MOST_MODELS = 1_000
"""Names of models come from callers; of more than these the one learned longest ago is forgotten."""


@value
class _Learned:
    """A window; `factor` only where it was worked out from counted tokens, by which they were multiplied."""

    window: int
    factor: float | None
    until: float


class LearnedWindows:
    """Windows that providers have named, or shown by rejecting a request, per model; kept for ten minutes."""

    def __init__(self) -> None:
        self._windows: dict[ModelHandle, _Learned] = {}

    def learn(self, handle: ModelHandle, window: int, factor: float | None = None) -> None:
        """Keeps the smaller of `window` and what was learned before. With a `factor` it was worked out from counted
        tokens, taken for so many of the model's own each."""
        before = self._windows.pop(handle, None) if self.at_most(handle, window, factor) < window else None
        self._windows.pop(handle, None)
        if len(self._windows) == MOST_MODELS:
            del self._windows[next(iter(self._windows))]
        if before is not None:
            window, factor = before.window, before.factor
        self._windows[handle] = _Learned(window, factor, time.monotonic() + LEARNED_SECONDS)

    def at_most(self, handle: ModelHandle, window: int, factor: float | None = None) -> int:
        """The smaller of `window` and what was learned: what was worked out from counted tokens as large as they are
        with `factor`, of which more may be known by now. Changes nothing: plans ask from threads of the database."""
        learned = self._windows.get(handle)
        if learned is None or time.monotonic() > learned.until:
            return window
        if factor is None or learned.factor is None:
            return min(learned.window, window)
        return min(int(learned.window * factor / learned.factor), window)
