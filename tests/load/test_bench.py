"""What the bench does, but for ghz, against a real server and a real loopback model."""

import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import pytest

from tests.forked_process import WaitedProcess
from tests.load import processes
from tests.load.compact_steps import OUTSIDE, STEPS
from tests.load.h2load import MISSING, H2load, find_h2load
from tests.load.memory import memory_over
from tests.load.prepare import EXTRACTIVE, INSTANT, Preparation
from tests.load.processes import READY_SECONDS, Models, compactd_server, database_url, loopback_model
from tests.load.rest_calls import RestCalls
from tests.load.scenarios import MODES
from tests.load.starts import first_compactions
from tests.load.step_clock import REST
from tests.load.step_profile import profile
from tests.load.worker_turns import longest_turn

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def models() -> Iterator[Models]:
    with loopback_model(0.0) as model:
        yield Models(model, model)


@pytest.fixture(autouse=True)
def _forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at here is none of what a start takes."""

    def start(command: Sequence[str], environment: Mapping[str, str], log: IO[str]) -> WaitedProcess:
        return WaitedProcess(command, environment, log.fileno())

    monkeypatch.setattr(processes, "start_module", start)


def test_a_profile_has_time_in_every_step_of_both_modes(tmp_path: Path, models: Models) -> None:
    seen = profile(tmp_path, models, database_url(tmp_path), messages=50, calls=2)
    for mode in MODES:
        assert all(seen.steps[mode][step.name] > 0 for step in STEPS)
        assert set(seen.steps[mode]) == {*(step.name for step in STEPS), REST, OUTSIDE}
    assert len(seen.table().splitlines()) == 2 + len(STEPS) + 3


def test_the_first_compaction_is_timed_from_the_start_of_its_server(tmp_path: Path, models: Models) -> None:
    [seconds] = first_compactions(tmp_path, models, database_url(tmp_path), 1)
    assert 0 < seconds < READY_SECONDS


def test_the_memory_of_a_server_is_looked_at_along_the_way(tmp_path: Path, models: Models) -> None:
    curve = memory_over(tmp_path, models, database_url(tmp_path), 80, conversations=16)
    assert [done for done, _ in curve.points] == list(range(0, 81, 8))
    assert curve.calls["GetContext"] == 80
    assert set(curve.calls) == {"GetContext", *(f"{mode} by {by}" for mode in MODES for by in (INSTANT, EXTRACTIVE))}


def test_every_turn_of_the_worker_is_timed(tmp_path: Path, models: Models) -> None:
    milliseconds = longest_turn(tmp_path, models, database_url(tmp_path), messages=100, calls=1)
    turns = [float(line) for line in (tmp_path / "turns.txt").read_text().split()]
    # Of each of the four compactions at least the summary was drafted in the worker.
    assert len(turns) >= 4
    assert milliseconds == max(turns)


@pytest.mark.skipif(shutil.which("h2load") is None, reason=MISSING)
def test_h2load_puts_the_calls_of_the_bench_on_rest(tmp_path: Path, models: Models) -> None:
    with compactd_server(tmp_path, models) as server:
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
