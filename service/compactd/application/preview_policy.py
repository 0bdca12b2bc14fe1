"""PreviewPolicy: what a policy would compact now, and what that may cost; no model is called."""

from collections.abc import Sequence
from dataclasses import dataclass

from compactd.application.compact import Compact
from compactd.application.compaction_planner import CompactCommand
from compactd.domain.errors import CannotHelp, ConversationNotFound, InvalidField, NothingToCompact
from compactd.domain.keys import ConversationKey, PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import Policy
from compactd.domain.value_class import value
from compactd.ports.policies import DueConversation, DuePage, PolicyStore


@value
class PreviewedConversation:
    """One that is due. `evicted_tokens` are those that the summarizer would read; `cost_usd` is at most what it costs,
    None where the price is not known. `why_not` is the reason for which its job would end without an effect."""

    due: DueConversation
    evicted_tokens: int = 0
    cost_usd: float | None = None
    why_not: str = ""


@value
class PolicyPreview:
    """A page of what is due, with what all of it holds."""

    conversations: Sequence[PreviewedConversation]
    page: DuePage


@dataclass(frozen=True, slots=True)
class PreviewPolicy:
    """Looks at what is due for a policy, whether it is enabled or not."""

    store: PolicyStore
    compact: Compact

    async def __call__(self, key: PolicyKey, page: Page) -> PolicyPreview:
        """PolicyNotFound; InvalidField for a cursor that is none."""
        stored, found = await self.store.due_conversations(key, page)
        previewed = [await self._previewed(key.namespace, stored.policy, due) for due in found.conversations]
        return PolicyPreview(previewed, found)

    async def _previewed(self, namespace: str, policy: Policy, due: DueConversation) -> PreviewedConversation:
        command = CompactCommand(
            ConversationKey(namespace, due.conversation_id),
            policy.compaction_settings,
            policy.allow_degraded,
            include_ledger=policy.include_ledger,
        )
        try:
            estimate = await self.compact.estimate(command)
        except (NothingToCompact, CannotHelp, ConversationNotFound, InvalidField) as error:
            return PreviewedConversation(due, why_not=error.reason)
        return PreviewedConversation(due, estimate.evicted_tokens, estimate.cost_usd)
