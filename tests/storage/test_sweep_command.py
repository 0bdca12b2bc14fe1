"""What `compactd sweep` does and prints, on both databases."""

import asyncio
import re

import pytest

from compactd.cli import main
from compactd.storage.store import open_store
from tests.builders.stored_values import NAMESPACE, begin

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def conversation(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one in the database that the command is about."""
    monkeypatch.setenv("COMPACTD_DATABASE_URL", database_url)

    async def make() -> None:
        store = open_store(database_url)
        await begin(store, 3)
        await store.close()

    asyncio.run(make())


def sweep(*arguments: str) -> int:
    return main(["sweep", *arguments, "--namespace", NAMESPACE])


def started(printed: Printed) -> str:
    assert sweep("start", "--name", "Night", "--usd", "2") == 0
    sweep_id, line = printed.readouterr().out.splitlines()
    assert re.fullmatch(r"\[\.{30}\]   0% running, 0 done, 0 failed, 0 tokens saved, 0\.0000 USD", line)
    return sweep_id


def test_a_sweep_is_started_shown_paused_and_cancelled(capsys: Printed) -> None:
    sweep_id = started(capsys)
    for action, state in (("status", "running"), ("pause", "paused (requested)"), ("resume", "running")):
        assert sweep(action, sweep_id) == 0
        assert f" {state}, " in capsys.readouterr().out
    assert sweep("list") == 0
    assert sweep_id in capsys.readouterr().out
    assert sweep("cancel", sweep_id) == 0
    assert sweep("status", sweep_id, "--follow") == 0
    assert " cancelled, " in capsys.readouterr().out


def test_what_cannot_be_says_why(capsys: Printed) -> None:
    assert sweep("pause", "sweep-00000000-0000-4000-8000-000000000000") == 1
    assert sweep("start", "--tag", "nobody has it") == 1
    errors = capsys.readouterr().err
    assert "There is no sweep sweep-0000" in errors
    assert "sweep.selector.tags" in errors


def test_without_a_database_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nowhere = tmp_path_factory.mktemp("nowhere") / "none.db"
    monkeypatch.setenv("COMPACTD_DATABASE_URL", f"sqlite:///{nowhere}")
    assert sweep("list") == 2
    assert not nowhere.exists()
    assert "There is no file" in capsys.readouterr().err
