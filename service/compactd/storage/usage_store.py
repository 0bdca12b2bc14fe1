"""What models have taken, and what namespaces and providers allow."""

from collections.abc import Mapping, Sequence

from compactd.domain.allowance import Grant, Report
from compactd.domain.provider_limits import ProviderLimits
from compactd.domain.token_ratios import Observation, TokenRatio
from compactd.ports.provider_limits import CredentialKey
from compactd.ports.quotas import Reservation, SpendLimit, Stored
from compactd.ports.token_ratios import RatioKey
from compactd.storage import provider_limits, quotas, token_ratios
from compactd.storage.store_base import StoreBase, changing_nothing


class SqlUsageStore(StoreBase):
    """Errors as of `SqlStore`."""

    async def token_ratios(self, namespace: str) -> dict[RatioKey, TokenRatio]:
        return await self._database.read_once(token_ratios.read_token_ratios, namespace)

    async def add_observations(
        self, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
    ) -> dict[RatioKey, TokenRatio]:
        return await self._database.write_unsynced(token_ratios.add_observations, namespace, seen)

    async def reserve_spend(self, limit: SpendLimit, usd: float, seconds: float) -> Reservation:
        with changing_nothing():
            return await self._database.write_unsynced(quotas.reserve_spend, limit, usd, seconds)

    async def settle_spend(self, reservation: Reservation, usd: float) -> None:
        await self._database.write_unsynced(quotas.settle_spend, reservation, usd)

    async def stored(self, namespace: str) -> Stored:
        return await self._database.read_once(quotas.read_stored, namespace)

    async def credential_secret(self) -> bytes:
        with changing_nothing():
            return await self._database.write_unsynced(provider_limits.credential_secret)

    async def take_permits(self, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        with changing_nothing():
            return await self._database.write_unsynced(provider_limits.take_permits, key, limits, report)
