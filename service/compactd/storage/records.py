"""Compaction records as rows and back."""

from typing import Any

import orjson
from sqlalchemy import RowMapping

from compactd.domain.compactions import Ask, Compaction, CompactionKind, MergeSource, Method, Part, PartOrigin, Usage
from compactd.storage.tables import COMPACTIONS

_C = COMPACTIONS.c


def record_row(record: Compaction, version: int) -> dict[str, Any]:
    """The row of a record that made `version`."""
    body = orjson.dumps(
        {
            "mode": record.mode,
            "ask": record.ask,
            "method": record.method,
            "degraded_reason": record.degraded_reason,
            "settings": record.settings,
            "unused_settings": record.unused_settings,
            "model": record.model,
            "prompt_sha256": record.prompt_sha256,
            "parts": record.parts,
            "tokenizer": record.tokenizer,
            "usage": record.usage,
        }
    )
    return {
        "id": record.id,
        "conversation_id": record.conversation_id,
        "version": version,
        "created_at": record.created_at,
        "kind": record.kind.value,
        "parent_id": record.parent_id,
        "restored_compaction_id": record.restored_compaction_id,
        "first_evicted_position": record.first_evicted_position,
        "last_evicted_position": record.last_evicted_position,
        "evicted_count": record.evicted_count,
        "last_seen_position": record.last_seen_position,
        "tokens_before": record.tokens_before,
        "tokens_after": record.tokens_after,
        "duration_ms": record.duration_ms,
        "context_start": record.context_start,
        "summary_position": record.summary_position,
        "body_bytes": len(body),
        "body": body,
    }


def record_from(row: RowMapping) -> Compaction:
    """The record of a row that holds the columns of `compactions`."""
    body = orjson.loads(row[_C.body])
    ask, method = body["ask"], body["method"]
    return Compaction(
        id=row[_C.id],
        conversation_id=row[_C.conversation_id],
        created_at=row[_C.created_at],
        kind=CompactionKind(row[_C.kind]),
        parent_id=row[_C.parent_id],
        mode=body["mode"],
        ask=None if ask is None else Ask(ask),
        method=None if method is None else Method(method),
        degraded_reason=body["degraded_reason"],
        settings=body["settings"],
        unused_settings=tuple(body["unused_settings"]),
        model=body["model"],
        prompt_sha256=body["prompt_sha256"],
        parts=tuple(_part(part) for part in body["parts"]),
        last_seen_position=row[_C.last_seen_position],
        first_evicted_position=row[_C.first_evicted_position],
        last_evicted_position=row[_C.last_evicted_position],
        evicted_count=row[_C.evicted_count],
        tokens_before=row[_C.tokens_before],
        tokens_after=row[_C.tokens_after],
        tokenizer=body["tokenizer"],
        usage=Usage(**body["usage"]),
        duration_ms=row[_C.duration_ms],
        context_start=row[_C.context_start],
        summary_position=row[_C.summary_position],
        restored_compaction_id=row[_C.restored_compaction_id],
    )


def _part(fields: dict[str, Any]) -> Part:
    merged_from = fields["merged_from"]
    return Part(
        fields["first_position"],
        fields["last_position"],
        fields["tokens"],
        fields["text"],
        PartOrigin(fields["origin"]),
        None if merged_from is None else MergeSource(merged_from),
    )
