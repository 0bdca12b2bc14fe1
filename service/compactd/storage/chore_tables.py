"""The table of chores. Times are seconds since the epoch by the database's clock."""

from sqlalchemy import Double
from sqlmodel import Field

from compactd.storage.table_base import Table, metadata


class ChoreRow(Table, table=True):
    """What is done for the whole database: it is due at `next_run_at`, and `runner` has it until `held_until`."""

    __tablename__ = "chores"

    name: str = Field(primary_key=True)
    next_run_at: float = Field(sa_type=Double)
    held_until: float = Field(sa_type=Double)
    runner: str


CHORES = metadata.tables["chores"]
