"""What `compactd sweep` does and prints, on both databases."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from compactd.cli import main
from compactd.domain.jobs import JobPriority
from compactd.domain.keys import SweepKey
from compactd.domain.policies import CompactionBudget, ConversationSelector
from compactd.domain.quotas import QuotaExceeded
from compactd.domain.settings import CompactionMode
from compactd.ports.budgets import BudgetOwners
from compactd.storage.store import SqlStore, open_store
from compactd.sweep_arguments import MODES, PRIORITIES
from tests.builders.stored_values import NAMESPACE, append, begin, put_agent, ref_to, user

T = TypeVar("T")

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


def found(url: str, of: Callable[[SqlStore], Coroutine[Any, Any, T]]) -> T:
    """What is in the database, or was put into it."""

    async def find() -> T:
        store = open_store(url)
        try:
            return await of(store)
        finally:
            await store.close()

    return asyncio.run(find())


def sweep(*arguments: str) -> int:
    return main(["sweep", *arguments, "--namespace", NAMESPACE])


def started(printed: Printed) -> str:
    assert sweep("start", "--name", "Night", "--usd", "2") == 0
    sweep_id, line = printed.readouterr().out.splitlines()
    assert re.fullmatch(r"\[\.{30}\]   0% running, 0 done, 0 failed, 0 tokens saved, 0 spent, 0\.0000 USD", line)
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


def test_all_that_a_sweep_may_be_is_an_option(database_url: str, capsys: Printed) -> None:
    agent = found(database_url, lambda store: put_agent(store, tags=("ops", "night")))
    given = {
        "--agent": [agent.id],
        "--tag": ["ops", "night"],
        "--min-tokens": ["7"],
        "--mode": ["self_compact_all"],
        "--model": ["openai/gpt-5-mini"],
        "--settings": ['{"clip_chars": 4000, "mode": "all", "model_settings": {"openai": {"max_output_tokens": 700}}}'],
        "--priority": ["high"],
        "--tokens": ["5000"],
        "--usd": ["2.5"],
    }
    found(database_url, lambda store: append(store, ref_to(agent.default_conversation_id), user("one")))
    options = [word for name, values in given.items() for value in values for word in (name, value)]
    assert sweep("start", *options, "--match-all-tags", "--allow-degraded", "--include-ledger") == 0
    sweep_id = capsys.readouterr().out.splitlines()[0]
    spec = found(database_url, lambda store: store.sweeps.get_sweep(SweepKey(NAMESPACE, sweep_id))).spec
    assert spec.selector == ConversationSelector(
        agent_ids=(agent.id,), tags=("ops", "night"), match_all_tags=True, min_context_tokens=7
    )
    settings = spec.compaction_settings
    assert settings is not None
    assert (settings.mode, settings.model, settings.clip_chars) == ("self_compact_all", "openai/gpt-5-mini", 4000)
    assert settings.model_settings is not None
    assert settings.model_settings.max_output_tokens == 700
    assert (spec.priority, spec.allow_degraded, spec.include_ledger) == (JobPriority.HIGH, True, True)
    assert spec.budget == CompactionBudget(tokens=5000, usd=2.5)


def test_modes_and_priorities_are_those_that_there_are() -> None:
    assert set(MODES) == {mode.value for mode in CompactionMode}
    assert set(PRIORITIES) == {priority.name.lower() for priority in JobPriority}


def test_a_sweep_that_lacks_budget_says_of_what_and_goes_on_with_more(database_url: str, capsys: Printed) -> None:
    sweep_id = started(capsys)
    of = BudgetOwners(NAMESPACE, "", sweep_id)

    async def exceed(store: SqlStore) -> None:
        with pytest.raises(QuotaExceeded):
            await store.budgets.reserve_budget(of, 100, 2.5, 60)

    found(database_url, exceed)
    assert sweep("status", sweep_id) == 0
    lacking = r"paused \(budget_spent\), .*, the next compaction may take 2\.5 usd, and 2 are left"
    assert re.search(lacking, capsys.readouterr().out)
    assert sweep("resume", sweep_id, "--usd", "2.4") == 1
    assert "budget.usd" in capsys.readouterr().err
    assert sweep("resume", sweep_id, "--usd", "2.5", "--tokens", "1000") == 0
    assert " running, " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ("{", "sweep.compaction_settings: --settings is no JSON"),
        ('{"mode": "none"}', "sweep.compaction_settings.mode"),
        ('{"clip_chars": -1}', "sweep.compaction_settings.clip_chars"),
    ],
)
def test_settings_that_cannot_be_are_told_by_their_field(settings: str, why: str, capsys: Printed) -> None:
    assert sweep("start", "--settings", settings) == 1
    assert why in capsys.readouterr().err


def test_without_a_database_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nowhere = tmp_path_factory.mktemp("nowhere") / "none.db"
    monkeypatch.setenv("COMPACTD_DATABASE_URL", f"sqlite:///{nowhere}")
    assert sweep("list") == 2
    assert not nowhere.exists()
    assert "There is no file" in capsys.readouterr().err
