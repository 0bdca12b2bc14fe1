"""What is known of a model: window, limits, prices, abilities."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars per token; `cached` for input read from the provider's cache. Above `dear_above` input tokens a
    call costs `dear` instead."""

    input: float
    output: float
    cached: float
    dear_above: int | None = None
    dear: "Prices | None" = None

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int) -> float:
        """What one call costs; `input_tokens` include the cached ones."""
        if self.dear is not None and self.dear_above is not None and input_tokens > self.dear_above:
            return self.dear.cost(input_tokens, output_tokens, cached_tokens)
        fresh = input_tokens - cached_tokens
        return fresh * self.input + cached_tokens * self.cached + output_tokens * self.output


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model. Counts are tokens. `efforts` holds the levels of reasoning effort that the table speaks of.

    `samples` is False for models that take no sampling parameters; `speaks_responses` is True for models that OpenAI
    has on its responses API only. `sees` is whether it takes images, None where the table says nothing of them.
    """

    window: int | None
    max_output: int | None
    prices: Prices | None
    reasons: bool
    efforts: Mapping[str, bool]
    default_effort: str | None
    takes_effort: bool
    takes_schema: bool
    samples: bool
    thinks_by_budget: bool
    speaks_responses: bool
    sees: bool | None
