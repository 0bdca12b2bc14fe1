"""A store of observed token ratios in memory."""

from collections.abc import Mapping, Sequence

from compactd.domain.token_ratios import Observation, TokenRatio, after_all
from compactd.ports.token_ratios import SHARED, RatioKey


class StoredRatios:
    """The TokenRatioStore."""

    def __init__(self) -> None:
        self.ratios: dict[RatioKey, TokenRatio] = {}

    async def token_ratios(self, namespace: str) -> dict[RatioKey, TokenRatio]:
        return {key: ratio for key, ratio in self.ratios.items() if key.namespace in (namespace, SHARED)}

    async def add_observations(
        self, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
    ) -> dict[RatioKey, TokenRatio]:
        added = {key: after_all(self.ratios.get(key), observations) for key, observations in seen.items()}
        found = {key: ratio for key, ratio in added.items() if ratio is not None}
        self.ratios |= found
        return found
