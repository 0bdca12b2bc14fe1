"""What `make load` does, in short, with the real ghz against a real server with two workers."""

from collections import Counter
from pathlib import Path

import pytest

from tests.load.configurations import FOLDER, Configuration, Requests, loads
from tests.load.load import Load, read_report
from tests.load.prepare import Preparation
from tests.load.processes import Models, compactd_server, loopback_model
from tests.load.replica_load import Carried, at_once, table
from tests.load.test_ghz import GHZ, NOT_BUILT
from tests.load.test_load import report


def load_of(*statuses: str) -> Load:
    return read_report(report(*(("2026-11-29T10:00:00Z", 10.0, status) for status in statuses)))


def test_every_configuration_of_the_folder_is_run_once_and_none_leaves_its_connections_to_ghz() -> None:
    every = [each for group in loads() for each in group]
    assert sorted(each.path for each in every) == sorted(FOLDER.iterdir())
    # One connection reaches one worker.
    assert all(each.connections == each.callers for each in every if each.path.stem != "burst")
    assert {each.path.stem for each in next(group for group in loads() if len(group) > 1)} == {
        "mixed_append",
        "mixed_compact",
        "mixed_get_context",
    }


def test_a_burst_alone_may_be_turned_away() -> None:
    ended = load_of("OK", "ResourceExhausted", "Unavailable", "Canceled")
    burst, steady = (Configuration.read(FOLDER / f"{name}.json") for name in ("burst", "append"))
    assert burst.undocumented(ended) == Counter({"Canceled": 1})
    assert steady.undocumented(ended) == Counter({"ResourceExhausted": 1, "Unavailable": 1, "Canceled": 1})


def test_the_table_has_a_part_for_each_server_and_says_how_calls_ended() -> None:
    append = Configuration.read(FOLDER / "append.json")
    one, two = (Carried("SQLite", workers, append, load_of("OK", "Unavailable"), 1.0, 0.5) for workers in (1, 2))
    lines = table([one, two]).splitlines()
    assert [line for line in lines if line.startswith("**")] == ["**SQLite, one worker**", "**SQLite, 2 workers**"]
    assert lines[-1] == "| AppendMessages of 2 | 32 | 2 | 1.00 | 10.0 | 10.0 | 10.0 | 1.0 + 0.5 | 1 Unavailable |"


@pytest.mark.process
@pytest.mark.timeout(180)
@pytest.mark.skipif(GHZ is None, reason=NOT_BUILT)
def test_ghz_puts_every_load_on_two_workers_and_no_call_fails(tmp_path: Path) -> None:
    ghz = Path(str(GHZ))
    with (
        loopback_model(0.0) as model,
        compactd_server(tmp_path, Models(model, model), settings={"COMPACTD_WORKERS": "2"}) as server,
    ):
        requests = Requests(Preparation(server.address))
        done = [each for group in loads(0.01) for each in at_once(ghz, server, requests, group)]
    for configuration, load, *_ in done:
        assert len(load.calls) == configuration.calls, configuration.name
        assert configuration.undocumented(load) == Counter(), (configuration.name, load.errors)
