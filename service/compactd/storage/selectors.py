"""Which conversations a selector means, as conditions of statements."""

from sqlalchemy import ColumnElement, Connection, func, select

from compactd.domain.errors import AgentNotFound, InvalidField
from compactd.domain.policies import ConversationSelector
from compactd.storage.tables import AGENT_TAGS, AGENTS

_A = AGENTS.c
_T = AGENT_TAGS.c


def of_agents(selector: ConversationSelector, agent_id: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """That the agent of this id is one of those that the selector means."""
    conditions: list[ColumnElement[bool]] = [agent_id.in_(selector.agent_ids)] if selector.agent_ids else []
    tags = {tag.encode() for tag in selector.tags}
    if tags:
        wanted = _T.agent_id == agent_id, _T.tag.in_(tags)
        found = select(func.count()).select_from(AGENT_TAGS).where(*wanted).scalar_subquery()
        conditions.append(found >= (len(tags) if selector.match_all_tags else 1))
    return conditions


def require_agents(connection: Connection, namespace: str, selector: ConversationSelector, path: str) -> None:
    """AgentNotFound for an agent that is not in the namespace; InvalidField below `path` where none has the tags."""
    in_namespace = _A.namespace == namespace
    if selector.agent_ids:
        named = select(_A.id).where(in_namespace, _A.id.in_(selector.agent_ids))
        found = set(connection.execute(named).scalars())
        for index, agent_id in enumerate(selector.agent_ids):
            if agent_id not in found:
                raise AgentNotFound(agent_id, f"{path}.agent_ids[{index}]")
    if selector.tags:
        some = select(_A.id).where(in_namespace, *of_agents(selector, _A.id)).limit(1)
        if connection.execute(some).first() is None:
            raise InvalidField(f"{path}.tags", "no agent that is selected has them: give tags that agents have.")
