"""StartSweep: what was asked for, checked, becomes a sweep."""

from collections.abc import Callable, Mapping
from typing import Any

from compactd.domain.effective_settings import check_pair
from compactd.domain.ids import new_id
from compactd.domain.sweeps import Sweep, SweepSpec
from compactd.domain.validation import validate
from compactd.ports.operations import Once
from compactd.ports.sweeps import NewSweep, SweepStore


class StartSweep:
    """Starts sweeps. `request_of` says what one asks of Compact, as a job keeps it."""

    def __init__(self, store: SweepStore, request_of: Callable[[SweepSpec], bytes]) -> None:
        self._store = store
        self._request_of = request_of

    async def __call__(self, namespace: str, given: Mapping[str, Any], once: Once[Sweep] | None = None) -> Sweep:
        """`given` are plain fields of SweepSpec. InvalidField below `sweep`; AgentNotFound."""
        spec = validate(SweepSpec, given, "sweep")
        if (settings := spec.compaction_settings) is not None:
            check_pair(settings.model, settings.model_settings, "sweep.compaction_settings.")
        return await self._store.start_sweep(namespace, NewSweep(new_id("sweep"), spec, self._request_of(spec)), once)
