"""Look-ups of facts about models."""

from collections.abc import Sequence
from typing import Protocol

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.strategies.call_naming import CallNaming


class ModelWindows(Protocol):
    """How large contexts of models may be."""

    def window(self, handle: ModelHandle, /) -> int | None:
        """The model's window in input tokens; None if it is not known."""


class ModelCatalog(Protocol):
    """What is known about models without asking them: one table, pure look-ups."""

    def is_known_provider(self, handle: ModelHandle) -> bool: ...

    def light_default(self, provider: str) -> ModelHandle | None: ...

    def window(self, handle: ModelHandle) -> int | None:
        """The model's window in input tokens; None if it is not known."""

    def max_output(self, handle: ModelHandle) -> int | None: ...

    def sends_output_limit(self, handle: ModelHandle) -> bool:
        """Whether the provider takes an output limit: chatgpt_oauth does not."""

    def cost(self, handle: ModelHandle, input_tokens: int, output_tokens: int) -> float | None:
        """US dollars for one request; None where the price is not known, or the model is not paid by the token."""

    def strict_turns(self, handle: ModelHandle) -> bool:
        """Whether what the provider is sent opens with a user and alternates."""

    def call_naming(self, handle: ModelHandle) -> CallNaming:
        """How calls are named in what the model is sent; of a provider that is not known, as they are stored."""

    def unsupported_settings(
        self, handle: ModelHandle, settings: ModelSettings, *, self_context: bool
    ) -> Sequence[tuple[str, str]]:
        """(path below model_settings, sentence) for every given field that this provider or model cannot take."""

    def unused_settings(self, settings: ModelSettings) -> Sequence[str]:
        """Paths below model_settings, the member's name first, of given fields that are never sent to that provider."""
