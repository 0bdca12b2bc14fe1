"""The store of policies: `ports.policies.PolicyStore` on the database of everything else."""

from collections.abc import Callable
from functools import partial

from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import Policy, PolicySpec
from compactd.ports.operations import Once
from compactd.ports.policies import DuePage, PolicyStatus, StoredPolicy
from compactd.storage import backfill, due, policy_status, rests
from compactd.storage.database import Database
from compactd.storage.figures import Figures
from compactd.storage.job_queue import JobQueue
from compactd.storage.once import Subject, write_once
from compactd.storage.policy_ends import end_policy


class SqlPolicyStore:
    """Errors as of `SqlStore`."""

    def __init__(self, database: Database, queue: JobQueue, figures: Figures) -> None:
        self._database = database
        self._queue = queue
        self._figures = figures

    async def create_policy(
        self, namespace: str, stored: StoredPolicy, once: Once[PolicyStatus] | None = None
    ) -> PolicyStatus:
        effect = partial(policy_status.create_policy, namespace=namespace, stored=stored)
        return await write_once(self._database, once, effect, lambda _: Subject("", ""))

    async def get_policy(self, key: PolicyKey) -> PolicyStatus:
        return await self._database.read(policy_status.policy_status, key)

    async def list_policies(self, namespace: str, page: Page) -> list[PolicyStatus]:
        return await self._database.read(policy_status.list_status, namespace, page)

    async def update_policy(self, key: PolicyKey, change: Callable[[Policy], StoredPolicy]) -> PolicyStatus:
        return await self._database.write(policy_status.update_policy, key, change)

    async def delete_policy(self, key: PolicyKey) -> None:
        await self._database.write(end_policy, key)

    async def due_conversations(self, key: PolicyKey, page: Page) -> tuple[Policy, DuePage]:
        return await self._database.read(due.due_conversations, key, page)

    async def due_if_created(self, namespace: str, spec: PolicySpec, page: Page) -> DuePage:
        return await self._database.read(due.due_if_created, namespace, spec, page)

    async def next_look(self) -> float | None:
        return await self._database.read_once(rests.next_look)

    async def ask_rested(self) -> int | None:
        return await self._database.write(rests.ask_rested, self._queue)

    async def fill_figures(self) -> int | None:
        # To look costs less than a transaction that writes.
        if not await self._database.read_once(backfill.is_any_left):
            return None
        return await self._database.write_unsynced(backfill.fill_figures, self._figures)
