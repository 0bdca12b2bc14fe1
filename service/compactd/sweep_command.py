"""`compactd sweep`: starts sweeps and looks after them, in the database of COMPACTD_DATABASE_URL, without a server."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from typing import Any

from compactd.application.start_sweep import StartSweep
from compactd.domain.errors import CompactdError
from compactd.domain.jobs import JobState
from compactd.domain.keys import SweepKey
from compactd.domain.paging import Page
from compactd.domain.sweeps import PauseReason, Sweep, SweepState
from compactd.rpc.policies import compact_request_of
from compactd.storage.store import SqlStore
from compactd.sweep_arguments import LISTED

FOLLOW_SECONDS = 1.0
"""How often a sweep that is followed is looked at."""

BAR = 30
"""Characters of the bar."""


async def run_sweep_command(store: SqlStore, options: argparse.Namespace) -> int:
    """Does it, and prints what has come of it; the exit status."""
    sweeps, namespace = store.sweeps, options.namespace
    if options.action == "list":
        for sweep in await sweeps.list_sweeps(namespace, Page(LISTED)):
            print(f"{sweep.id}  {line_of(sweep)}")
        return 0
    try:
        if options.action == "start":
            sweep = await StartSweep(sweeps, compact_request_of)(namespace, _given(options))
            print(sweep.id)
        else:
            sweep = await _asked(store, SweepKey(namespace, options.sweep), options.action)
    except CompactdError as error:
        print(f"compactd: {error}", file=sys.stderr)
        return 1
    if getattr(options, "follow", False):
        sweep = await _followed(store, SweepKey(namespace, sweep.id))
    print(line_of(sweep))
    for outcome in sweep.outcomes:
        print(f"  {outcome.count:>8,}  {outcome.state.value}  {outcome.reason}".rstrip())
    return 0


def line_of(sweep: Sweep) -> str:
    """How far it is, in a line."""
    failed = sum(outcome.count for outcome in sweep.outcomes if outcome.state is JobState.FAILED)
    state = sweep.state.value if sweep.pause_reason is None else f"{sweep.state.value} ({sweep.pause_reason.value})"
    done = round(sweep.share_done * BAR)
    parts = [
        f"[{'#' * done}{'.' * (BAR - done)}] {sweep.share_done:4.0%} {state}",
        f"{sweep.ended_jobs:,} done",
        f"{failed:,} failed",
        f"{sweep.tokens_saved:,} tokens saved",
        f"{sweep.usd_spent:.4f} USD",
    ]
    if sweep.seconds_left is not None:
        parts.append(f"{sweep.jobs_per_minute:.0f} a minute, {sweep.seconds_left / 60:.0f} min left")
    return ", ".join(parts)


async def _asked(store: SqlStore, key: SweepKey, action: str) -> Sweep:
    match action:
        case "pause":
            return await store.sweeps.pause_sweep(key, PauseReason.REQUESTED)
        case "resume":
            return await store.sweeps.resume_sweep(key)
        case "cancel":
            return await store.sweeps.cancel_sweep(key)
        case _:
            return await store.sweeps.get_sweep(key)


async def _followed(store: SqlStore, key: SweepKey) -> Sweep:
    """The sweep, once it does not run any more."""
    on_terminal = sys.stderr.isatty()
    while True:
        sweep = await store.sweeps.get_sweep(key)
        if on_terminal:
            print(f"\r{line_of(sweep)}\x1b[K", end="", file=sys.stderr, flush=True)
        if sweep.state is not SweepState.RUNNING:
            if on_terminal:
                print(file=sys.stderr)
            return sweep
        await asyncio.sleep(FOLLOW_SECONDS)


def _given(options: argparse.Namespace) -> Mapping[str, Any]:
    """The sweep as plain data, without what is not given."""
    selector = {
        name: value
        for name, value in (
            ("agent_ids", tuple(options.agent)),
            ("tags", tuple(options.tag)),
            ("min_context_tokens", options.min_tokens),
        )
        if value
    }
    budget = {name: value for name in ("tokens", "usd") if (value := getattr(options, name)) is not None}
    settings = {} if options.model is None else {"model": options.model}
    given = {"name": options.name, "selector": selector, "budget": budget, "compaction_settings": settings}
    return {name: value for name, value in given.items() if value}
