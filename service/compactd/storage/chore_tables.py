"""The table of chores. Times are seconds since the epoch by the database's clock."""

from sqlalchemy import Double
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from compactd.storage.tables import metadata


class _ChoreTable(SQLModel, registry=registry(metadata=metadata)):
    """Keeps this table out of SQLModel's global metadata."""


class ChoreRow(_ChoreTable, table=True):
    """What is done for the whole database: it is due at `next_run_at`, and `runner` has it until `held_until`."""

    __tablename__ = "chores"

    name: str = Field(primary_key=True)
    next_run_at: float = Field(sa_type=Double)
    held_until: float = Field(sa_type=Double)
    runner: str


CHORES = metadata.tables["chores"]
