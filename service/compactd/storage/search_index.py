"""The search index of conversations: search terms by message, which PostgreSQL's GIN and SQLite's FTS5 find.

SQLite's table of FTS5 is made by the first search of all: a build of SQLite without FTS5 can do everything else. It
follows its rows by triggers, so that it has no more than they have, however they go.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    TEXT,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    insert,
    literal,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import ConversationNotFound, NotSupported
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import Role, StoredMessage
from compactd.domain.paging import Page
from compactd.ports.search import Unindexed
from compactd.storage.conversation_state import key_of, parameters_of, require_conversation
from compactd.storage.message_rows import STORED, stored_message
from compactd.storage.messages import page_of_messages
from compactd.storage.statements import Statement, execute
from compactd.storage.tables import CONVERSATIONS, MESSAGES, SEARCH_INDEXES, SEARCHED_MESSAGES
from compactd.strategies.search_terms import IndexedMessage
from compactd.strategies.search_words import VERSION

MESSAGES_AT_ONCE = 200
BYTES_AT_ONCE = 512 * 1024
"""The most messages, and about the most of their bytes, that one unit of work indexes."""

_C = CONVERSATIONS.c
_M = MESSAGES.c
_I = SEARCH_INDEXES.c
_S = SEARCHED_MESSAGES.c

_NO_FTS5 = "no such module"
# Terms alone: where they stand in a message nobody asks.
_TABLE = """
CREATE VIRTUAL TABLE IF NOT EXISTS search_index
USING fts5(terms, content='searched_messages', content_rowid='id', detail='none', columnsize=0, tokenize='ascii')
"""
_FOLLOW_INSERTS = """
CREATE TRIGGER IF NOT EXISTS searched_messages_inserted AFTER INSERT ON searched_messages
BEGIN INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END
"""
_FOLLOW_DELETES = """
CREATE TRIGGER IF NOT EXISTS searched_messages_deleted AFTER DELETE ON searched_messages
BEGIN INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms); END
"""
_SEARCH_INDEX = table("search_index", column("rowid"), column("search_index"))

_BY_KEY = (_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_STATE = Statement(
    select(_C.next_position, _I.secret, _I.rules_version, _I.next_position)
    .outerjoin(SEARCH_INDEXES, _I.conversation_id == _C.id)
    .where(*_BY_KEY)
)
# Against a deletion: what is indexed after it would have no conversation.
_HOLD = Statement(select(_C.id).where(*_BY_KEY).with_for_update(read=True, key_share=True))
_OF_CONVERSATION = _M.conversation_id == bindparam("conversation_id")
_SIZES = Statement(
    select(_M.position, _M.body_bytes)
    .where(_OF_CONVERSATION, _M.position >= bindparam("first"))
    .order_by(_M.position)
    .limit(bindparam("count"))
)
_MESSAGES = Statement(
    select(*STORED)
    .where(
        _OF_CONVERSATION,
        _M.position >= bindparam("first"),
        _M.position < bindparam("until"),
        _M.position > 0,
        _M.role != Role.SUMMARY.value,
    )
    .order_by(_M.position)
)
# SQLite understands what is written for PostgreSQL here.
_BEGIN = Statement(postgresql.insert(SEARCH_INDEXES).on_conflict_do_nothing())
_OF_INDEX = _I.conversation_id == bindparam("of_conversation")
_BEGIN_ANEW = Statement(
    update(SEARCH_INDEXES)
    .where(_OF_INDEX, _I.rules_version < VERSION)
    .values(secret=bindparam("own"), rules_version=VERSION, next_position=bindparam("until"))
)
_GO_ON = Statement(
    update(SEARCH_INDEXES)
    .where(_OF_INDEX, _I.secret == bindparam("own"), _I.next_position == bindparam("first"))
    .values(next_position=bindparam("until"))
)
_FORGET = Statement(
    delete(SEARCHED_MESSAGES).where(
        _S.conversation_id == bindparam("of_conversation"),
        _S.position >= bindparam("first"),
        _S.position < bindparam("until"),
    )
)
_GIVEN = {name: bindparam(name, type_=_S[name].type) for name in ("conversation_id", "position", "terms")}
_NEXT_ID = select(func.coalesce(func.max(_S.id), 0) + 1).scalar_subquery()
_INSERT = Statement(insert(SEARCHED_MESSAGES).values(_GIVEN))
_INSERT_NUMBERED = Statement(insert(SEARCHED_MESSAGES).values(id=_NEXT_ID, **_GIVEN))


def read_unindexed(connection: Connection, ref: ConversationRef) -> Unindexed:
    key = key_of(connection, ref)
    found = _STATE.row(connection, parameters_of(key))
    if found is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)
    end, secret, rules_version, first = found
    if rules_version is None or rules_version < VERSION:
        secret, first = None, 1
    elif rules_version > VERSION:
        # A newer version of compactd keeps this index, beside this one: two would make it anew for each other.
        end = first
    if first >= end:
        return Unindexed(key, secret, first, first, end, [])
    span = {"conversation_id": key.conversation_id, "first": first}
    until = _end_within(_SIZES.rows(connection, {**span, "count": MESSAGES_AT_ONCE}), end)
    rows = _MESSAGES.rows(connection, {**span, "until": until})
    return Unindexed(key, secret, first, until, end, [stored_message(row) for row in rows])


def extend_index(
    connection: Connection, unindexed: Unindexed, secret: bytes, indexed: Sequence[IndexedMessage]
) -> None:
    if _HOLD.value(connection, parameters_of(unindexed.key)) is None:
        raise ConversationNotFound(conversation_id=unindexed.key.conversation_id)
    try:
        if _take(connection, unindexed, secret):
            _replace(connection, unindexed, indexed)
    except DBAPIError as error:
        if _NO_FTS5 in str(error.orig):
            raise NotSupported(method="SearchMessages") from error
        raise


def search(
    connection: Connection, key: ConversationKey, terms: Sequence[str] | None, page: Page, *, evicted_only: bool
) -> list[StoredMessage]:
    require_conversation(connection, key)
    filters: list[ColumnElement[bool]] = [
        false() if terms is None else _M.position.in_(_positions(connection, key, terms))
    ]
    if evicted_only:
        filters.append(_M.position < select(_C.context_start).where(_C.id == key.conversation_id).scalar_subquery())
    return page_of_messages(connection, key.conversation_id, page, filters)


def _end_within(sizes: Sequence[tuple[Any, ...]], end: int) -> int:
    """The position behind the last of the messages that lie within the bytes; behind the first in any case."""
    taken, until = 0, end
    for position, size in sizes:
        if taken and taken + size > BYTES_AT_ONCE:
            return until
        taken += size
        until = position + 1
    return until if len(sizes) == MESSAGES_AT_ONCE else end


def _take(connection: Connection, unindexed: Unindexed, secret: bytes) -> bool:
    """Whether these messages are this transaction's to index."""
    given = {
        "conversation_id": unindexed.key.conversation_id,
        "of_conversation": unindexed.key.conversation_id,
        "own": secret,
        "first": unindexed.first,
        "until": unindexed.until,
    }
    if unindexed.secret is not None:
        return bool(_GO_ON.run(connection, given))
    if connection.dialect.name == "sqlite":
        for statement in (_TABLE, _FOLLOW_INSERTS, _FOLLOW_DELETES):
            execute(connection, statement)
    begun = {**given, "secret": secret, "rules_version": VERSION, "next_position": unindexed.until}
    return bool(_BEGIN.run(connection, begun) or _BEGIN_ANEW.run(connection, given))


