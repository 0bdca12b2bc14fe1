"""What jobs of policies and sweeps may take from models, and what they have taken."""

from typing import Protocol

from compactd.domain.value_class import value


@value
class BudgetOwners:
    """Whose budgets a job is held to: its policy's, for the day, and its sweep's; empty for none."""

    namespace: str
    policy_id: str
    sweep_id: str


@value
class BudgetHold:
    """What one compaction may take, held back in the budgets of `owner_ids`, each with its day (days since 1970, UTC; 0
    for a sweep). `spent_tokens`: how many it was in the end."""

    namespace: str
    hold_id: str
    owners: tuple[tuple[str, int], ...]
    spent_tokens: int = 0


class BudgetStore(Protocol):
    """Shared by all replicas, by the database's clock."""

    async def is_counted(self, owners: BudgetOwners) -> bool:
        """Whether what models take for any of them is counted: for a sweep it is, for a policy if it has a limit."""

    async def reserve_budget(self, owners: BudgetOwners, tokens: int, usd: float, seconds: float) -> BudgetHold:
        """Holds so much back for so many seconds, in each of the budgets. QuotaExceeded where one does not leave it:
        until midnight (UTC) for a policy; a sweep is paused by it. Where others only hold the rest back it says to come
        back soon. A power cut may undo it."""

    async def settle_spend(self, reservation: BudgetHold, usd: float) -> None:
        """Counts what it was in the end, and lets go of what was held back; once, however often it is called. What is
        not settled when its time is over counts as spent. It can be repeated, whatever it raises."""
