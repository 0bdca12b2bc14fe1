"""PreviewPolicy: what a policy would compact now, and what that may cost; no model is called."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compactd.application.compact import Compact
from compactd.application.compaction_planner import CompactCommand
from compactd.application.manage_policies import check_policy
from compactd.domain.errors import CannotHelp, ConversationNotFound, InvalidField, NothingToCompact
from compactd.domain.keys import ConversationKey, PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import PolicySpec
from compactd.domain.value_class import value
from compactd.ports.policies import DueConversation, DuePage, PolicyStore

PLANNING_SECONDS = 2.0
"""After how long a page ends with the conversation that is planned: the caller goes on behind it."""


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
    """Looks at what is due for a policy, whether it is enabled or not, and whether it is stored or not."""

    store: PolicyStore
    compact: Compact

    async def __call__(self, key: PolicyKey, page: Page) -> PolicyPreview:
        """PolicyNotFound; InvalidField for a cursor that is none."""
        policy, found = await self.store.due_conversations(key, page)
        return await self._preview(key.namespace, policy, found)

    async def if_created(self, namespace: str, given: Mapping[str, Any], page: Page) -> PolicyPreview:
        """The same for one of these plain fields of PolicySpec. InvalidField below `policy`, or for a cursor that is
        none; AgentNotFound."""
        spec = check_policy(given)
        return await self._preview(namespace, spec, await self.store.due_if_created(namespace, spec, page))

    async def _preview(self, namespace: str, policy: PolicySpec, found: DuePage) -> PolicyPreview:
        previewed: list[PreviewedConversation] = []
        deadline = time.monotonic() + PLANNING_SECONDS
        for due in found.conversations:
            previewed.append(await self._previewed(namespace, policy, due))
            if time.monotonic() >= deadline:
                break
        return PolicyPreview(previewed, found)

    async def _previewed(self, namespace: str, policy: PolicySpec, due: DueConversation) -> PreviewedConversation:
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
