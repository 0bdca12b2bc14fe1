"""What models may cost a namespace: held back before one is asked, counted when it has answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.model_session import ModelSession
from compactd.application.settlements import Settlements
from compactd.application.spend_estimate import SpendEstimate, estimate_spend
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.namespaces import NamespaceRules
from compactd.ports.quotas import QuotaStore, Reservation, SpendLimit

SETTLE_SECONDS = 60.0
"""Seconds beyond the longest compaction for which what it may cost is held back; not settled then, it is spent."""


@dataclass(frozen=True, slots=True)
class ModelBudget:
    """The daily budgets of namespaces. One without a limit is not asked for, and what its models cost is not added up
    here."""

    store: QuotaStore
    settlements: Settlements[Reservation]
    rules: NamespaceRules
    catalog: ModelCatalog
    max_call_seconds: float

    @asynccontextmanager
    async def held(self, namespace: str, session: ModelSession, planned: PlannedCompaction) -> AsyncIterator[None]:
        """Around all requests of the session. QuotaExceeded, before the first, where the budget does not leave what
        they may cost."""
        usd = self.rules.of(namespace).model_usd_per_day
        if usd is None:
            yield
            return
        estimate = estimate_spend(session, planned, self.catalog)
        seconds = self.max_call_seconds + SETTLE_SECONDS
        reservation = await self._reserved(SpendLimit(namespace, usd), estimate.usd, seconds)
        try:
            yield
        finally:
            await self.settlements.settle(reservation, spent_usd(session, estimate))

    async def _reserved(self, limit: SpendLimit, usd: float, seconds: float) -> Reservation:
        reserving = asyncio.create_task(self.store.reserve_spend(limit, usd, seconds))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            # It would count as spent.
            self.settlements.give_back(reserving)
            raise


def spent_usd(session: ModelSession, estimate: SpendEstimate) -> float:
    """What answers have named, or their tokens cost; and for a request that was broken off what it takes to read it:
    nobody learns what it was."""
    return (session.usage.cost_usd or 0.0) + session.broken_off * estimate.request_usd
