"""What requests that were too long have taught about windows."""

import time

from compactd.domain.handles import ModelHandle

LEARNED_SECONDS = 600.0

MOST_MODELS = 1_000
"""Names of models come from callers; of more than these the one learned longest ago is forgotten."""


class LearnedWindows:
    """Windows that providers have named, or shown by rejecting a request, per model; kept for ten minutes."""

    def __init__(self) -> None:
        self._windows: dict[ModelHandle, tuple[int, float]] = {}

    def learn(self, handle: ModelHandle, window: int) -> None:
        """Keeps the smaller of `window` and what was learned before."""
        smallest = self.at_most(handle, window)
        self._windows.pop(handle, None)
        if len(self._windows) == MOST_MODELS:
            del self._windows[next(iter(self._windows))]
        self._windows[handle] = (smallest, time.monotonic() + LEARNED_SECONDS)

    def at_most(self, handle: ModelHandle, window: int) -> int:
        """The smaller of `window` and what was learned. Changes nothing: plans ask from threads of the database."""
        learned, until = self._windows.get(handle, (window, 0.0))
        return min(learned, window) if time.monotonic() <= until else window
