"""Sweeps from and to their protos."""

from collections.abc import Sequence
from typing import Any

from google.protobuf.duration_pb2 import Duration

from compactd.domain.paging import Page
from compactd.domain.policies import CompactionBudget
from compactd.domain.sweeps import PauseReason, Sweep, SweepState
from compactd.domain.validation import validate
from compactd.rpc.jobs import STATE_NUMBERS, time_to_proto
from compactd.rpc.references import within_page
from compactd.rpc.resources import checked_plain_from_proto
from compactd.rpc.wire import plain_to_proto
from compaction.v1 import policy_pb2, sweep_pb2, sweep_service_pb2

OUTPUT_ONLY = tuple(
    name
    for name in sweep_pb2.Sweep.DESCRIPTOR.fields_by_name
    if name not in ("name", "selector", "compaction_settings", "allow_degraded", "include_ledger", "priority", "budget")
)
"""What the service writes."""

_STATES = {state: sweep_pb2.SweepState.Value(f"SWEEP_STATE_{state.name}") for state in SweepState}
_PAUSE_REASONS = {
    reason: sweep_pb2.SweepPauseReason.Value(f"SWEEP_PAUSE_REASON_{reason.name}") for reason in PauseReason
}


def sweep_from_proto(proto: sweep_pb2.Sweep, path: str) -> dict[str, Any]:
    """What a client wrote of a sweep, as plain data; InvalidField below `path`."""
    return checked_plain_from_proto(proto, path, without=OUTPUT_ONLY)


def budget_from_proto(proto: policy_pb2.CompactionBudget, path: str) -> CompactionBudget:
    """InvalidField below `path`."""
    return validate(CompactionBudget, checked_plain_from_proto(proto, path), path)


def sweep_to_proto(sweep: Sweep) -> sweep_pb2.Sweep:
    plain = sweep.spec.model_dump(exclude_unset=True) | {"priority": sweep.spec.priority.name.lower()}
    proto = plain_to_proto(plain, sweep_pb2.Sweep)
    proto.id, proto.state, proto.policy_id = sweep.id, _STATES[sweep.state], sweep.policy_id
    if sweep.pause_reason is not None:
        proto.pause_reason = _PAUSE_REASONS[sweep.pause_reason]
    if (short := sweep.shortfall) is not None:
        proto.shortfall.CopyFrom(sweep_pb2.BudgetShortfall(figure=short.figure, needed=short.needed, left=short.left))
    for name in ("conversations", "looked_at", "selected", "queued", "running"):
        setattr(proto, name, getattr(sweep, name))
    for name in ("tokens_saved", "tokens_spent", "usd_spent", "jobs_per_minute"):
        setattr(proto, name, getattr(sweep, name))
    proto.outcomes.extend(
        sweep_pb2.SweepOutcome(state=STATE_NUMBERS[found.state], reason=found.reason, count=found.count)
        for found in sweep.outcomes
    )
    if (seconds := sweep.seconds_left) is not None:
        proto.time_left.CopyFrom(Duration(seconds=round(seconds)))
    proto.started_at.CopyFrom(time_to_proto(sweep.started_at))
    if sweep.ended_at is not None:
        proto.ended_at.CopyFrom(time_to_proto(sweep.ended_at))
    return proto


def sweeps_to_proto(found: Sequence[Sweep], page: Page) -> sweep_service_pb2.ListSweepsResponse:
    return sweep_service_pb2.ListSweepsResponse(sweeps=within_page([sweep_to_proto(sweep) for sweep in found], page))
