"""The system message of a conversation, made from its agent."""

from datetime import datetime

from compactd.domain.agents import Agent
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.system_prompt import render_system_prompt
from compactd.ports.contexts import SystemText
from compactd.ports.tokenizer import Tokenizer


async def render_system(
    agent: Agent,
    conversation_id: str,
    *,
    now: datetime,
    messages_outside: int = 0,
    field: str,
    tokenizer: Tokenizer,
    tokenizer_name: str,
) -> SystemText:
    """The agent's template, rendered and counted. InvalidField naming `field`, which led to the agent, if the text is
    larger than a system message may be."""
    text = render_system_prompt(
        agent, conversation_id=conversation_id, now=now, messages_outside=messages_outside, field=field
    )
    [tokens] = await tokenizer.count_messages([ChatMessage(Role.SYSTEM, text)], tokenizer_name)
    return SystemText(text, tokens, tokenizer_name)
