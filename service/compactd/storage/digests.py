"""What was read of messages: kept beside them, so that each of them is read once."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, case, select, update

from compactd.domain.keys import ConversationKey
from compactd.extractive.reading.digest import is_current
from compactd.ports.contexts import DigestSource, StoredDigest
from compactd.storage.contexts import IN_CONVERSATION, load_messages, select_between
from compactd.storage.conversation_state import parameters_of, require_conversation
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES

_M = MESSAGES.c

# One that has no identifiers beside it is of before revision 0009: its message is read again.
_DIGEST = case((_M.identifiers.is_not(None), _M.digest))
_DIGESTS = Statement(select_between(_M.position, _DIGEST))
# What somebody else holds is left to the next reader: nobody waits for a digest.
_ROWS = (
    select(_M.position)
    .where(IN_CONVERSATION, _M.position.in_(bindparam("positions", expanding=True)))
    .with_for_update(skip_locked=True)
)
_STORE = Statement(
    update(MESSAGES)
    .where(_M.conversation_id == bindparam("of_conversation"), _M.position == bindparam("at"))
    .values({name: bindparam(f"read_{name}") for name in StoredDigest._fields})
)


def load_digests(
    connection: Connection, key: ConversationKey, first: int, last: int
) -> tuple[list[DigestSource], list[int]]:
    """The messages at these positions as their digests, or themselves where today's rules have not read them; and the
    positions of rows among those that have to be filled in."""
    rows = _DIGESTS.rows(connection, {**parameters_of(key), "first": first, "last": last})
    if not rows:
        require_conversation(connection, key)
    unread = [position for position, digest in rows if not is_current(digest)]
    if not unread:
        return [DigestSource(position, digest) for position, digest in rows], []
    loaded, unfilled = load_messages(connection, key, unread[0], unread[-1])
    messages = {stored.position: stored.message for stored in loaded}
    sources = [
        DigestSource(position, digest if is_current(digest) else messages[position]) for position, digest in rows
    ]
    return sources, unfilled


def store_digests(connection: Connection, key: ConversationKey, digests: Sequence[tuple[int, StoredDigest]]) -> None:
    require_conversation(connection, key)
    read = dict(digests)
    parameters = {"conversation_id": key.conversation_id, "positions": list(read)}
    held = connection.execute(_ROWS, parameters).scalars().all()
    _STORE.run_many(
        connection,
        [
            {
                "of_conversation": key.conversation_id,
                "at": position,
                **{f"read_{name}": value for name, value in read[position]._asdict().items()},
            }
            for position in held
        ],
    )
