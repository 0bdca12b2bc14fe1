"""The tables. SQLModel does not validate rows of tables: what is written comes from domain values.

A `body` holds what no statement looks into, as JSON in bytes: PostgreSQL's TEXT and JSONB take no NUL. It stands behind
all that is read without it, so that SQLite does not touch its pages then. `body_bytes` is its size, for pages that end
early. A message's is protobuf, and its size that of all that is stored of what was appended: what stands behind it is
as large, and read by itself as well.
Names and labels that are compared byte for byte are bytes too; `…_folded` columns are for searches regardless of case.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Double, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field

from compactd.storage.table_base import Table, UtcDateTime, metadata, owned_by

NOBODY = ""
"""The namespace of what is deleted and not removed yet: no caller's name is empty."""

_Terms = Text().with_variant(TSVECTOR(), "postgresql")


class AgentRow(Table, table=True):
    """`body`: the agent but for its blocks. What most calls need of it stands by itself: `resource_settings` (the
    fields of ResourceSettings) and the size of the tool schemas."""

    __tablename__ = "agents"
    __table_args__ = (Index(None, "namespace", "created_at", "id"), Index(None, "namespace", "updated_at", "id"))

    id: str = Field(primary_key=True)
    namespace: str
    default_conversation_id: str
    name: bytes = Field(sa_type=LargeBinary)
    name_folded: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    has_tools: bool
    tools_tokens: int
    tools_tokenizer: str
    resource_settings: bytes = Field(sa_type=LargeBinary)
    body_bytes: int
    body: bytes = Field(sa_type=LargeBinary)


class AgentTagRow(Table, table=True):
    """Which agents have a tag; the tags themselves, in their order, are in the agent's body."""

    __tablename__ = "agent_tags"
    __table_args__ = (owned_by("agents", "agent_id"),)

    agent_id: str = Field(primary_key=True)
    tag: bytes = Field(primary_key=True, sa_type=LargeBinary)


class BlockRow(Table, table=True):
    """`ordinal` is the block's place among its agent's."""

    __tablename__ = "blocks"
    __table_args__ = (owned_by("agents", "agent_id"),)

    agent_id: str = Field(primary_key=True)
    label: bytes = Field(primary_key=True, sa_type=LargeBinary)
    ordinal: int
    body_bytes: int
    body: bytes = Field(sa_type=LargeBinary)


