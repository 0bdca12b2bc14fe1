"""Policies, and the version that says which of them are in force."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from compactd.domain.errors import InvalidField, PolicyNotFound, PolicyUnreadable
from compactd.domain.jobs import JobState
from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import MAX_POLICIES, Policy
from compactd.ports.policies import StoredPolicy
from compactd.storage.abandonments import Abandonment
from compactd.storage.budget_tables import BUDGET_HOLDS, BUDGET_SPENDS
from compactd.storage.cron_times import forget_run, plan_run
from compactd.storage.database_clock import NOW
from compactd.storage.job_rows import in_order
from compactd.storage.job_tables import HAS_EFFECT, IS_ACTIVE, JOBS
from compactd.storage.paging import page_ids
from compactd.storage.policy_tables import OF_THE_NAMESPACE, POLICIES, POLICY_SETS
from compactd.storage.selectors import require_agents
from compactd.storage.statements import Statement

_P = POLICIES.c
_J = JOBS.c

_BY_KEY = (_P.namespace == bindparam("of_namespace"), _P.id == bindparam("policy_id"))
# SQLite understands what is written for PostgreSQL here.
_BEGIN_SET = postgresql.insert(POLICY_SETS).values(namespace=bindparam("of_namespace"), version=1)
_RAISE_VERSION = Statement(
    _BEGIN_SET.on_conflict_do_update(index_elements=["namespace"], set_={"version": POLICY_SETS.c.version + 1})
)
_COUNT = Statement(select(func.count()).where(OF_THE_NAMESPACE, _P.namespace == bindparam("of_namespace")))
_READ = Statement(select(_P.body).where(*_BY_KEY))
_AGENT_ID = Statement(select(_P.agent_id).where(*_BY_KEY))
_DELETE = Statement(delete(POLICIES).where(*_BY_KEY))
_REMOVE_BUDGET = tuple(
    Statement(delete(table).where(table.c.owner_id == bindparam("policy_id")))
    for table in (BUDGET_SPENDS, BUDGET_HOLDS)
)
# What a sweep has queued is the sweep's affair.
_OF_POLICY = (
    _J.namespace == bindparam("of_namespace"),
    _J.policy_id == bindparam("policy_id"),
    _J.sweep_id == "",
)
_ABANDON_JOBS = Abandonment(*_OF_POLICY, IS_ACTIVE)
_QUEUED_OF_POLICY = (*_OF_POLICY, _J.state == JobState.QUEUED.value)
_CANCEL_JOBS = Statement(
    update(JOBS).where(in_order(*_QUEUED_OF_POLICY, ~HAS_EFFECT)).values(state=JobState.CANCELLED.value, ended_at=NOW)
)


def create_policy(connection: Connection, namespace: str, stored: StoredPolicy) -> Policy:
    # First: who changes the policies of a namespace waits here for the others.
    _RAISE_VERSION.run(connection, {"of_namespace": namespace})
    if _COUNT.value(connection, {"of_namespace": namespace}) >= MAX_POLICIES:
        raise InvalidField("policy", f"the namespace has {MAX_POLICIES} policies already: delete one, or change one.")
    policy = stored.policy
    if policy.selector is not None:
        require_agents(connection, namespace, policy.selector, "policy.selector")
    _insert(connection, namespace, stored)
    return policy


def replace_policy(connection: Connection, namespace: str, stored: StoredPolicy) -> None:
    """An agent's own: as it is from now on, whether there was one or not. Jobs go on as they were asked for."""
    _DELETE.run(connection, _parameters_of(PolicyKey(namespace, stored.policy.id)))
    _insert(connection, namespace, stored)


def get_policy(connection: Connection, key: PolicyKey) -> Policy:
    """PolicyNotFound; PolicyUnreadable."""
    body = _READ.value(connection, _parameters_of(key))
    if body is None:
        raise PolicyNotFound(policy_id=key.policy_id)
    return decode_policy(key.policy_id, body)


def list_policies(connection: Connection, namespace: str, page: Page) -> list[Policy]:
    """Without those that cannot be read."""
    ids = page_ids(
        connection,
        page,
        scope=[and_(OF_THE_NAMESPACE, _P.namespace == namespace)],
        key=(_P.created_at, _P.id),
        item=_P.id,
        size=_P.body_bytes,
    )
    rows = connection.execute(select(_P.id, _P.body).where(_P.id.in_(ids))).all()
    found: dict[str, Policy] = {}
    for policy_id, body in rows:
        with suppress(PolicyUnreadable):
            found[policy_id] = decode_policy(policy_id, body)
    return [found[policy_id] for policy_id in ids if policy_id in found]


