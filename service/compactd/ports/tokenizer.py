"""What counts tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage


@dataclass(frozen=True, slots=True)
class TokenizerName:
    """`name` is the encoding counts are stored under; `estimate` if the model's own tokenizer is not public."""

    name: str
    estimate: bool


class Tokenizer(Protocol):
    """Counts tokens, off the event loop. Raises nothing for any text."""

    def for_model(self, handle: ModelHandle | None) -> TokenizerName:
        """The tokenizer of a model, or the nearest; o200k_base as an estimate without one."""

    async def count_texts(self, texts: Sequence[str], tokenizer: str) -> list[int]: ...

    async def count_messages(self, messages: Sequence[ChatMessage], tokenizer: str) -> list[int]:
        """Tokens of each message as a view shows it: role, name, text, tool calls, images by a constant; empty content
        counts as `[empty]`."""

    async def count_tools(self, tool_schemas: Sequence[dict[str, Any]], tokenizer: str) -> int: ...
