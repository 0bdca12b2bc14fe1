"""What a model is shown of what is evicted, wherever a fact stands."""

import pytest

from tests.loopback.model import LoopbackModel
from tests.quality.coverage import LARGE, MODES, SMALL, shown_share
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("window", [LARGE, SMALL])
@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
async def test_every_fact_of_the_evicted_messages_is_shown(
    client: Client, model: LoopbackModel, mode: int, window: int
) -> None:
    for seed in range(2):
        requests = len(model.requests)
        share, _ = await shown_share(client, model, mode, window, seed)
        assert share == 1
        assert (len(model.requests) - requests > 1) is (window == SMALL)
