"""The system prompt of a conversation: the agent's template with its memory blocks and a metadata section."""

from collections.abc import Sequence
from datetime import datetime

from compactd.domain.agents import Block

PLACEHOLDER = "{CORE_MEMORY}"
"""Where the template takes the memory blocks and the metadata; without it they are appended."""


def render_system_prompt(
    template: str,
    blocks: Sequence[Block],
    *,
    agent_id: str,
    conversation_id: str,
    now: datetime,
    messages_outside: int,
) -> str:
    """Compiles a template. `messages_outside` counts the stored messages that the context no longer shows.

    An empty template is the placeholder alone.
    """
    memory = "\n\n".join(
        (_render_blocks(blocks), _render_metadata(agent_id, conversation_id, now, messages_outside))
    ).strip()
    if PLACEHOLDER in template:
        return template.replace(PLACEHOLDER, memory)
    return f"{template}\n\n{memory}" if template else memory


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
