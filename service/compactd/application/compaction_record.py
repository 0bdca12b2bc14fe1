"""The record of a compaction, and what the store commits with it."""

import hashlib
from datetime import datetime

from compactd.application.attempt import Attempt
from compactd.application.chosen_summarizer import unused_settings
from compactd.application.compaction_planner import PlannedCompaction
from compactd.domain.compactions import Compaction, CompactionKind
from compactd.domain.ids import new_id
from compactd.domain.messages import CompactionStats
from compactd.domain.receipts import Receipt
from compactd.ports.compactions import CompactionCommit
from compactd.ports.model_catalog import ModelCatalog


def compaction_commit(
    planned: PlannedCompaction,
    attempt: Attempt,
    receipt: Receipt,
    catalog: ModelCatalog,
    now: datetime,
    duration_ms: int,
) -> CompactionCommit:
    """All that the store needs to replace the evicted messages by the summary."""
    summary = attempt.summary
    beside_system = planned.sums.tools_tokens + summary.tokens + planned.plan.kept_tokens
    return CompactionCommit(
        record=_record(planned, attempt, receipt, catalog, now, duration_ms),
        context_version=planned.state.context_version,
        system_version=planned.state.system_version,
        summary_message_id=new_id("message"),
        summary_text=summary.text,
        summary_tokens=summary.tokens,
        max_system_tokens=planned.plan.window - beside_system,
        window=planned.plan.window,
        stats=CompactionStats(planned.window.tokens, planned.messages_before, planned.messages_after),
    )


def _record(
    planned: PlannedCompaction,
    attempt: Attempt,
    receipt: Receipt,
    catalog: ModelCatalog,
    now: datetime,
    duration_ms: int,
) -> Compaction:
    plan, summary, parent = planned.plan, attempt.summary, planned.last_compaction
    return Compaction(
        id=new_id("compaction"),
        conversation_id=planned.state.conversation_id,
        created_at=now,
        kind=CompactionKind.COMPACTION,
        parent_id=parent.id if parent else None,
        mode=planned.settings.mode.value,
        request_form=summary.request_form,
        method=summary.method,
        degraded_reason=attempt.degraded_reason,
        settings=_effective_settings(planned),
        unused_settings=unused_settings(planned.settings, attempt.summarizer, catalog),
        model=str(attempt.summarizer.handle),
        prompt_sha256=hashlib.sha256(planned.prompt.encode()).hexdigest(),
        parts=tuple(summary.parts),
        last_seen_position=planned.sums.last_position,
        first_evicted_position=plan.first_evicted,
        last_evicted_position=plan.last_evicted,
        evicted_count=plan.evicted_count,
        tokens_before=plan.tokens_before,
        tokens_after=plan.fixed_tokens + summary.tokens + plan.kept_tokens,
        tokenizer=planned.tokenizer.name,
        tokens_estimated=planned.tokenizer.estimate,
        chunks=summary.chunks,
        usage=attempt.usage,
        duration_ms=duration_ms,
        context_start=plan.new_start,
        receipt=receipt,
    )


def _effective_settings(planned: PlannedCompaction) -> dict[str, object]:
    """The effective settings as CompactionSettings has them, complete but for the prompt."""
    settings, chosen = planned.settings, planned.summarizer
    plain: dict[str, object] = {
        "clip_chars": settings.clip_chars,
        "mode": settings.mode.value,
        "model": str(chosen.handle),
        "prompt_acknowledgement": settings.acknowledge,
        "sliding_window_percentage": settings.keep_share,
    }
    if chosen.settings is not None:
        given = chosen.settings.model_dump(mode="json", exclude_unset=True)
        plain["model_settings"] = {chosen.settings.provider: given}
    return plain
