"""Figures of conversations that were stored before there were any: filled in page by page, by one process at a time.

A row in `backfills` says how far that is, and is gone when all have one: whoever is killed meanwhile is gone on from.
"""

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from compactd.domain.keys import ConversationKey
from compactd.storage.figures import Figures
from compactd.storage.policy_tables import BACKFILLS, CONTEXT_FIGURES
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS, NOBODY

FILLED_AT_ONCE = 50
"""How many figures one unit of work fills in: with SQLite some 10 ms of CPU, for which all others that write wait;
with PostgreSQL 100 statements, for which those wait who write one of the conversations."""

_B = BACKFILLS.c
_C = CONVERSATIONS.c
_F = CONTEXT_FIGURES.c

_OF_FIGURES = _B.name == CONTEXT_FIGURES.name
_IS_LEFT = Statement(select(_B.name).where(_OF_FIGURES))
# What another process fills in is left to it.
_LOCK = Statement(select(_B.after_id).where(_OF_FIGURES).with_for_update(skip_locked=True))
_PAGE = Statement(
    select(_C.namespace, _C.id)
    .where(_C.id > bindparam("after"), _C.namespace != NOBODY, ~exists().where(_F.conversation_id == _C.id))
    .order_by(_C.id)
    .limit(bindparam("count"))
)
_KEEP = Statement(
    select(_C.last_message_at)
    .where(_C.namespace == bindparam("of_namespace"), _C.id == bindparam("of_conversation"))
    .with_for_update(key_share=True, skip_locked=True)
)
_MOVE = Statement(update(BACKFILLS).where(_OF_FIGURES).values(after_id=bindparam("reached")))
_END = Statement(delete(BACKFILLS).where(_OF_FIGURES))


def is_any_left(connection: Connection) -> bool:
    """Whether conversations may lack their figures."""
    return _IS_LEFT.value(connection) is not None


def fill_figures(connection: Connection, figures: Figures) -> int:
    """Fills in the next ones, FILLED_AT_ONCE at most; how many."""
    after = _LOCK.value(connection)
    if after is None:
        return 0
    page = _PAGE.rows(connection, {"after": after, "count": FILLED_AT_ONCE})
    if not page:
        _END.run(connection)
    filled = 0
    for namespace, conversation_id in page:
        kept = _KEEP.row(connection, {"of_namespace": namespace, "of_conversation": conversation_id})
        if kept is None:
            # Somebody writes it, or has deleted it: the next page begins with what it is by then.
            break
        (last_message_at,) = kept
        figures.fill_in(connection, ConversationKey(namespace, conversation_id), last_message_at)
        _MOVE.run(connection, {"reached": conversation_id})
        filled += 1
    return filled
