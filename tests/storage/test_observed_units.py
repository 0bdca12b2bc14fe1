"""Units of work are told to an observer."""

from pathlib import Path
from uuid import uuid4

import pytest

from compactd.domain.errors import AgentNotFound
from compactd.domain.keys import AgentKey
from compactd.storage.store import open_store
from tests.builders.recording_observer import RecordingObserver
from tests.builders.stored_values import NAMESPACE


async def test_each_unit_of_work_is_told_with_its_kind_its_name_and_its_error(tmp_path: Path) -> None:
    observer = RecordingObserver()
    store = open_store(f"sqlite:///{tmp_path}/compactd.db", observer=observer)
    await store.ping()
    with pytest.raises(AgentNotFound):
        await store.delete_agent(AgentKey(NAMESPACE, f"agent-{uuid4()}"))
    await store.close()
    told = [(unit.kind, unit.name, unit.error) for unit in observer.units]
    assert told == [("read", "ping", ""), ("write", "erase_agent", "AgentNotFound")]
    assert all(unit.seconds > 0 for unit in observer.units)
