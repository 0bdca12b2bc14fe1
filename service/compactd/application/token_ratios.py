"""The observed token ratios at hand: plans look them up, and nobody waits while they are read and written."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress

import structlog

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.handles import ModelHandle
from compactd.domain.token_ratios import Observation, TokenRatio, after_all
from compactd.ports.token_ratios import MOST_RATIOS, SHARED, RatioKey, TokenRatioStore

FRESH_SECONDS = 2.0
"""What was read so recently is not read again."""

STALE_SECONDS = 30.0
"""What was read longer ago, since nobody called, is read again before it is used; in between it is used meanwhile."""

GATHER_SECONDS = 0.5
"""Observations of so long are written together."""

CLOSE_SECONDS = 1.0
"""How long the last ones may take to be written when the server stops."""

MOST_MODELS = 1_000
"""Of more models than that no observations wait to be written."""

MOST_NAMESPACES = 200
"""Of more namespaces than that none is known here: what is known of the one read longest ago is forgotten."""

MOST_WAITING = 100
"""Of one model's observations no more wait to be written: what else is seen of it meanwhile is left out."""


class TokenRatios:
    """One for a process. Its methods are for the event loop, but `of`, which any thread may call."""

    def __init__(self, store: TokenRatioStore) -> None:
        self._store = store
        # By namespace: those read last stand last. When they were read, or could not be.
        self._known: dict[str, Mapping[RatioKey, TokenRatio]] = {}
        self._read_at: dict[str, float] = {}
        self._reading: dict[str, asyncio.Task[None]] = {}
        # What was seen and not read back yet; of it, what is being written.
        self._waiting: dict[RatioKey, tuple[Observation, ...]] = {}
        self._written: Mapping[RatioKey, tuple[Observation, ...]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._writes = 0
        self._closing = asyncio.Event()

    def of(
        self, namespace: str, handle: ModelHandle | None, tokenizer: str, told: Observation | None = None
    ) -> TokenRatio | None:
        """The ratio of a model to what this tokenizer counts, as far as it is known here: from what the service has
        seen and what this namespace's callers have told, `told` included. None where nothing has been seen."""
        if handle is None:
            return None
        model = str(handle)
        shared = self._at_hand(RatioKey(SHARED, model, tokenizer))
        own = self._at_hand(RatioKey(namespace, model, tokenizer))
        if told is not None and told.is_of_use:
            own = after_all(own, (told,))
        return own.beside(shared) if own and shared else own or shared

    async def refresh(self, namespace: str) -> None:
        """Has what other processes have seen be known here soon; waits for it only where nothing was asked for yet, or
        not for long. A store that cannot be read leaves what was known, and is asked again as if it had been read."""
        age = time.monotonic() - self._read_at.get(namespace, float("-inf"))
        if age <= FRESH_SECONDS:
            return
        reading = self._reading.get(namespace)
        if reading is None:
            reading = self._reading[namespace] = asyncio.create_task(self._read(namespace), name="token ratios")
        if age > STALE_SECONDS:
            await asyncio.shield(reading)

    def observe(self, key: RatioKey, seen: Observation) -> None:
        """Takes an observation in, at once for this process, soon for all; one that is of no use is left out."""
        before = self._waiting.get(key, ())
        if not seen.is_of_use or len(before) >= MOST_WAITING or (not before and len(self._waiting) >= MOST_MODELS):
            return
        self._waiting[key] = (*before, seen)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_gathered(), name="token ratios")

    async def close(self) -> None:
        """Writes what waits, if that is quickly done."""
        self._closing.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*self._reading.values(), *filter(None, [self._writing]))

    def _at_hand(self, key: RatioKey) -> TokenRatio | None:
        known = self._known.get(key.namespace, {}).get(key)
        return after_all(known, (*self._written.get(key, ()), *self._waiting.get(key, ())))

    async def _read(self, namespace: str) -> None:
        writes = self._writes
        try:
            found = await self._store.token_ratios(namespace)
        except Exception as error:  # noqa: BLE001 - whoever calls learns from its own work how the store is
            _log("not read", error)
            self._note_read(namespace)
            return
        finally:
            del self._reading[namespace]
        # What was written meanwhile need not be in it; the next call reads again.
        if writes == self._writes:
            for read in (namespace, SHARED):
                self._known[read] = {key: ratio for key, ratio in found.items() if key.namespace == read}
            self._note_read(namespace)

    def _note_read(self, namespace: str) -> None:
        self._read_at.pop(namespace, None)
        self._read_at[namespace] = time.monotonic()
        while len(self._read_at) > MOST_NAMESPACES:
            oldest = next(iter(self._read_at))
            del self._read_at[oldest]
            self._known.pop(oldest, None)

    def _take_in(self, namespace: str, found: Mapping[RatioKey, TokenRatio]) -> None:
        """Of one namespace too many nothing: it is read when it is asked for."""
        if namespace not in self._known and len(self._known) > MOST_NAMESPACES:
            return
        others = {key: ratio for key, ratio in self._known.get(namespace, {}).items() if key not in found}
        newest_last = [*others.items(), *found.items()]
        self._known[namespace] = dict(newest_last[-MOST_RATIOS:])

    async def _write_gathered(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self._closing.wait()
            for namespace in {key.namespace for key in self._waiting}:
                await self._write(namespace)
            if self._closing.is_set():
                return

    async def _write(self, namespace: str) -> None:
        """What cannot be written waits for the next time; what may have been written is not written twice."""
        seen = {key: self._waiting.pop(key) for key in list(self._waiting) if key.namespace == namespace}
        self._written = seen
        try:
            found = await self._store.add_observations(namespace, seen)
            self._take_in(namespace, found)
            self._writes += 1
        except StoreUnavailable as error:
            _log("not written", error)
            for key, observations in seen.items():
                self._waiting[key] = (*observations, *self._waiting.get(key, ()))[:MOST_WAITING]
        except Exception as error:  # noqa: BLE001 - nothing that anybody asked for has failed
            _log("lost", error)
        finally:
            self._written = {}


def _log(what: str, error: Exception) -> None:
    """A store that is away tells of itself elsewhere; anything else is a bug, and nobody else tells of it."""
    log = structlog.get_logger()
    if isinstance(error, StoreUnavailable | OutcomeUnknown):
        log.debug("token ratios failed", what=what, error=type(error).__name__)
    else:
        log.error("token ratios failed", what=what, exc_info=error)
