"""Where observed token ratios are kept, for all replicas and beyond restarts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from compactd.domain.token_ratios import Observation, TokenRatio
from compactd.domain.value_class import value

SHARED = ""
"""Instead of a namespace, for what models have answered to the service itself: what is told to it by the callers of one
namespace is kept there."""

MOST_RATIOS = 1_000
"""How many of a namespace are kept: names of models come from callers. Those that were observed longest ago go."""


@value
class RatioKey:
    """Which counts a ratio is of: those by `tokenizer`, for a model (its handle as text). A namespace's, or SHARED."""

    namespace: str
    model: str
    tokenizer: str


class TokenRatioStore(Protocol):
    """The ratios of every namespace."""

    async def token_ratios(self, namespace: str) -> dict[RatioKey, TokenRatio]:
        """Those of the namespace and the shared ones."""

    async def add_observations(
        self, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
    ) -> dict[RatioKey, TokenRatio]:
        """The ratios of these keys, all of `namespace`, once what was seen has been added to each; a power cut may undo
        that. Replicas that add at the same time wait for each other."""