class ConversationRow(Table, table=True):
    """A conversation and the state of its context. `body`: the resource but for `last_message_at`.

    `next_position` is the one that the next message or summary takes. `open_calls` are the calls without a result, so
    that an append reads no history, and `live_calls` is how many of them are not dead. `resource_settings` are the
    fields of ResourceSettings by themselves. No index holds a column that an append or a compaction changes.

    `lease_token` counts the leases that compactions have taken; the last one holds until `lease_until`, in seconds of
    the database's clock. `stored_bytes` are those of its messages, of earlier system messages too.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        owned_by("agents", "agent_id"),
        Index(None, "agent_id", "created_at", "id"),
        Index(None, "namespace", "created_at", "id"),
        Index(None, "namespace", "updated_at", "id"),
    )

    id: str = Field(primary_key=True)
    namespace: str
    agent_id: str
    is_default: bool
    title_folded: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    last_message_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_position: int
    last_position: int
    context_start: int
    summary_position: int | None
    context_version: int
    system_version: int
    evicted_count: int
    last_compaction_id: str | None
    live_calls: int
    resource_settings: bytes = Field(sa_type=LargeBinary)
    body_bytes: int
    open_calls: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)
    lease_token: int = Field(sa_column_kwargs={"server_default": text("0")})
    lease_until: float = Field(sa_type=Double, sa_column_kwargs={"server_default": text("0")})
    stored_bytes: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


class SystemTextRow(Table, table=True):
    """A text that position 0 held before, with the version that it had."""

    __tablename__ = "system_texts"
    __table_args__ = (owned_by("conversations", "conversation_id"),)

    conversation_id: str = Field(primary_key=True)
    system_version: int = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    body: bytes = Field(sa_type=LargeBinary)
    import_data: bytes | None = Field(sa_type=LargeBinary)
    content: bytes | None = Field(sa_type=LargeBinary)


class MessageRow(Table, table=True):
    """A message, or a summary. What planning needs stands first; sums over a context read the index alone.

    What was appended is in three columns (`message_codec`): `content`, the text alone; `body`, all else that a
    view shows; `import_data`, what only the import knows. The rest is worked out of it at append. `call_ids`: a JSON
    array of the ids of its calls. `compaction_stats`: a summary's, as protobuf. By the rules of `rules_version`:
    `plain`, whether views show the message as it is stored (`is_plain`); `heading` and `transcript`, how a transcript
    shows it, the heading where it is not the bare role, the rest where it is not `content`. `identifiers` and
    `passing`: what it names and mentions (`extractive.ledger.members`), NULL without a digest. `digest`: what the
    embedded summarizer read of it.

    Rows of release 0.1 have all of a message in `body`, as JSON, and NULL in what is worked out, until they are filled
    in (`filled_rows`). Every reader of a column below `created_at` takes that into account.
    """

    __tablename__ = "messages"
    __table_args__ = (
        owned_by("conversations", "conversation_id"),
        # An id by itself would be unique as well, and spread the rows of one append over the pages of a whole index.
        UniqueConstraint("conversation_id", "id"),
        Index(
            "ix_messages_figures",
            "conversation_id",
            "position",
            "role",
            "token_count",
            "tokenizer",
            "call_count",
            "late",
        ),
    )

    conversation_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str
    role: str
    token_count: int
    tokenizer: str
    call_count: int
    answers_position: int | None
    answers_index: int | None
    late: bool
    late_tool: bytes | None = Field(sa_type=LargeBinary)
    has_text: bool
    body_bytes: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    plain: bool | None
    rules_version: int | None
    call_ids: bytes | None = Field(sa_type=LargeBinary)
    compaction_stats: bytes | None = Field(sa_type=LargeBinary)
    import_data: bytes | None = Field(sa_type=LargeBinary)
    heading: bytes | None = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)
    digest: bytes | None = Field(sa_type=LargeBinary)
    transcript: bytes | None = Field(sa_type=LargeBinary)
    content: bytes | None = Field(sa_type=LargeBinary)
    identifiers: bytes | None = Field(sa_type=LargeBinary)
    passing: bytes | None = Field(sa_type=LargeBinary)


class SearchIndexRow(Table, table=True):
    """How far a conversation is indexed: up to `next_position`, by the rules of `rules_version`, in terms made with
    `secret` (`strategies.search_terms`). There is none before the first search."""

    __tablename__ = "search_indexes"
    __table_args__ = (owned_by("conversations", "conversation_id"),)

    conversation_id: str = Field(primary_key=True)
    secret: bytes = Field(sa_type=LargeBinary)
    rules_version: int
    next_position: int


class SearchedMessageRow(Table, table=True):
    """The search terms of a message, with blanks between. PostgreSQL finds them by an index of this column; SQLite by
    a table of FTS5, which knows rows by number: their `id`, NULL in PostgreSQL (`search_index`)."""

    __tablename__ = "searched_messages"
    __table_args__ = (
        owned_by("conversations", "conversation_id"),
        Index(None, "id", unique=True).ddl_if(dialect="sqlite"),
        Index(None, "terms", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    conversation_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: int | None
    terms: str = Field(sa_type=_Terms)


class CompactionRow(Table, table=True):
    """A record: its numbers, and in `body` settings, parts, usage and names. `version` is the one that it made."""

    __tablename__ = "compactions"
    __table_args__ = (owned_by("conversations", "conversation_id"), UniqueConstraint("conversation_id", "version"))

    id: str = Field(primary_key=True)
    conversation_id: str
    version: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    parent_id: str | None
    restored_compaction_id: str | None
    first_evicted_position: int
    last_evicted_position: int
    evicted_count: int
    last_seen_position: int
    tokens_before: int
    tokens_after: int
    duration_ms: int
    context_start: int
    summary_position: int | None
    body_bytes: int
    body: bytes = Field(sa_type=LargeBinary)


class OperationRow(Table, table=True):
    """A request that is to have one effect, and its reply (`domain/operations.py`). Times are seconds since the epoch
    by the database's clock. It runs under the lease of `lease_token`; `wanted_until` says how long other processes are
    known to wait for it, `watched_until` to watch it. Its agent and conversation are plain columns: it is removed with
    them, and may name none yet.
    """

    __tablename__ = "operations"
    __table_args__ = (Index(None, "agent_id", "conversation_id"), Index(None, "expires_at"))

    namespace: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    state: str
    attempt: int
    lease_token: int
    wanted_until: float = Field(sa_type=Double)
    watched_until: float = Field(sa_type=Double, sa_column_kwargs={"server_default": text("0")})
    agent_id: str
    conversation_id: str
    expires_at: float = Field(sa_type=Double)
    failure: bytes | None = Field(sa_type=LargeBinary)
    reply: bytes | None = Field(sa_type=LargeBinary)


AGENTS = metadata.tables["agents"]
AGENT_TAGS = metadata.tables["agent_tags"]
BLOCKS = metadata.tables["blocks"]
CONVERSATIONS = metadata.tables["conversations"]
SYSTEM_TEXTS = metadata.tables["system_texts"]
MESSAGES = metadata.tables["messages"]
SEARCH_INDEXES = metadata.tables["search_indexes"]
SEARCHED_MESSAGES = metadata.tables["searched_messages"]
COMPACTIONS = metadata.tables["compactions"]
OPERATIONS = metadata.tables["operations"]
