"""The policies in force, as appends need them: in memory, with the version that each append reads along."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from compactd.domain.errors import PolicyUnreadable
from compactd.domain.policies import Policy
from compactd.domain.value_class import value
from compactd.storage.policies import decode_policy
from compactd.storage.policy_tables import OF_THE_NAMESPACE, POLICIES
from compactd.storage.statements import Statement

REMEMBERED = 10_000
"""Namespaces whose policies are remembered; when there are more, all are read again."""

_P = POLICIES.c
_READ = Statement(select(_P.id, _P.body, _P.request).where(OF_THE_NAMESPACE, _P.namespace == bindparam("of_namespace")))


@value
class PolicyInForce:
    """A policy, and what it asks of Compact."""

    policy: Policy
    request: bytes


class PolicySets:
    """The policies of namespaces whose trigger a context can reach, in the order in which they ask."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, tuple[PolicyInForce, ...]]] = {}
        """With their version. Whichever thread reads them first: two that do it at once store the same."""

    def of(self, connection: Connection, namespace: str, version: int | None) -> tuple[PolicyInForce, ...]:
        """Those of the version that the transaction has read; None where the namespace never had any."""
        if version is None:
            return ()
        known = self._known.get(namespace)
        if known is None or known[0] != version:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[namespace] = version, _read(connection, namespace)
        return known[1]


def before_its_equals(one: PolicyInForce, others: Sequence[PolicyInForce]) -> tuple[PolicyInForce, ...]:
    """All of them in the order in which they ask: one of an agent before those of the namespace of its priority."""
    return tuple(sorted((one, *others), key=lambda each: each.policy.priority))


def in_force_from(policy_id: str, body: bytes, request: bytes) -> PolicyInForce | None:
    """None for one that cannot be read: appends go on without it."""
    try:
        return PolicyInForce(decode_policy(policy_id, body), request)
    except PolicyUnreadable:
        return None


def _read(connection: Connection, namespace: str) -> tuple[PolicyInForce, ...]:
    found = [in_force_from(*row) for row in _READ.rows(connection, {"of_namespace": namespace})]
    readable = [one for one in found if one is not None]
    looked_at = [one for one in readable if one.policy.enabled and one.policy.trigger.is_of_context]
    return tuple(sorted(looked_at, key=lambda one: (one.policy.priority, one.policy.created_at, one.policy.id)))
