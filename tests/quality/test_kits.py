"""What the kit of PyPI says of the embedded summarizer, in this process and through a server."""

import asyncio
from functools import partial
from typing import Any

import pytest
from compaction_kit.benchmark import run_budget_benchmark

from compactd.extractive import summarize
from tests.quality.compare import OURS
from tests.quality.kits import BUDGETS, InProcess, OverRest
from tests.server import local_server


def entries(maker: Any) -> list[dict[str, Any]]:
    found = run_budget_benchmark({OURS: maker}, BUDGETS, seeds=(1,))["entries"]
    return sorted(found, key=lambda entry: float(entry["budget_fraction"]))


def test_the_kit_finds_again_what_it_planted_within_its_budgets() -> None:
    found = entries(partial(InProcess, OURS, summarize))
    assert all(entry["budget_compliant"] for entry in found)
    kept = [entry["randomized"]["overall_final_survival"] for entry in found]
    assert kept == sorted(kept)
    assert kept[0] >= 0.5
    assert kept[-1] >= 0.8


@pytest.mark.process
async def test_so_it_does_over_rest() -> None:
    async with local_server(http=True) as server:
        found = await asyncio.to_thread(entries, partial(OverRest, server.http_url))
    assert all(entry["budget_compliant"] for entry in found)
    assert found[0]["randomized"]["overall_final_survival"] >= 0.5
    # A limit that is given is there to be used.
    assert found[-1]["randomized"]["overall_final_survival"] >= 0.8
