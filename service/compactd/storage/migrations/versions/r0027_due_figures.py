"""The indexes by which due conversations are found hold all that is counted and selected of them."""

from alembic import op

revision = "0027"
down_revision = "0026"

_TABLE = "context_figures"


def upgrade() -> None:
    for figure in ("context_tokens", "context_share"):
        op.drop_index(f"ix_{_TABLE}_namespace_{figure}_conversation_id", _TABLE)
    op.create_index(f"ix_{_TABLE}_tokens", _TABLE, ["namespace", "context_tokens", "conversation_id", "agent_id"])
    columns = ["namespace", "context_share", "conversation_id", "context_tokens", "agent_id"]
    op.create_index(f"ix_{_TABLE}_share", _TABLE, columns)
