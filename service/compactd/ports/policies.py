"""Where policies are kept."""

from collections.abc import Callable, Sequence
from typing import Protocol

from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import Policy, PolicySpec
from compactd.domain.value_class import value
from compactd.ports.operations import Once


@value
class StoredPolicy:
    """A policy, and what it asks of Compact: protobuf, without ids, as that of a job."""

    policy: Policy
    request: bytes


@value
class PolicyStatus:
    """A policy, and how it is with it. `spent`: tokens and US dollars that models have taken of its budget today (UTC),
    None without a budget. `next_run_at`: when it starts its next sweep, in seconds since the epoch by the database's
    clock, None where it starts none."""

    policy: Policy
    spent: tuple[int, float] | None
    next_run_at: float | None


@value
class DueConversation:
    """A conversation that is due; its context and its window in tokens."""

    conversation_id: str
    agent_id: str
    context_tokens: int
    context_window: int


@value
class DuePage:
    """A page of those that are due, and how many there are in all with how many tokens in their contexts; where
    they are not `are_all`, there may be more."""

    conversations: Sequence[DueConversation]
    count: int
    tokens: int
    are_all: bool


class PolicyStore(Protocol):
    """Policies. Each method is one unit of work. Promises and errors are those of every store (`ports/store.py`).

    A policy is in force for every append that begins after it was written, in whatever process.
    """

    async def create_policy(
        self, namespace: str, stored: StoredPolicy, once: Once[PolicyStatus] | None = None
    ) -> PolicyStatus:
        """AgentNotFound for an agent of the selector that is not there; InvalidField naming `policy.selector.tags` for
        tags that no agent has, `policy` where the namespace has MAX_POLICIES."""

    async def get_policy(self, key: PolicyKey) -> PolicyStatus:
        """PolicyNotFound."""

    async def list_policies(self, namespace: str, page: Page) -> list[PolicyStatus]:
        """Those of the namespace, in the order in which they were created."""

    async def update_policy(self, key: PolicyKey, change: Callable[[Policy], StoredPolicy]) -> PolicyStatus:
        """Reads, applies `change` (pure; its errors pass through and nothing is written) and writes, in one
        transaction. Errors as of `create_policy` for a selector that is another one then. Jobs of a policy that is not
        enabled any more are cancelled where they wait. PolicyNotFound."""

    async def delete_policy(self, key: PolicyKey) -> None:
        """Its jobs that wait are cancelled. PolicyNotFound."""

    async def due_conversations(self, key: PolicyKey, page: Page) -> tuple[Policy, DuePage]:
        """The policy, and a page of what is due for it now, whether it is enabled or not: the fullest contexts first;
        of conversations that rest those that were not asked for it. PolicyNotFound."""

    async def due_if_created(self, namespace: str, spec: PolicySpec, page: Page) -> DuePage:
        """The same page for a policy that is not stored. Errors as of `create_policy` for its selector."""

    async def next_look(self) -> float | None:
        """In how many seconds a policy looks for conversations that rest, 0 or less for now; None where none does."""

    async def ask_rested(self) -> int | None:
        """Queues compactions of conversations that rest, some hundreds at a time, for the policy that is first to look;
        how many, None where others do that for all that is due. No policy asks twice for one rest, nor for one that
        began before the policy was in force, nor where the conversation was compacted or restored since the last
        append."""

    async def fill_figures(self) -> int | None:
        """Fills in figures of conversations that were stored before there were any, some hundred at a time; how many,
        None once all have theirs. What another process fills in at the same time is left to it."""
