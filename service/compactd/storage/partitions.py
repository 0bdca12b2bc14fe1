"""Messages in partitions by a hash of their conversation, on PostgreSQL, for tables too large for one.

Every statement of the store names the conversation, which is in both keys of the table: each goes to one partition.
"""

from sqlalchemy import Connection, text

from compactd.storage.unavailability import Unusable

FEWEST, MOST = 2, 256

_WHOLE = "messages_before_partitions"
_AS_IT_WAS = f"LIKE {_WHOLE} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION"
_PARTITION = "CREATE TABLE messages_{} PARTITION OF messages FOR VALUES WITH (MODULUS {}, REMAINDER {})"

_PARTITIONS = text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'messages'::regclass")

# Keys and references by their names, then indexes that belong to none of them: as they are, whichever revision made
# them.
_CONSTRAINTS = text(
    "SELECT format('ALTER TABLE messages ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint "
    "WHERE conrelid = 'messages'::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype DESC"
)
_INDEXES = text(
    "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'messages'::regclass AND NOT EXISTS "
    "(SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid) ORDER BY indexrelid"
)


def partition_messages(connection: Connection, count: int) -> bool:
    """Moves all messages into `count` partitions, in the connection's transaction; False if they are in as many.

    ValueError for a count that cannot be. Unusable on SQLite, and where they are in another number of partitions.
    Nobody else reads or writes messages meanwhile, and they take their place on the disk twice. Blocks, for about as
    long as copying the table takes.
    """
    if not FEWEST <= count <= MOST:
        raise ValueError(f"messages can be in {FEWEST} to {MOST} partitions.")
    if connection.dialect.name != "postgresql":
        raise Unusable("SQLite has no partitions: messages can be partitioned on PostgreSQL.")
    found = connection.scalar(_PARTITIONS) or 0
    if found:
        if found != count:
            raise Unusable(f"The messages are in {found} partitions already, and stay in them.")
        return False
    connection.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
    made_again = [*connection.scalars(_CONSTRAINTS), *connection.scalars(_INDEXES)]
    for statement in (
        f"ALTER TABLE messages RENAME TO {_WHOLE}",
        f"CREATE TABLE messages ({_AS_IT_WAS}) PARTITION BY HASH (conversation_id)",
        *(_PARTITION.format(number, count, number) for number in range(count)),
        f"INSERT INTO messages TABLE {_WHOLE}",
        f"DROP TABLE {_WHOLE}",
        *made_again,
        "ANALYZE messages",
    ):
        # As it is: a colon in a definition is no parameter.
        connection.exec_driver_sql(statement)
    return True
