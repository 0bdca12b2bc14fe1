"""What the bench does beside ghz, against a real server and a real loopback model."""

from pathlib import Path

import pytest

from tests.load.prepare import Preparation
from tests.load.processes import compactd_server, database_url, loopback_model, model_environment
from tests.load.timing import timing_of

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


def test_the_parts_of_a_compact_are_timed_by_themselves(tmp_path: Path) -> None:
    with loopback_model(0.0) as model, compactd_server(tmp_path, model, model) as server:
        preparation = Preparation(server.address)
        agent = preparation.agent()
        conversations = preparation.conversations(agent, count=2, messages=50)
        statements = timing_of("bare_sql", "--database", database_url(tmp_path), "--mode", "all", *conversations)
        # What was timed was committed: there is nothing left to compact before more is appended.
        with pytest.raises(RuntimeError, match="NothingToCompact"):
            timing_of("bare_sql", "--database", database_url(tmp_path), "--mode", "all", conversations[0])
        preparation.append(conversations, messages=50, variant=1)
        preparation.compact_all(conversations)
        call = timing_of("bare_model", "--messages", "50", "--calls", "3", environment=model_environment(model))

    assert 0 < server.listening_seconds < server.serving_seconds
    assert (statements.calls, call.calls) == (2, 3)
    assert min(statements.p50, statements.cpu, call.p50, call.cpu) > 0
