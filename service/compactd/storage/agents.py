"""Agents, their tags and their memory blocks."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from compactd.domain.agents import Agent, Block
from compactd.domain.errors import AgentNotFound, InvalidField
from compactd.domain.keys import AgentKey
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.storage.paging import page_ids
from compactd.storage.resource_settings import encode_resource_settings
from compactd.storage.search import contains, folded
from compactd.storage.statements import Statement
from compactd.storage.tables import AGENT_TAGS, AGENTS, BLOCKS

_A = AGENTS.c
_B = BLOCKS.c

_ORDERS = {"created_at": _A.created_at, "updated_at": _A.updated_at}

_BY_KEY = (_A.namespace == bindparam("namespace"), _A.id == bindparam("agent_id"))
# The agent, and behind it the blocks in their order: one statement, so that all is of one state.
_AGENT_AND_BLOCKS = Statement(
    union_all(
        select(literal_column("-1").label("ordinal"), _A.body).where(*_BY_KEY),
        select(_B.ordinal, _B.body).join(AGENTS, _A.id == _B.agent_id).where(*_BY_KEY),
    ).order_by("ordinal")
)
_LOCK = Statement(select(_A.id).where(*_BY_KEY).with_for_update())
_BLOCKS = select(_B.agent_id, _B.body).where(_B.agent_id.in_(bindparam("agent_ids", expanding=True)))
_BLOCKS_IN_ORDER = _BLOCKS.order_by(_B.agent_id, _B.ordinal)


def insert_agent(connection: Connection, namespace: str, agent: Agent) -> None:
    connection.execute(insert(AGENTS), {"id": agent.id, "namespace": namespace, **_agent_columns(agent)})
    _insert_tags(connection, agent)
    _write_blocks(connection, agent.id, (), agent.memory_blocks)


def get_agent(connection: Connection, key: AgentKey) -> Agent:
    return _read(connection, key)


def list_agents(connection: Connection, namespace: str, where: AgentFilter, page: Page) -> list[Agent]:
    if where.order_by not in _ORDERS:
        raise InvalidField("order_by", f"order agents by one of: {', '.join(_ORDERS)}.")
    blocks_bytes = select(func.coalesce(func.sum(_B.body_bytes), 0)).where(_B.agent_id == _A.id).scalar_subquery()
    ids = page_ids(
        connection,
        page,
        scope=[_A.namespace == namespace],
        filters=_conditions(where),
        key=(_ORDERS[where.order_by], _A.id),
        item=_A.id,
        size=_A.body_bytes + blocks_bytes,
    )
    bodies = {row.id: row.body for row in connection.execute(select(_A.id, _A.body).where(_A.id.in_(ids)))}
    blocks = {
        agent_id: tuple(_block(row.body) for row in rows)
        for agent_id, rows in groupby(
            connection.execute(_BLOCKS_IN_ORDER, {"agent_ids": ids}), lambda row: row.agent_id
        )
    }
    return [_agent(bodies[agent_id], blocks.get(agent_id, ())) for agent_id in ids]


def update_agent(connection: Connection, key: AgentKey, change: Callable[[Agent], Agent]) -> Agent:
    _LOCK.row(connection, _parameters_of(key))
    before = _read(connection, key)
    after = change(before)
    connection.execute(update(AGENTS).where(*_by_key(key)), _agent_columns(after))
    if after.tags != before.tags:
        connection.execute(delete(AGENT_TAGS).where(AGENT_TAGS.c.agent_id == key.agent_id))
        _insert_tags(connection, after)
    _write_blocks(connection, key.agent_id, before.memory_blocks, after.memory_blocks)
    return after


def set_default_conversation(connection: Connection, key: AgentKey, conversation_id: str) -> None:
    """For an agent whose row the transaction has."""
    agent = _read(connection, key).model_copy(update={"default_conversation_id": conversation_id})
    connection.execute(update(AGENTS).where(*_by_key(key)), _agent_columns(agent))


def require_agent(connection: Connection, key: AgentKey) -> None:
    """AgentNotFound if it is gone; else it stays until the transaction ends."""
    statement = select(_A.id).where(*_by_key(key))
    if connection.scalar(statement.with_for_update(read=True, key_share=True)) is None:
        raise AgentNotFound(agent_id=key.agent_id)


def _by_key(key: AgentKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _A.namespace == key.namespace, _A.id == key.agent_id


def _conditions(where: AgentFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if where.name is not None:
        conditions.append(_A.name == where.name.encode())
    if where.query_text:
        conditions.append(contains(_A.name_folded, where.query_text))
    tags = {tag.encode() for tag in where.tags}
    if tags:
        wanted = AGENT_TAGS.c.agent_id == _A.id, AGENT_TAGS.c.tag.in_(tags)
        found = select(func.count()).select_from(AGENT_TAGS).where(*wanted).scalar_subquery()
        conditions.append(found >= (len(tags) if where.match_all_tags else 1))
    return conditions


def _read(connection: Connection, key: AgentKey) -> Agent:
    rows = _AGENT_AND_BLOCKS.rows(connection, _parameters_of(key))
    if not rows:
        raise AgentNotFound(agent_id=key.agent_id)
    (_, body), *blocks = rows
    return _agent(body, tuple(_block(block) for _, block in blocks))


def _parameters_of(key: AgentKey) -> dict[str, str]:
    return {"namespace": key.namespace, "agent_id": key.agent_id}


def _agent(body: bytes, blocks: tuple[Block, ...]) -> Agent:
    agent = Agent.model_validate_json(body)
    return agent.model_copy(update={"memory_blocks": blocks}) if blocks else agent


def _agent_columns(agent: Agent) -> dict[str, Any]:
    body = agent.model_dump_json(exclude={"memory_blocks"}, exclude_unset=True).encode()
    return {
        "default_conversation_id": agent.default_conversation_id,
        "name": agent.name.encode(),
        "name_folded": folded(agent.name),
        "created_at": agent.created_at,
        "updated_at": agent.updated_at,
        "has_tools": bool(agent.tool_schemas),
        "tools_tokens": agent.tools_tokens,
        "tools_tokenizer": agent.tools_tokenizer,
        "resource_settings": encode_resource_settings(agent),
        "body_bytes": len(body),
        "body": body,
    }


def _insert_tags(connection: Connection, agent: Agent) -> None:
    rows = [{"agent_id": agent.id, "tag": tag.encode()} for tag in dict.fromkeys(agent.tags)]
    if rows:
        connection.execute(insert(AGENT_TAGS), rows)


def _block(body: bytes) -> Block:
    return Block.model_validate_json(body)


def _write_blocks(connection: Connection, agent_id: str, before: Sequence[Block], after: Sequence[Block]) -> None:
    """Writes what differs: a block's label is its key, and its ordinal counts too."""
    old = {block.label: (ordinal, block) for ordinal, block in enumerate(before)}
    new = {block.label: (ordinal, block) for ordinal, block in enumerate(after)}
    changed = [label for label in old if new.get(label) != old[label]]
    if changed:
        labels = [label.encode() for label in changed]
        connection.execute(delete(BLOCKS).where(_B.agent_id == agent_id, _B.label.in_(labels)))
    rows = [_block_row(agent_id, *new[label]) for label in new if new[label] != old.get(label)]
    if rows:
        connection.execute(insert(BLOCKS), rows)


def _block_row(agent_id: str, ordinal: int, block: Block) -> dict[str, Any]:
    body = block.model_dump_json(exclude_unset=True).encode()
    return {
        "agent_id": agent_id,
        "label": block.label.encode(),
        "ordinal": ordinal,
        "body_bytes": len(body),
        "body": body,
    }