def update_policy(connection: Connection, key: PolicyKey, change: Callable[[Policy], StoredPolicy]) -> Policy:
    _RAISE_VERSION.run(connection, {"of_namespace": key.namespace})
    _require_of_namespace(connection, key)
    before = get_policy(connection, key)
    stored = change(before)
    after = stored.policy
    if after == before:
        return before
    if after.selector is not None and after.selector != before.selector:
        require_agents(connection, key.namespace, after.selector, "policy.selector")
    body = _encode(after)
    values: dict[str, Any] = {"body": body, "body_bytes": len(body), "request": stored.request}
    if (after.enabled, after.trigger) != (before.enabled, before.trigger):
        values |= _look_columns(after)
        plan_run(connection, key.namespace, after)
    connection.execute(update(POLICIES).where(*_BY_KEY).values(values), _parameters_of(key))
    if not after.enabled:
        cancel_jobs(connection, key)
    return after


def delete_policy(connection: Connection, key: PolicyKey) -> None:
    """As `remove_policy`, of the namespace. PolicyNotFound; InvalidField for one of an agent."""
    _RAISE_VERSION.run(connection, {"of_namespace": key.namespace})
    _require_of_namespace(connection, key)
    remove_policy(connection, key)


def remove_policy(connection: Connection, key: PolicyKey) -> bool:
    """Whether there was one. Its jobs and sweeps are left to the caller (`policy_ends`)."""
    if not _DELETE.run(connection, _parameters_of(key)):
        return False
    forget_run(connection, key.policy_id)
    for remove in _REMOVE_BUDGET:
        remove.run(connection, _parameters_of(key))
    return True


def decode_policy(policy_id: str, body: bytes) -> Policy:
    """PolicyUnreadable for one that this version cannot read, such as a newer one's; the operator is told."""
    try:
        return Policy.model_validate_json(body)
    except ValidationError:
        # Its text holds what was stored.
        structlog.get_logger().error("policy cannot be read", policy_id=policy_id)
        raise PolicyUnreadable(policy_id=policy_id) from None


def _require_of_namespace(connection: Connection, key: PolicyKey) -> None:
    """InvalidField for one of an agent; PolicyNotFound."""
    agent_id = _AGENT_ID.value(connection, _parameters_of(key))
    if agent_id is None:
        raise PolicyNotFound(policy_id=key.policy_id)
    if agent_id:
        raise InvalidField("policy_id", f"is {agent_id}'s own policy: change auto_compaction of that agent.")


def _insert(connection: Connection, namespace: str, stored: StoredPolicy) -> None:
    policy, body = stored.policy, _encode(stored.policy)
    row = {"body": body, "body_bytes": len(body), "request": stored.request, "created_at": policy.created_at}
    names = {"id": policy.id, "namespace": namespace, "agent_id": policy.agent_id}
    connection.execute(insert(POLICIES).values(names | row | _look_columns(policy)))
    plan_run(connection, namespace, policy)


def _encode(policy: Policy) -> bytes:
    return policy.model_dump_json(exclude_unset=True).encode()


def cancel_jobs(connection: Connection, key: PolicyKey) -> None:
    """Those that wait, and that no sweep has queued."""
    _ABANDON_JOBS.run(connection, _parameters_of(key))
    _CANCEL_JOBS.run(connection, _parameters_of(key))


def _parameters_of(key: PolicyKey) -> dict[str, Any]:
    return {"of_namespace": key.namespace, "policy_id": key.policy_id}


def _look_columns(policy: Policy) -> dict[str, Any]:
    """What a policy's row says of looking, from its creation or change on: what rests already by then is no rest that
    it waits for."""
    idle_for = policy.trigger.idle_for
    if idle_for is None or not policy.enabled or policy.agent_id:
        return {"idle_seconds": None, "rested_until": 0.0, "next_look_at": None}
    seconds = idle_for.total_seconds()
    return {"idle_seconds": seconds, "rested_until": NOW - seconds, "next_look_at": NOW}
