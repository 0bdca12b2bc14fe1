"""The ModelCatalog port: what is known about models without asking them."""

from collections.abc import Sequence

from compactd.domain.compactions import Usage
from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import ModelSettings
from compactd.strategies.call_naming import AS_STORED, CallNaming
from compactd.summarizers.model_facts import ModelFacts
from compactd.summarizers.model_table import ModelTable
from compactd.summarizers.providers.naming import call_naming
from compactd.summarizers.providers.table import PROVIDERS
from compactd.summarizers.unsupported_settings import unsupported_settings, unused_settings


class LitellmCatalog:
    """Look-ups in the table of providers and in litellm's table of models."""

    def __init__(self, table: ModelTable) -> None:
        self._table = table

    def is_known_provider(self, handle: ModelHandle) -> bool:
        return handle.is_known

    def light_default(self, provider: str) -> ModelHandle | None:
        row = PROVIDERS.get(provider)
        return ModelHandle(provider, row.light_default) if row is not None and row.light_default else None

    def facts(self, handle: ModelHandle) -> ModelFacts | None:
        return self._table[handle]

    def window(self, handle: ModelHandle) -> int | None:
        facts = self._table[handle]
        return facts.window if facts is not None else None

    def max_output(self, handle: ModelHandle) -> int | None:
        facts = self._table[handle]
        return facts.max_output if facts is not None else None

    def sends_output_limit(self, handle: ModelHandle) -> bool:
        row = PROVIDERS.get(handle.provider)
        return row is not None and row.sends_output_limit

    def cost(self, handle: ModelHandle, input_tokens: int, output_tokens: int) -> float | None:
        return self.priced(handle, input_tokens, output_tokens, 0).cost_usd

    def strict_turns(self, handle: ModelHandle) -> bool:
        row = PROVIDERS.get(handle.provider)
        return row is not None and row.strict_turns

    def call_naming(self, handle: ModelHandle) -> CallNaming:
        row = PROVIDERS.get(handle.provider)
        return AS_STORED if row is None else call_naming(row, handle.name)

    def unsupported_settings(
        self, handle: ModelHandle, settings: ModelSettings, *, self_context: bool
    ) -> Sequence[tuple[str, str]]:
        return unsupported_settings(handle, settings, self._table[handle], self_context=self_context)

    def unused_settings(self, settings: ModelSettings) -> Sequence[str]:
        return unused_settings(settings)

    def priced(self, handle: ModelHandle, input_tokens: int, output_tokens: int, cached_tokens: int) -> Usage:
        """The usage of one call with its cost, None where the price is unknown or the call is not paid by the token."""
        facts = self._table[handle]
        prices = facts.prices if facts is not None and PROVIDERS[handle.provider].priced else None
        cost = prices.cost(input_tokens, output_tokens, cached_tokens) if prices is not None else None
        return Usage(input_tokens, output_tokens, cached_tokens, calls=1, cost_usd=cost)
