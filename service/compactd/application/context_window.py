"""The model of a conversation, and how large its context may be."""

from dataclasses import dataclass

from compactd.domain.agents import Agent
from compactd.domain.effective_settings import ModelPair, effective_pair
from compactd.domain.handles import ModelHandle
from compactd.ports.contexts import ConversationState
from compactd.ports.model_catalog import ModelWindows

DEFAULT_WINDOW = 128_000
"""Tokens, as an estimate, where neither a limit is set nor the model's window is known."""


@dataclass(frozen=True, slots=True)
class Window:
    """A context window in tokens; `estimate` if nobody said how large it is."""

    tokens: int
    estimate: bool


def effective_model(state: ConversationState) -> ModelPair:
    """The conversation's model and settings over the agent's."""
    agent, conversation = state.agent, state.conversation
    pair = effective_pair(ModelPair(), agent.model, agent.model_settings)
    return effective_pair(pair, conversation.model, conversation.model_settings)


def context_window(state: ConversationState, catalog: ModelWindows) -> Window:
    """The conversation's limit, else the agent's, else the model's own."""
    limit = state.conversation.context_window_limit or state.agent.context_window_limit
    return _window(limit, effective_model(state).handle, catalog)


def agent_window(agent: Agent, catalog: ModelWindows) -> Window:
    """The window for an agent's conversations that set nothing of their own."""
    return _window(agent.context_window_limit, ModelHandle.parse(agent.model) if agent.model else None, catalog)


def model_window(handle: ModelHandle, catalog: ModelWindows) -> Window:
    """A model's own window."""
    known = catalog.window(handle)
    return Window(known, estimate=False) if known else Window(DEFAULT_WINDOW, estimate=True)


def _window(limit: int | None, handle: ModelHandle | None, catalog: ModelWindows) -> Window:
    if limit is not None:
        return Window(limit, estimate=False)
    return model_window(handle, catalog) if handle else Window(DEFAULT_WINDOW, estimate=True)
