"""The system prompt of a conversation: the agent's template with its memory blocks and a metadata section."""

from collections.abc import Sequence
from datetime import datetime

from compactd.domain.agents import Agent, Block
from compactd.domain.errors import InvalidField
from compactd.domain.limits import MAX_SYSTEM_BYTES, utf8_bytes

PLACEHOLDER = "{CORE_MEMORY}"
"""Where the template takes the memory blocks and the metadata; without it they are appended."""


def render_system_prompt(
    agent: Agent, *, conversation_id: str, now: datetime, messages_outside: int, field: str
) -> str:
    """Compiles the agent's template. `messages_outside` counts the stored messages that the context no longer shows.

    An empty template is the placeholder alone. InvalidField naming `field` for a text over MAX_SYSTEM_BYTES.
    """
    memory = "\n\n".join(
        (_render_blocks(agent.memory_blocks), _render_metadata(agent.id, conversation_id, now, messages_outside))
    ).strip()
    template = agent.system
    if PLACEHOLDER not in template:
        template = f"{template}\n\n{PLACEHOLDER}" if template else PLACEHOLDER
    # Measured before it is made: a template of placeholders alone holds 80,000 of them.
    size = utf8_bytes(template) + template.count(PLACEHOLDER) * (utf8_bytes(memory) - len(PLACEHOLDER))
    if size > MAX_SYSTEM_BYTES:
        raise InvalidField(
            field,
            f"the agent's system template takes {size} bytes with its memory blocks in it, at most {MAX_SYSTEM_BYTES} "
            "bytes are allowed: shorten the template or the blocks.",
        )
    return template.replace(PLACEHOLDER, memory)


def _render_blocks(blocks: Sequence[Block]) -> str:
    if not blocks:
        return ""
    return "\n".join(("<memory_blocks>", *(_render_block(block) for block in blocks), "</memory_blocks>"))


def _render_block(block: Block) -> str:
    lines = [f"<{block.label}>"]
    if block.description:
        lines += ["<description>", block.description, "</description>"]
    size = f"characters: {len(block.value)} of at most {block.limit}"
    lines += ["<metadata>", f"{size}, read only" if block.read_only else size, "</metadata>"]
    lines += ["<value>", block.value, "</value>", f"</{block.label}>"]
    return "\n".join(lines)


def _render_metadata(agent_id: str, conversation_id: str, now: datetime, messages_outside: int) -> str:
    return "\n".join(
        (
            "<memory_metadata>",
            f"agent id: {agent_id}",
            f"conversation id: {conversation_id}",
            f"system prompt compiled at: {now:%Y-%m-%d %H:%M:%S} UTC",
            f"earlier messages outside this context: {messages_outside}",
            "</memory_metadata>",
        )
    )
