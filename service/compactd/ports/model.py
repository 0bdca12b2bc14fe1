"""The models that summarize."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compactd.domain.compactions import Usage
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.domain.model_settings import ModelSettings


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a summarizer model is asked. `tools` only with the agent's own context (their use is forbidden).

    `timeout` is in seconds from now, None without a deadline. `most_tokens` is about how many tokens of the model's own
    it takes at most, with the longest answer.
    """

    handle: ModelHandle
    settings: ModelSettings | None
    messages: Sequence[ChatMessage]
    max_output_tokens: int | None
    tools: Sequence[dict[str, Any]] = ()
    self_context: bool = False
    timeout: float | None = None
    most_tokens: int = 0


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """`text` as the model gave it, None if it gave something else. `finish` is one of stop, length, refusal,
    tool_calls, other: from the provider's own stop reason."""

    text: str | None
    finish: str
    usage: Usage


class PromptTooLong(Exception):
    """The provider says that the prompt does not fit its window. `window` is the size it names, if it does; `usage` is
    what it took to learn that."""

    usage: Usage = Usage()

    def __init__(self, window: int | None = None) -> None:
        super().__init__(window)
        self.window = window


class Model(Protocol):
    """Asks the models of every provider."""

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """The answer to one request. Raises PromptTooLong, a ProviderFailure, or CancelledError when cancelled (the
        connection is closed)."""
