"""The store of budgets: `ports.budgets.BudgetStore` on the database of everything else."""

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.quotas import QuotaExceeded
from compactd.ports.budgets import BudgetHold, BudgetOwners
from compactd.storage import budgets
from compactd.storage.database import Database


class SqlBudgetStore:
    """Errors as of `SqlStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_counted(self, owners: BudgetOwners) -> bool:
        return await self._database.read_once(budgets.is_counted, owners)

    async def reserve_budget(self, owners: BudgetOwners, tokens: int, usd: float, seconds: float) -> BudgetHold:
        try:
            found = await self._database.write_unsynced(budgets.reserve_budget, owners, tokens, usd, seconds)
        except OutcomeUnknown as unknown:
            # If it was committed it is let go of in time.
            raise StoreUnavailable from unknown
        if isinstance(found, QuotaExceeded):
            raise found
        return found

    async def settle_spend(self, reservation: BudgetHold, usd: float) -> None:
        await self._database.write_unsynced(budgets.settle_spend, reservation, usd)
