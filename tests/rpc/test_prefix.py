"""What a compaction leaves where it was, so that a provider's prompt cache reaches past it."""

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
import pytest_asyncio

from tests.loopback.model import LoopbackModel
from tests.quality.conversations import plant
from tests.quality.extracting_model import extracting
from tests.quality.prefix import stays_of
from tests.quality.served import Summarizer
from tests.server import Client, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

TURNS = 6


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(module_url: str) -> AsyncIterator[Client]:
    async with local_server(module_url) as running:
        yield running.client


@pytest.mark.parametrize("summarizer", Summarizer)
@pytest.mark.parametrize("clip_chars", [0, 1_500])
async def test_over_five_compactions_all_stays_that_may(
    client: Client, model: LoopbackModel, summarizer: Summarizer, clip_chars: int
) -> None:
    extracting(model)
    batches = [plant(seed, turns=TURNS).messages for seed in range(5)]
    stays = await stays_of(client, summarizer, batches, clip_chars)
    assert len(stays) == 4
    assert all(stay.stayed >= stay.may_stay for stay in stays)
    if clip_chars == 0:
        # Each compaction has added a part behind those that were there.
        assert all(earlier.may_stay < later.may_stay for earlier, later in pairwise(stays))
