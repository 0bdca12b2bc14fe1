"""The first tables: agents, conversations, messages, compactions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("default_conversation_id", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_tools", sa.Boolean(), nullable=False),
        sa.Column("tools_tokens", sa.Integer(), nullable=False),
        sa.Column("tools_tokenizer", sa.String(), nullable=False),
        sa.Column("own_settings", sa.LargeBinary(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
    )
    op.create_index("ix_agents_namespace_created_at_id", "agents", ["namespace", "created_at", "id"])
    op.create_index("ix_agents_namespace_updated_at_id", "agents", ["namespace", "updated_at", "id"])
    op.create_table(
        "agent_tags",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_agent_tags_agents", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "tag", name="pk_agent_tags"),
    )
    op.create_table(
        "blocks",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_blocks_agents", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "label", name="pk_blocks"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("namespace", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("title_folded", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_position", sa.Integer(), nullable=False),
        sa.Column("last_position", sa.Integer(), nullable=False),
        sa.Column("context_start", sa.Integer(), nullable=False),
        sa.Column("summary_position", sa.Integer(), nullable=True),
        sa.Column("context_version", sa.Integer(), nullable=False),
        sa.Column("system_version", sa.Integer(), nullable=False),
        sa.Column("evicted_count", sa.Integer(), nullable=False),
        sa.Column("last_compaction_id", sa.String(), nullable=True),
        sa.Column("live_calls", sa.Integer(), nullable=False),
        sa.Column("own_settings", sa.LargeBinary(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("open_calls", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_conversations_agents", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_agent_id_created_at_id", "conversations", ["agent_id", "created_at", "id"])
    op.create_index("ix_conversations_namespace_created_at_id", "conversations", ["namespace", "created_at", "id"])
    op.create_index("ix_conversations_namespace_updated_at_id", "conversations", ["namespace", "updated_at", "id"])
    op.create_table(
        "compactions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("restored_compaction_id", sa.String(), nullable=True),
        sa.Column("first_evicted_position", sa.Integer(), nullable=False),
        sa.Column("last_evicted_position", sa.Integer(), nullable=False),
        sa.Column("evicted_count", sa.Integer(), nullable=False),
        sa.Column("last_seen_position", sa.Integer(), nullable=False),
        sa.Column("tokens_before", sa.Integer(), nullable=False),
        sa.Column("tokens_after", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("context_start", sa.Integer(), nullable=False),
        sa.Column("summary_position", sa.Integer(), nullable=True),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_compactions_conversations", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_compactions"),
        sa.UniqueConstraint("conversation_id", "version", name="uq_compactions_conversation_id_version"),
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("token_count", sa.Integer(), nullable=False),
        sa.Column("tokenizer", sa.String(), nullable=False),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("answers_position", sa.Integer(), nullable=True),
        sa.Column("answers_index", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("late_tool", sa.LargeBinary(), nullable=True),
        sa.Column("has_text", sa.Boolean(), nullable=False),
        sa.Column("body_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversations", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "position", name="pk_messages"),
        sa.UniqueConstraint("id", name="uq_messages_id"),
    )
    op.create_index(
        "ix_messages_figures",
        "messages",
        ["conversation_id", "position", "role", "token_count", "tokenizer", "call_count", "late"],
    )
    op.create_table(
        "system_texts",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("system_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_system_texts_conversations", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "system_version", name="pk_system_texts"),
    )
