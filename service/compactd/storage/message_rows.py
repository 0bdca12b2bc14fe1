"""The rows of messages: what was given, and what is worked out of it once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, case, literal_column, type_coerce

from compactd.domain.calls import Answer
from compactd.domain.ids import new_id
from compactd.domain.messages import ChatMessage, CompactionStats, Role, StoredMessage
from compactd.ports.contexts import StoredDigest
from compactd.storage.message_codec import (
    ROLES,
    StoredForm,
    decode_call_ids,
    decode_message,
    decode_stats,
    encode_call_ids,
    encode_message,
    is_json,
)
from compactd.storage.tables import MESSAGES
from compactd.strategies.presentation import is_plain
from compactd.strategies.rules_version import RULES_VERSION
from compactd.strategies.transcript import bare_heading, heading, spoken

_M = MESSAGES.c

FORM = (_M.body, _M.import_data, _M.content, _M.compaction_stats)
"""The columns of a StoredForm, in its order."""

NO_TRANSCRIPT = {"heading": None, "transcript": None}
"""The columns of what no transcript shows: the system message at position 0, and summaries."""

NO_DIGEST = dict.fromkeys(StoredDigest._fields)

STORED = (_M.id, _M.position, _M.token_count, _M.created_at, _M.role, *FORM)
"""The columns of a StoredMessage."""


# A number or a truth value, as the drivers have it: converting each would cost as much as reading the row.
_PLAIN = case((_M.rules_version == literal_column(str(RULES_VERSION)), type_coerce(_M.plain, Integer)))

OF_CONTEXT = (_PLAIN.label("plain"), _M.call_ids, _M.body, _M.content)
"""What a RowMessage has beside the figures of an entry; `plain` is None unless today's rules have decided it."""


def stored_message(row: Sequence[Any]) -> StoredMessage:
    """The message of a row of the columns STORED."""
    message_id, position, token_count, created_at, role, *form = row
    stored_form = StoredForm(*form)
    message = decode_message(role, stored_form)
    return StoredMessage(message_id, position, token_count, created_at, message, decode_stats(role, stored_form))


class RowMessage:
    """`domain.messages.ContextMessage` of a row; what only the import knows is not read.

    A class of slots by hand: a context has thousands.
    """

    __slots__ = ("_body", "_call_ids", "_content", "id", "plain", "position", "role")

    def __init__(self, row: Sequence[Any]) -> None:
        """`row` begins as the figures of an entry do, with position, id and role, and ends with OF_CONTEXT."""
        self.position, self.id, role, *_, self.plain, self._call_ids, self._body, self._content = row
        self.role = ROLES[role]

    @property
    def call_ids(self) -> Sequence[str]:
        if self._call_ids is None:
            # None are stored of a message without calls, and in a row of release 0.1.
            return [call.id for call in self.message.tool_calls] if is_json(self._body) else ()
        return decode_call_ids(self._call_ids)

    @property
    def message(self) -> ChatMessage:
        return decode_message(self.role.value, StoredForm(self._body, content=self._content))

    @property
    def wire_form(self) -> tuple[bytes, bytes | None] | None:
        return None if is_json(self._body) else (self._body, self._content)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowMessage):
            return NotImplemented
        return (self.id, self.position, self.message) == (other.id, other.position, other.message)

    __hash__ = None  # type: ignore[assignment]  # equal ones are found by comparing what they say


def message_row(
    message: ChatMessage,
    token_count: int,
    tokenizer: str,
    now: datetime,
    stats: CompactionStats | None = None,
    spoken_by_it: str | None = None,
) -> dict[str, Any]:
    """A row that has no position yet and answers no call; `spoken_by_it` is worked out here if it is not given."""
    return {
        "id": new_id("message"),
        "role": message.role.value,
        "call_count": len(message.tool_calls),
        "answers_position": None,
        "answers_index": None,
        "late": False,
        "late_tool": None,
        **text_columns(message, token_count, tokenizer, now, stats),
        **digest_columns(None),
        **transcript_columns(message, spoken_by_it=spoken_by_it),
    }


def text_columns(
    message: ChatMessage, token_count: int, tokenizer: str, now: datetime, stats: CompactionStats | None = None
) -> dict[str, Any]:
    """The columns that change with what a message says; position 0 has no others that do."""
    return {
        "token_count": token_count,
        "tokenizer": tokenizer,
        "has_text": bool(message.text),
        "created_at": message.created_at or now,
        **form_columns(message, stats),
    }


def form_columns(message: ChatMessage, stats: CompactionStats | None = None) -> dict[str, Any]:
    """The stored form of a message, and what a view wants to know of it."""
    form = encode_message(message, stats)
    return {
        **form._asdict(),
        "body_bytes": len(form.body) + len(form.import_data or b"") + len(form.content or b""),
        "plain": is_plain(message),
        "rules_version": RULES_VERSION,
        "call_ids": encode_call_ids(message),
    }


def digest_columns(stored: StoredDigest | None) -> dict[str, Any]:
    """What was read of a message; None where nobody has."""
    return NO_DIGEST if stored is None else stored._asdict()


def transcript_columns(
    message: ChatMessage, tool: str | None = None, spoken_by_it: str | None = None
) -> dict[str, Any]:
    """How a transcript shows a message that is not at position 0, as far as the row does not say it anyhow; `tool` is
    the one that a result came from, empty where nobody knows it."""
    if message.role is Role.SUMMARY:
        return NO_TRANSCRIPT
    rest = spoken(message) if spoken_by_it is None else spoken_by_it
    return {
        # That of a result waits for the call that it answers.
        "heading": None if message.role is Role.TOOL and tool is None else _heading(message, tool or ""),
        "transcript": None if rest == (message.content or "") else rest.encode(),
    }


def answer_columns(message: ChatMessage, answer: Answer) -> dict[str, Any]:
    """What a result's row says of the call that it answers."""
    return {
        "answers_position": answer.position,
        "answers_index": answer.index,
        "late": answer.late,
        "late_tool": answer.tool.encode() if answer.late else None,
        "heading": _heading(message, answer.tool),
    }


def _heading(message: ChatMessage, tool: str) -> bytes | None:
    shown = heading(message, tool)
    return None if shown == bare_heading(message.role) else shown.encode()
