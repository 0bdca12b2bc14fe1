"""How long the first compaction by a model takes after the start of a server, for one who asks at once."""

from pathlib import Path

from tests.load.one_caller import one_caller
from tests.load.prepare import INSTANT, Preparation
from tests.load.processes import Models, compactd_server, starting_server


def first_compactions(folder: Path, models: Models, url: str, count: int) -> list[float]:
    """Seconds from each of `count` starts to the answer; the call is made as soon as the server listens."""
    # The first start writes the bytecode of what it imports.
    with compactd_server(folder, models, url) as server:
        preparation = Preparation(server.address)
        conversations = preparation.conversations(preparation.agent(), count, 50)
    return [_first_compaction(folder, models, url, name) for name in conversations]


def _first_compaction(folder: Path, models: Models, url: str, conversation_id: str) -> float:
    with starting_server(folder, models, url) as start:
        start.wait_until_listening()
        with one_caller(start.address) as caller:
            caller.compact(conversation_id, INSTANT, "all")
        return start.seconds()
