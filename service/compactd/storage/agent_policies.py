"""Policies of agents: written with the agent, ended with it, and due without the set of the namespace.

There may be as many as agents. An append has the trigger in the agent's settings, which it reads anyway; when a
conversation has rested for long enough stands with its figure.
"""

from sqlalchemy import Connection, bindparam, select

from compactd.domain.agent_policies import policy_id_of
from compactd.domain.agents import Agent
from compactd.domain.keys import AgentKey, PolicyKey
from compactd.ports.agents import PolicyOf
from compactd.storage.figures import Figures, idle_seconds
from compactd.storage.policies import replace_policy
from compactd.storage.policy_ends import end_if_there, erase_if_there
from compactd.storage.policy_sets import PolicyInForce, in_force_from
from compactd.storage.policy_tables import POLICIES
from compactd.storage.statements import Statement

_P = POLICIES.c
_READ = Statement(
    select(_P.id, _P.body, _P.request).where(_P.namespace == bindparam("of_namespace"), _P.id == bindparam("policy_id"))
)


def write_of_agent(
    connection: Connection,
    namespace: str,
    before: Agent | None,
    after: Agent,
    policy_of: PolicyOf,
    figures: Figures,
) -> None:
    """What has become of the agent's policy by a change of the agent, whose row the transaction has; by its creation,
    where `before` is None."""
    was = None if before is None else before.auto_compaction
    if after.auto_compaction == was:
        return
    stored = policy_of(after)
    key = AgentKey(namespace, after.id)
    if stored is None:
        end_of_agent(connection, key)
    else:
        replace_policy(connection, namespace, stored)
    if before is not None and idle_seconds(after.auto_compaction) != idle_seconds(was):
        figures.set_rests(connection, key, after)


def end_of_agent(connection: Connection, key: AgentKey) -> None:
    """As DeletePolicy; nothing where there is none."""
    end_if_there(connection, PolicyKey(key.namespace, policy_id_of(key.agent_id)))


def erase_of_agent(connection: Connection, key: AgentKey) -> None:
    """The same for an agent that is erased, whose jobs the caller deletes."""
    erase_if_there(connection, PolicyKey(key.namespace, policy_id_of(key.agent_id)))


def in_force_of(connection: Connection, key: AgentKey) -> PolicyInForce | None:
    """None where it was taken back meanwhile, or cannot be read."""
    row = _READ.row(connection, {"of_namespace": key.namespace, "policy_id": policy_id_of(key.agent_id)})
    return None if row is None else in_force_from(*row)
