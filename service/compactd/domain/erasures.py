"""Erasures: what was deleted, told without a word of what it held."""

from enum import StrEnum

from compactd.domain.value_class import value


class ErasureReason(StrEnum):
    """Why something was deleted: somebody asked for it, or it was kept for as long as its namespace keeps it."""

    CALL = "call"
    RETENTION = "retention"


@value
class Erasure:
    """An agent that was deleted with its `conversations`, or one conversation. `messages` are those that it had,
    system messages and summaries included.

    With `has_rest` nobody sees it any more, and its rows are removed in batches from here on.
    """

    namespace: str
    agent_id: str
    conversation_id: str
    """Empty for an agent."""
    conversations: int
    messages: int
    has_rest: bool

    @property
    def kind(self) -> str:
        return "conversation" if self.conversation_id else "agent"