def _replace(connection: Connection, unindexed: Unindexed, indexed: Sequence[IndexedMessage]) -> None:
    """Terms of older rules, made with another secret, are of no use any more."""
    conversation_id = unindexed.key.conversation_id
    _FORGET.run(connection, {"of_conversation": conversation_id, "first": unindexed.first, "until": unindexed.until})
    # SQLite has one writer at a time: nobody else takes the same number.
    insertion = _INSERT_NUMBERED if connection.dialect.name == "sqlite" else _INSERT
    insertion.run_many(
        connection,
        [
            {"conversation_id": conversation_id, "position": message.position, "terms": message.terms}
            for message in indexed
            if message.terms
        ],
    )


def _positions(connection: Connection, key: ConversationKey, terms: Sequence[str]) -> Select[tuple[int]]:
    # By the terms first, which are this conversation's alone: PostgreSQL, which cannot know that, would look at each of
    # its messages.
    found = select(_S.conversation_id, _S.position).where(_has_all(connection, terms)).cte("found")
    found = found.prefix_with("MATERIALIZED", dialect="postgresql")
    return select(found.c.position).where(found.c.conversation_id == key.conversation_id)


def _has_all(connection: Connection, terms: Sequence[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":
        # A query as it is: no parser of PostgreSQL's is asked what a word is.
        return _S.terms.op("@@")(cast(literal(" & ".join(terms), TEXT), postgresql.TSQUERY))
    match = column("search_index").op("MATCH")(literal(" ".join(terms), TEXT))
    return _S.id.in_(select(_SEARCH_INDEX.c.rowid).where(match))
