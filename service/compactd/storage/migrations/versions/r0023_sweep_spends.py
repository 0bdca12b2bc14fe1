"""What models have taken for a sweep stands in `budget_spends` alone, whether it has a budget or not."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute(
        "INSERT INTO budget_spends (owner_id, day, tokens, usd) "
        "SELECT sweep_id, 0, 0, SUM(usd_spent) FROM sweep_outcomes "
        "WHERE NOT EXISTS (SELECT 1 FROM budget_spends WHERE owner_id = sweep_id) GROUP BY sweep_id"
    )
    op.drop_column("sweep_outcomes", "usd_spent")
