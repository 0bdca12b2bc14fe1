"""Whether a context is nothing but text: then a provider's count of it can be held against ours."""

from sqlalchemy import Connection, and_, bindparam, case, literal_column, or_, select

from compactd.domain.messages import is_text_alone
from compactd.storage.contexts import IN_CONTEXT, context_bounds
from compactd.storage.conversation_state import Head
from compactd.storage.message_codec import StoredForm, decode_message
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES

MOST_DECODED = 200
"""Of a context in which more messages than that have to be decoded to know, nothing is said: whoever writes waits."""

MOST_BYTES = 16 * 1024
"""Nor of one with a larger message among them."""

_M = MESSAGES.c

# What is plain holds no thoughts and no file; what has a content, or calls and is plain, no image either.
_MAY_HOLD_MORE = or_(_M.plain.is_not(True), and_(_M.content.is_(None), _M.call_count == literal_column("0")))
_READ = Statement(
    select(_M.role, case((_M.body_bytes <= literal_column(str(MOST_BYTES)), _M.body)))
    .where(*IN_CONTEXT, _MAY_HOLD_MORE)
    .limit(bindparam("most"))
)


def is_text(connection: Connection, head: Head) -> bool:
    """Whether all entries of the context are text alone, as far as a quick look tells: one statement."""
    rows = _READ.rows(connection, {**context_bounds(head), "most": MOST_DECODED + 1})
    if len(rows) > MOST_DECODED or any(body is None for _, body in rows):
        return False
    return all(is_text_alone(decode_message(role, StoredForm(body))) for role, body in rows)
