"""The limits of providers: what the operator allows now, and what all processes together have left of it."""

from typing import Protocol

from compactd.domain.allowance import Grant, Report
from compactd.domain.provider_limits import ProviderLimits
from compactd.domain.value_class import value


@value
class CredentialKey:
    """`credential` tells the credential of a provider from its others, in every process alike, and says nothing of
    it."""

    provider: str
    credential: bytes


class ProviderRules(Protocol):
    """What is asked at every use and not kept: the operator may change it while the server runs."""

    def of(self, provider: str) -> ProviderLimits | None:
        """None where nothing is limited, and nothing counted."""


class ProviderLimitStore(Protocol):
    """Shared by all replicas, by the database's clock. It holds nothing of callers."""

    async def credential_secret(self) -> bytes:
        """What credentials are hashed with: the same for every process of this database, and for no other one."""

    async def take_permits(self, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        """What the process of the report is granted. Those of one credential wait for each other. A power cut may undo
        it. StoreUnavailable: nothing was granted, or nobody knows of it."""
