"""The tables of the budgets of policies and sweeps."""

from sqlalchemy import BigInteger, Double
from sqlmodel import Field

from compactd.storage.table_base import Table, metadata


class BudgetSpendRow(Table, table=True):
    """What models have taken for a policy on a day (days since 1970, UTC), or for a sweep (day 0)."""

    __tablename__ = "budget_spends"

    owner_id: str = Field(primary_key=True)
    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    tokens: int = Field(sa_type=BigInteger)
    usd: float = Field(sa_type=Double)


class BudgetHoldRow(Table, table=True):
    """What is held back of a budget until `held_until`, in seconds since the epoch by the database's clock; not settled
    then, it is spent."""

    __tablename__ = "budget_holds"

    owner_id: str = Field(primary_key=True)
    day: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    id: str = Field(primary_key=True)
    tokens: int = Field(sa_type=BigInteger)
    usd: float = Field(sa_type=Double)
    held_until: float = Field(sa_type=Double)


BUDGET_SPENDS = metadata.tables["budget_spends"]
BUDGET_HOLDS = metadata.tables["budget_holds"]
