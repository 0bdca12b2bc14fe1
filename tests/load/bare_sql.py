"""The database's part of a Compact by itself, in a process that does nothing else.

    python -m tests.load.bare_sql --database URL --mode all CONVERSATION...

first lets the use case go through each conversation, and notes what it asks of the store; nothing is committed. Then
does that again, for each conversation one unit of work after the other, commit included, and prints a Timing.
"""

import argparse
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

import uvloop

from compactd.application.compact import Compact, CompactStore
from compactd.application.compaction_planner import CompactCommand
from compactd.application.cpu_worker import CpuWorker
from compactd.domain.compactions import Compaction
from compactd.domain.handles import EXTRACTIVE
from compactd.domain.keys import ConversationKey
from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.domain.settings import CompactionMode, CompactionSettings
from compactd.ports.compactions import CompactionCommit
from compactd.ports.model import Model
from compactd.ports.observer import SilentObserver
from compactd.storage.store import SqlStore, open_store
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.embedded import ExtractiveOnWorker
from compactd.summarizers.model_table import ModelTable
from compactd.summarizers.providers.table import openai_model
from compactd.tokenizers.counter import TiktokenTokenizer
from compactd.wiring import SystemClock
from tests.load.timing import Stopwatch, Timing

Unit = Callable[[], Awaitable[Any]]


class Notebook:
    """A store that notes every call. It makes them too, but for the commit."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.units: list[Unit] = []

    async def commit_compaction(self, key: ConversationKey, commit: CompactionCommit) -> Compaction:
        self.units.append(partial(self._store.commit_compaction, key, commit))
        return commit.record

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        async def noted(*arguments: Any, **options: Any) -> Any:
            self.units.append(partial(method, *arguments, **options))
            return await method(*arguments, **options)

        return noted


async def units_of(store: SqlStore, worker: CpuWorker, mode: CompactionMode, conversation_id: str) -> list[Unit]:
    """What one Compact asks of the store. The embedded summarizer writes, so that no model is needed."""
    notebook = Notebook(store)
    compact = Compact(
        cast("CompactStore", notebook),
        LitellmCatalog(ModelTable.load()),
        TiktokenTokenizer(worker, openai_model),
        cast("Model", None),
        ExtractiveOnWorker(worker),
        worker,
        SystemClock(),
        SilentObserver(),
        max_seconds=600.0,
    )
    settings = CompactionSettings(mode=mode, model=str(EXTRACTIVE))
    await compact(CompactCommand(ConversationKey(LOCAL_PRINCIPAL.namespace, conversation_id), settings))
    return notebook.units


async def measure(url: str, mode: CompactionMode, conversations: list[str]) -> Timing:
    store, worker = open_store(url), CpuWorker()
    planned = [await units_of(store, worker, mode, conversation_id) for conversation_id in conversations]
    stopwatch = Stopwatch()
    for units in planned:
        with stopwatch.lap():
            for unit in units:
                await unit()
    await store.close()
    worker.close()
    return stopwatch.timing()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", required=True)
    parser.add_argument("--mode", type=CompactionMode, required=True)
    parser.add_argument("conversations", nargs="+")
    options = parser.parse_args()
    uvloop.run(measure(options.database, options.mode, options.conversations)).print()


if __name__ == "__main__":
    main()
