"""Records of compactions as values, without a store."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from compactd.domain.compactions import Compaction, CompactionKind, Method, RequestForm
from compactd.domain.receipts import KindCount, Receipt

PLAIN = Compaction(
    id=f"compaction-{uuid4()}",
    conversation_id=f"conv-{uuid4()}",
    created_at=datetime.now(UTC),
    kind=CompactionKind.COMPACTION,
    parent_id=None,
    mode="sliding_window",
    request_form=RequestForm.TRANSCRIPT,
    method=Method.MODEL,
    degraded_reason="",
    settings={"clip_chars": 0},
    unused_settings=(),
    model="openai/gpt-5-mini",
    prompt_sha256="0" * 64,
    parts=(),
    last_seen_position=30,
    first_evicted_position=1,
    last_evicted_position=20,
    evicted_count=20,
    tokens_before=3_000,
    tokens_after=1_000,
    tokenizer="o200k_base",
    tokens_estimated=False,
    chunks=1,
    duration_ms=120,
    context_start=21,
    receipt=Receipt((KindCount("path", 4, 3), KindCount("amount", 2, 0)), 1),
)


def record(**fields: Any) -> Compaction:
    """A record of a compaction by a model, but for `fields`."""
    return replace(PLAIN, **fields)
