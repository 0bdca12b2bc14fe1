"""What jobs of policies and sweeps may take: held back before a model is asked, counted when it has answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.model_budget import SETTLE_SECONDS, spent_usd
from compactd.application.model_session import ModelSession
from compactd.application.settlements import Settlements
from compactd.application.spend_estimate import estimate_spend
from compactd.ports.budgets import BudgetHold, BudgetOwners, BudgetStore
from compactd.ports.model_catalog import ModelCatalog


@dataclass(frozen=True, slots=True)
class JobBudget:
    """The budgets of policies and sweeps. For a policy without one no more is done than to ask for it; what a sweep
    takes is counted in any case."""

    store: BudgetStore
    settlements: Settlements[BudgetHold]
    catalog: ModelCatalog
    max_call_seconds: float

    @asynccontextmanager
    async def held(
        self, owners: BudgetOwners | None, session: ModelSession, planned: PlannedCompaction
    ) -> AsyncIterator[None]:
        """Around all requests of the session. QuotaExceeded, before the first, where a budget does not leave what they
        may take."""
        if owners is None or not await self.store.is_counted(owners):
            yield
            return
        estimate = estimate_spend(session, planned, self.catalog)
        seconds = self.max_call_seconds + SETTLE_SECONDS
        hold = await self._reserved(owners, estimate.tokens, estimate.usd, seconds)
        try:
            yield
        finally:
            usage = session.usage
            tokens = usage.input_tokens + usage.output_tokens + session.broken_off * estimate.request_tokens
            await self.settlements.settle(replace(hold, spent_tokens=tokens), spent_usd(session, estimate))

    async def _reserved(self, owners: BudgetOwners, tokens: int, usd: float, seconds: float) -> BudgetHold:
        reserving = asyncio.create_task(self.store.reserve_budget(owners, tokens, usd, seconds))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            # It would count as spent.
            self.settlements.give_back(reserving)
            raise
