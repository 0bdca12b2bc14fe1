"""What an agent says of compactions by themselves, as the policy that it is: for the agent's conversations alone."""

from compactd.domain.agents import Agent
from compactd.domain.policies import ConversationSelector, Policy


def policy_id_of(agent_id: str) -> str:
    """The id of the agent's own policy, whether it has one or not."""
    return f"policy-{agent_id.removeprefix('agent-')}"


def policy_of_agent(agent: Agent) -> Policy | None:
    """None where it says nothing."""
    given = agent.auto_compaction
    if given is None:
        return None
    return Policy(
        **{name: getattr(given, name) for name in given.model_fields_set},
        selector=ConversationSelector(agent_ids=(agent.id,)),
        id=policy_id_of(agent.id),
        agent_id=agent.id,
        created_at=agent.created_at,
        updated_at=agent.updated_at,
    )
