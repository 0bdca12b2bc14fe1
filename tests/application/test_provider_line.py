"""What a process says to be in hand is in hand, whenever those who wait go."""

import asyncio

import pytest

from compactd.application.provider_line import ProviderLine
from compactd.domain.allowance import Ask, Grant, Report
from compactd.domain.errors import StoreUnavailable
from compactd.domain.handles import ModelHandle
from compactd.domain.provider_limits import ProviderLimits
from compactd.ports.provider_limits import CredentialKey

LIMITS = ProviderLimits(calls_at_once=1)


class Rules:
    def of(self, provider: str) -> ProviderLimits | None:
        return LIMITS


class AwayWhileTheCallerGoes:
    """A database that is away, and a caller who goes in the moment in which that is found."""

    def __init__(self) -> None:
        self.caller: asyncio.Task[object] | None = None

    async def credential_secret(self) -> bytes:
        return b"secret"

    async def take_permits(self, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        assert self.caller is not None
        asyncio.get_running_loop().call_soon(self.caller.cancel)
        raise StoreUnavailable


async def test_who_goes_as_its_request_fails_has_had_nothing_in_hand() -> None:
    async def key() -> CredentialKey:
        return CredentialKey("openai", b"hash")

    store = AwayWhileTheCallerGoes()
    line = ProviderLine("openai", key, store, Rules())
    model = ModelHandle("openai", "gpt-4o-mini")
    store.caller = asyncio.create_task(line.permit(model, Ask(10, background=False), "team-a", None))
    with pytest.raises(asyncio.CancelledError):
        await store.caller
    assert line.told["in_hand"] == 0
    await line.close()
