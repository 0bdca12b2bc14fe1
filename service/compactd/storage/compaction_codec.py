"""Compaction records as rows and back."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from compactd.domain.compactions import (
    Compaction,
    CompactionKind,
    LastCut,
    MergeSource,
    Method,
    PartState,
    RequestForm,
    SummaryPart,
    Usage,
    token_count,
)
from compactd.domain.receipts import KindCount, Receipt
from compactd.storage.tables import COMPACTIONS

# What has another name in rows than in the domain, where the glossary's words are used.
_STORED_NAMES = {"request_form": "ask"}
_STORED = {field.name for field in fields(Compaction)} - {"evicted_message_ids", "kept_message_ids", "receipt_lists"}
_PLACES = [(place, column.name) for place, column in enumerate(COMPACTIONS.c) if column.name in _STORED]
_COLUMNS = [name for _, name in _PLACES]
_IN_BODY = {name: _STORED_NAMES.get(name, name) for name in sorted(_STORED.difference(_COLUMNS))}


def encode_record(record: Compaction, version: int) -> dict[str, Any]:
    """The row of a record that made `version`."""
    body = orjson.dumps({stored: getattr(record, name) for name, stored in _IN_BODY.items()})
    columns = {name: getattr(record, name) for name in _COLUMNS}
    return {**columns, "kind": record.kind.value, "version": version, "body_bytes": len(body), "body": body}


def last_record(row: Sequence[Any]) -> Compaction | None:
    """The record of a row that an outer join gave the columns of `compactions`."""
    return None if row[0] is None else decode_record(row)


def decode_record(row: Sequence[Any]) -> Compaction:
    """The record of a row of the columns of `compactions`, all of them and in their order."""
    values: dict[str, Any] = {name: row[place] for place, name in _PLACES} | orjson.loads(row[-1])
    values["kind"] = CompactionKind(values["kind"])
    request_form = values.pop("ask")
    values["request_form"] = request_form and RequestForm(request_form)
    values["method"] = values["method"] and Method(values["method"])
    values["unused_settings"] = tuple(values["unused_settings"])
    values["parts"] = tuple(_part(part) for part in values["parts"])
    values["usage"] = _usage(values["usage"])
    # Records of release 0.1 know no restores.
    cut = values.get("restored_cut")
    values["restored_cut"] = cut and LastCut(**cut)
    # Nor do records of releases before the ledger know receipts.
    receipt = values.get("receipt")
    values["receipt"] = receipt and _receipt(receipt)
    return Compaction(**values)


def _receipt(values: dict[str, Any]) -> Receipt:
    return Receipt(tuple(KindCount(**count) for count in values["by_kind"]), values["unfounded"])


def _usage(values: dict[str, Any]) -> Usage:
    """Counts are whole numbers: once it was kept as a provider gave it, and some give 12.0."""
    counts = {name: token_count(values[name]) for name in ("input_tokens", "output_tokens", "cached_tokens")}
    return Usage(**{**values, **counts})


def _part(values: dict[str, Any]) -> SummaryPart:
    merged_from = values["merged_from"]
    return SummaryPart(
        **{**values, "state": PartState(values["state"]), "merged_from": merged_from and MergeSource(merged_from)}
    )
