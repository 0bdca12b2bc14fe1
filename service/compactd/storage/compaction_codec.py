"""Compaction records as rows and back."""

from dataclasses import fields
from typing import Any

import orjson
from sqlalchemy import RowMapping

from compactd.domain.compactions import (
    Compaction,
    CompactionKind,
    MergeSource,
    Method,
    PartState,
    RequestForm,
    SummaryPart,
    Usage,
)
from compactd.storage.tables import COMPACTIONS

# What has another name in rows than in the domain, where the glossary's words are used.
_STORED_NAMES = {"request_form": "ask"}
_STORED = {field.name for field in fields(Compaction)} - {"evicted_message_ids", "kept_message_ids"}
_COLUMNS = [column for column in COMPACTIONS.c if column.name in _STORED]
_IN_BODY = {name: _STORED_NAMES.get(name, name) for name in sorted(_STORED - {column.name for column in _COLUMNS})}


def encode_record(record: Compaction, version: int) -> dict[str, Any]:
    """The row of a record that made `version`."""
    body = orjson.dumps({stored: getattr(record, name) for name, stored in _IN_BODY.items()})
    columns = {column.name: getattr(record, column.name) for column in _COLUMNS}
    return {**columns, "kind": record.kind.value, "version": version, "body_bytes": len(body), "body": body}


def last_record(row: RowMapping) -> Compaction | None:
    """The record of a row that an outer join gave the columns of `compactions`."""
    return None if row[COMPACTIONS.c.id] is None else decode_record(row)


def decode_record(row: RowMapping) -> Compaction:
    """The record of a row that holds the columns of `compactions`."""
    values = {column.name: row[column] for column in _COLUMNS} | orjson.loads(row[COMPACTIONS.c.body])
    values["kind"] = CompactionKind(values["kind"])
    request_form = values.pop("ask")
    values["request_form"] = request_form and RequestForm(request_form)
    values["method"] = values["method"] and Method(values["method"])
    values["unused_settings"] = tuple(values["unused_settings"])
    values["parts"] = tuple(_part(part) for part in values["parts"])
    values["usage"] = Usage(**values["usage"])
    return Compaction(**values)


def _part(values: dict[str, Any]) -> SummaryPart:
    merged_from = values["merged_from"]
    return SummaryPart(
        **{**values, "state": PartState(values["state"]), "merged_from": merged_from and MergeSource(merged_from)}
    )
