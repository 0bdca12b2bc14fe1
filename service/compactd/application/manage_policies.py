"""Policies: created, and changed by mask."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compactd.application.field_mask import apply_mask
from compactd.domain.effective_settings import check_pair
from compactd.domain.ids import new_id
from compactd.domain.keys import PolicyKey
from compactd.domain.policies import AutoCompaction, Policy, PolicySpec
from compactd.domain.validation import validate
from compactd.ports.clock import Clock
from compactd.ports.operations import Once
from compactd.ports.policies import PolicyStatus, PolicyStore, StoredPolicy


class ManagePolicies:
    """Creates and changes policies. `request_of` says what a policy asks of Compact, as a job keeps it."""

    def __init__(self, store: PolicyStore, clock: Clock, request_of: Callable[[AutoCompaction], bytes]) -> None:
        self._store = store
        self._clock = clock
        self._request_of = request_of

    async def create(
        self, namespace: str, given: Mapping[str, Any], once: Once[PolicyStatus] | None = None
    ) -> PolicyStatus:
        """`given` are plain fields of PolicySpec. InvalidField below `policy`; AgentNotFound."""
        spec = check_policy(given)
        now = self._clock.now()
        policy = Policy(**_fields(spec), id=new_id("policy"), created_at=now, updated_at=now)
        return await self._store.create_policy(namespace, StoredPolicy(policy, self._request_of(policy)), once)

    async def update(self, key: PolicyKey, given: Mapping[str, Any], mask: Sequence[str]) -> PolicyStatus:
        """Changes the fields of `mask`; an empty mask changes nothing. InvalidField, AgentNotFound, PolicyNotFound."""

        def change(policy: Policy) -> StoredPolicy:
            if mask:
                current = policy.model_dump(include=set(PolicySpec.model_fields), exclude_unset=True)
                spec = check_policy(apply_mask(current, given, mask, PolicySpec))
                now = self._clock.now()
                policy = Policy(**_fields(spec), id=policy.id, created_at=policy.created_at, updated_at=now)
            return StoredPolicy(policy, self._request_of(policy))

        return await self._store.update_policy(key, change)


def check_policy(given: Mapping[str, Any]) -> PolicySpec:
    """What plain fields say. InvalidField below `policy`."""
    spec = validate(PolicySpec, given, "policy")
    if (settings := spec.compaction_settings) is not None:
        check_pair(settings.model, settings.model_settings, "policy.compaction_settings.")
    return spec


def _fields(spec: PolicySpec) -> Any:
    return {name: getattr(spec, name) for name in spec.model_fields_set}
