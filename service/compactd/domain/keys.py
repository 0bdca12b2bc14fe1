"""What names a row: the namespace first, so that no id leads out of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgentKey:
    """An agent, which may or may not be there."""

    namespace: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """A conversation by its own id, which may or may not be there."""

    namespace: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class JobKey:
    """A job, which may or may not be there."""

    namespace: str
    job_id: str


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """A policy, which may or may not be there."""

    namespace: str
    policy_id: str


@dataclass(frozen=True, slots=True)
class SweepKey:
    """A sweep, which may or may not be there."""

    namespace: str
    sweep_id: str


@dataclass(frozen=True, slots=True)
class DefaultConversationOf:
    """The default conversation of an agent: which one that is, the store finds out."""

    namespace: str
    agent_id: str


ConversationRef = ConversationKey | DefaultConversationOf
"""A conversation as callers name it. The first unit of work resolves it, and its state holds the key from then on."""
