"""`compactd sweep`: starts sweeps and looks after them, in the database of COMPACTD_DATABASE_URL, without a server."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from compactd.application.start_sweep import StartSweep
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import InvalidField
from compactd.domain.jobs import JobState
from compactd.domain.keys import SweepKey
from compactd.domain.paging import Page
from compactd.domain.policies import CompactionBudget
from compactd.domain.sweeps import PauseReason, Sweep, SweepState
from compactd.domain.validation import join_path, validate
from compactd.gateway.json_decoder import JsonDecoder
from compactd.gateway.json_text import UnreadableText, decode_json
from compactd.gateway.letta.field_names import NULL_VALUES, OTHER_NAMES
from compactd.gateway.shapes import SHAPE_DECODERS
from compactd.rpc.policies import compact_request_of
from compactd.rpc.resources import checked_plain_from_proto
from compactd.rpc.wire import UnreadableValue
from compactd.storage.store import SqlStore
from compactd.sweep_arguments import LISTED
from compaction.v1 import compaction_settings_pb2

FOLLOW_SECONDS = 1.0
"""How often a sweep that is followed is looked at."""

BAR = 30
"""Characters of the bar."""

INTERRUPTED = 130
"""The exit status after Ctrl-C."""


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
            print(sweep.id, flush=True)
        else:
            sweep = await _asked(store, SweepKey(namespace, options.sweep), options)
    except CompactdError as error:
        print(f"compactd: {error}", file=sys.stderr)
        return 1
    if getattr(options, "follow", False):
        try:
            sweep = await _followed(store, SweepKey(namespace, sweep.id))
        except asyncio.CancelledError:
            again = f"compactd sweep status {sweep.id} --namespace {namespace} --follow"
            print(f"\nThe sweep goes on. To see it again: {again}", file=sys.stderr)
            return INTERRUPTED
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
        f"{sweep.tokens_spent:,} spent",
        f"{sweep.usd_spent:.4f} USD",
    ]
    if sweep.seconds_left is not None:
        parts.append(f"{sweep.jobs_per_minute:,.0f} a minute, {timedelta(seconds=round(sweep.seconds_left))} left")
    if (short := sweep.shortfall) is not None:
        parts.append(f"the next compaction may take {short.needed:,.6g} {short.figure}, and {short.left:,.6g} are left")
    return ", ".join(parts)


async def _asked(store: SqlStore, key: SweepKey, options: argparse.Namespace) -> Sweep:
    match options.action:
        case "pause":
            return await store.sweeps.pause_sweep(key, PauseReason.REQUESTED)
        case "resume":
            given = _budget(options)
            budget = validate(CompactionBudget, given, "budget") if given else None
            return await store.sweeps.resume_sweep(key, budget)
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
        "agent_ids": tuple(options.agent),
        "tags": tuple(options.tag),
        "match_all_tags": options.match_all_tags,
        "min_context_tokens": options.min_tokens,
    }
    given = {
        "name": options.name,
        "selector": {name: value for name, value in selector.items() if value},
        "compaction_settings": _settings(options),
        "allow_degraded": options.allow_degraded,
        "include_ledger": options.include_ledger,
        "priority": options.priority,
        "budget": _budget(options),
    }
    return {name: value for name, value in given.items() if value}


def _budget(options: argparse.Namespace) -> dict[str, Any]:
    return {name: value for name in ("tokens", "usd") if (value := getattr(options, name)) is not None}


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    """Those of the JSON text, and before them what has an option of its own. InvalidField."""
    proto, path = compaction_settings_pb2.CompactionSettings(), "sweep.compaction_settings"
    if options.settings is not None:
        try:
            decoder = JsonDecoder(SHAPE_DECODERS, NULL_VALUES, OTHER_NAMES)
            decoder.decode(proto, decode_json(options.settings.encode()), {})
        except UnreadableText as error:
            raise InvalidField(path, f"--settings is no JSON: {error}") from None
        except UnreadableValue as error:
            raise InvalidField(join_path(path, error.path), error.sentence) from None
    plain = checked_plain_from_proto(proto, path)
    return plain | {name: value for name in ("mode", "model") if (value := getattr(options, name)) is not None}
