"""What the bench does, but for ghz, against a real server and a real loopback model."""

import shutil
import socket
from collections import Counter
from pathlib import Path

import pytest

from tests.load.h2load import MISSING, H2load, find_h2load
from tests.load.prepare import INSTANT, Preparation
from tests.load.processes import compactd_server, database_url, loopback_model, model_environment
from tests.load.rest_calls import RestCalls
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


@pytest.mark.skipif(shutil.which("h2load") is None, reason=MISSING)
def test_h2load_puts_the_calls_of_the_bench_on_rest(tmp_path: Path) -> None:
    with loopback_model(0.0) as model, compactd_server(tmp_path, model, model) as server:
        preparation = Preparation(server.address)
        agent = preparation.agent()
        conversations = preparation.conversations(agent, count=7, messages=50)
        rest = RestCalls(H2load(find_h2load(), server.http_url))
        reads = [
            rest.get_agent(agent, callers=4, calls=200),
            rest.get_context(conversations[0], callers=4, calls=200),
            rest.list_messages(conversations[0], limit=50, callers=1, calls=200),
        ]
        compacted = rest.compact(conversations, INSTANT, "all", callers=3)
        again = rest.compact(conversations, INSTANT, "all", callers=3)

    assert [(len(load.calls), load.failures) for load in reads] == [(200, Counter())] * 3
    assert (len(compacted.calls), compacted.failures) == (7, Counter())
    assert all(load.rate > 0 and load.percentile(0.5) > 0 for load in [*reads, compacted])
    # Each conversation was compacted once, by one caller.
    assert again.failures == Counter({"HTTP 400": 7})


@pytest.mark.skipif(shutil.which("h2load") is None, reason=MISSING)
def test_h2load_that_reaches_nobody_is_an_error() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        nobody = H2load(find_h2load(), f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(RuntimeError, match="0 of 5 requests"):
            nobody.run(["/v1/agents/"], 1, 5)
