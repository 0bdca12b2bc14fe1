"""The tables of policies, and of what they look at."""

from datetime import datetime

from sqlalchemy import BigInteger, Double, ForeignKeyConstraint, Index, LargeBinary, text
from sqlmodel import Field

from compactd.storage.table_base import Table, UtcDateTime, metadata

# As they stand here they stand in statements: with a parameter a database could not see that the index serves.
LOOKS_FOR_RESTS = text("next_look_at IS NOT NULL")
OF_THE_NAMESPACE = text("agent_id = ''")
HAS_REST_DUE = text("rest_due_at IS NOT NULL")


class PolicyRow(Table, table=True):
    """`body` is the policy as JSON, `request` what it asks of Compact, as protobuf. One that waits for
    rests of `idle_seconds` has seen those that began by `rested_until`, and looks again at `next_look_at`. `agent_id`:
    whose own policy it is, which looks for nothing (`agent_policies`); empty for those of the namespace."""

    __tablename__ = "policies"
    __table_args__ = (
        Index(
            "ix_policies_of_namespace",
            "namespace",
            "created_at",
            "id",
            sqlite_where=OF_THE_NAMESPACE,
            postgresql_where=OF_THE_NAMESPACE,
        ),
        Index(
            "ix_policies_next_look",
            "next_look_at",
            sqlite_where=LOOKS_FOR_RESTS,
            postgresql_where=LOOKS_FOR_RESTS,
        ),
    )

    id: str = Field(primary_key=True)
    namespace: str
    agent_id: str = Field(sa_column_kwargs={"server_default": text("''")})
    created_at: datetime = Field(sa_type=UtcDateTime)
    body_bytes: int
    body: bytes = Field(sa_type=LargeBinary)
    request: bytes = Field(sa_type=LargeBinary)
    idle_seconds: float | None = Field(default=None, sa_type=Double)
    rested_until: float = Field(sa_type=Double, sa_column_kwargs={"server_default": text("0")})
    next_look_at: float | None = Field(default=None, sa_type=Double)


class PolicySetRow(Table, table=True):
    """How often the policies of a namespace were changed: an append reads it along, and knows by it whether those that
    its process has in memory are those that there are. A namespace that never had one has no row."""

    __tablename__ = "policy_sets"

    namespace: str = Field(primary_key=True)
    version: int = Field(sa_type=BigInteger)


class ContextFigureRow(Table, table=True):
    """How full a context is (`figures`). `own_window`: whether the conversation has a window that is not its agent's.
    `last_message_at`, in seconds since the epoch, is of the database's clock, but for what was appended before there
    were figures (`backfill`); 0 where nothing was. `rest_due_at`: when the agent's own policy asks, NULL where it does
    not wait for that. `has_unseen`: whether something was appended since it was compacted or restored last; without
    that there is nothing to compact, or somebody wanted it so."""

    __tablename__ = "context_figures"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id"], ["conversations.id"], ondelete="CASCADE"),
        Index(None, "namespace", "conversation_id"),
        # What is due is counted, and selected by agents, without a look at its rows.
        Index("ix_context_figures_tokens", "namespace", "context_tokens", "conversation_id", "agent_id"),
        Index(
            "ix_context_figures_share", "namespace", "context_share", "conversation_id", "context_tokens", "agent_id"
        ),
        Index(None, "namespace", "last_message_at", "conversation_id"),
        Index(
            "ix_context_figures_rest_due",
            "rest_due_at",
            "conversation_id",
            sqlite_where=HAS_REST_DUE,
            postgresql_where=HAS_REST_DUE,
        ),
    )

    conversation_id: str = Field(primary_key=True)
    namespace: str
    agent_id: str
    context_tokens: int
    context_window: int
    context_share: float = Field(sa_type=Double)
    own_window: bool
    last_message_at: float = Field(sa_type=Double)
    rest_due_at: float | None = Field(default=None, sa_type=Double)
    has_unseen: bool = Field(sa_column_kwargs={"server_default": text("true")})


class PolicyAskRow(Table, table=True):
    """That a policy asked for a conversation (`asks`). It goes with the conversation's figure, which those who write it
    have locked; a policy that is gone may leave some."""

    __tablename__ = "policy_asks"
    __table_args__ = (
        ForeignKeyConstraint(["conversation_id"], ["context_figures.conversation_id"], ondelete="CASCADE"),
    )

    conversation_id: str = Field(primary_key=True)
    policy_id: str = Field(primary_key=True)
    request_id: str
    context_version: int
    context_tokens: int
    rested_since: float = Field(sa_type=Double)


class BackfillRow(Table, table=True):
    """What this version keeps and an earlier one did not, such as `context_figures`, is being filled in, in the order
    of conversations' ids, up to `after_id`. The row is removed when that is done; a database without conversations
    has none."""

    __tablename__ = "backfills"

    name: str = Field(primary_key=True)
    after_id: str


BACKFILLS = metadata.tables["backfills"]
CONTEXT_FIGURES = metadata.tables["context_figures"]
POLICIES = metadata.tables["policies"]
POLICY_ASKS = metadata.tables["policy_asks"]
POLICY_SETS = metadata.tables["policy_sets"]
