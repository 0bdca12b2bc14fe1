"""The line of a process: what it says to be in hand is in hand, and jobs that wait hold up no others."""

import asyncio

import pytest

from compactd.application import provider_line
from compactd.application.provider_line import Permit, ProviderLine
from compactd.domain.allowance import Ask, Grant, Report
from compactd.domain.errors import StoreUnavailable
from compactd.domain.handles import ModelHandle
from compactd.domain.model_failures import JobPutOff
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


async def key() -> CredentialKey:
    return CredentialKey("openai", b"hash")


async def test_who_goes_as_its_request_fails_has_had_nothing_in_hand() -> None:
    store = AwayWhileTheCallerGoes()
    line = ProviderLine("openai", key, store, Rules())
    model = ModelHandle("openai", "gpt-4o-mini")
    store.caller = asyncio.create_task(line.permit(model, Ask(10, background=False), "team-a", None))
    with pytest.raises(asyncio.CancelledError):
        await store.caller
    assert line.told["in_hand"] == 0
    await line.close()


class Full:
    """A database that says of every request that its turn comes in half a minute."""

    async def credential_secret(self) -> bytes:
        return b"secret"

    async def take_permits(self, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        return Grant([30.0] * len(report.asks), 0, 0.01)


async def test_jobs_that_wait_make_room_but_for_the_first_and_for_what_could_not_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_line, "JOB_PATIENCE", 0.1)
    line = ProviderLine("openai", key, Full(), Rules())
    model = ModelHandle("openai", "gpt-4o-mini")

    def wait(*, background: bool, may_be_put_off: bool) -> "asyncio.Task[Permit]":
        ask = Ask(10, background=background)
        return asyncio.create_task(line.permit(model, ask, "team-a", None, lambda: may_be_put_off))

    first, second = [wait(background=True, may_be_put_off=True) for _ in range(2)]
    midway = wait(background=True, may_be_put_off=False)
    caller = wait(background=False, may_be_put_off=True)
    with pytest.raises(JobPutOff) as raised:
        await asyncio.wait_for(second, 25)
    assert raised.value.retry_after == 30
    await asyncio.sleep(0.2)
    assert not any(task.done() for task in (first, midway, caller))
    monkeypatch.setattr(provider_line, "FIRST_JOB_PATIENCE", 0.1)
    with pytest.raises(JobPutOff):
        await asyncio.wait_for(first, 25)
    assert not midway.done()
    for task in (midway, caller):
        task.cancel()
    await asyncio.gather(midway, caller, return_exceptions=True)
    await line.close()
