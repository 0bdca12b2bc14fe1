"""Which tools stored calls were of, for results that a repair keeps without their call."""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, bindparam, literal_column, select

from compactd.storage.message_codec import StoredForm, decode_call_ids, decode_message
from compactd.storage.message_rows import FORM
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES

LOOKED_THROUGH = 1_000
"""Messages with calls, the latest ones, among which a call is looked for."""

_M = MESSAGES.c
_OF_CONVERSATION = _M.conversation_id == bindparam("conversation_id")
_LATEST = Statement(
    select(_M.position, _M.call_ids)
    .where(_OF_CONVERSATION, _M.call_count > literal_column("0"), _M.call_ids.is_not(None))
    .order_by(_M.position.desc())
    .limit(LOOKED_THROUGH)
)
_AT = Statement(select(_M.role, *FORM).where(_OF_CONVERSATION, _M.position == bindparam("position")))


def tools_of_calls(connection: Connection, conversation_id: str, call_ids: Collection[str]) -> Mapping[str, str]:
    """By id, the tool of the latest call with it; an id that no call has is not there."""
    wanted = set(call_ids)
    tools: dict[str, str] = {}
    for position, stored in _LATEST.rows(connection, {"conversation_id": conversation_id}):
        found = wanted.intersection(decode_call_ids(stored))
        if found:
            tools |= {
                call_id: tool for call_id, tool in _calls_at(connection, conversation_id, position) if call_id in found
            }
            wanted -= found
        if not wanted:
            break
    return tools


def _calls_at(connection: Connection, conversation_id: str, position: int) -> Iterator[tuple[str, str]]:
    for role, *form in _AT.rows(connection, {"conversation_id": conversation_id, "position": position}):
        for call in decode_message(role, StoredForm(*form)).tool_calls:
            yield call.id, call.name
