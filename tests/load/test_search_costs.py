"""That what `python -m tests.load.search_costs` prints is measured."""

from pathlib import Path

from compactd.storage.store import open_store
from tests.builders.stored_values import user
from tests.load.search_costs import COMMON, PAIR, RARE, measure


async def test_a_search_and_its_index_are_measured(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db", durable=False)
    costs = await measure(store, [user(f"the reservation_id {number} of {'x' * 1_000}") for number in range(300)])
    assert costs.messages == 300
    assert costs.index_seconds > 0
    assert costs.index_bytes > 0
    assert set(costs.searches) == {RARE, COMMON, PAIR}
    assert costs.delete_seconds > 0
    await store.close()
