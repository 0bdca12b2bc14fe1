"""What who calls may do."""

from dataclasses import replace

import pytest

from compactd.domain.errors import PermissionDenied, Unauthenticated
from compactd.domain.principal import LOCAL_PRINCIPAL, Principal, Scope
from compactd.rpc.contract import METHODS
from compactd.rpc.interceptors.authorization import Authorization
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer

AUTHORIZATION = Authorization(METHODS)


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_a_method_is_for_those_who_have_its_scope(method: str) -> None:
    scope = METHODS[method].scope
    call = replace(CALL, method=method)
    assert await AUTHORIZATION(call.by(Principal("a", frozenset({scope}))), b"", Servicer()) is RESPONSE
    servicer = Servicer()
    with pytest.raises(PermissionDenied) as raised:
        await AUTHORIZATION(call.by(Principal("a", frozenset(Scope) - {scope})), b"", servicer)
    assert raised.value.metadata == {"scope": scope.value}
    assert servicer.seen == []


@pytest.mark.parametrize("method", [*sorted(METHODS), "/compaction.v1.AgentService/Forget"])
async def test_nobody_may_do_anything(method: str) -> None:
    servicer = Servicer()
    with pytest.raises(Unauthenticated):
        await AUTHORIZATION(replace(CALL, method=method), b"", servicer)
    assert servicer.seen == []


async def test_who_is_known_learns_that_a_method_is_not_there() -> None:
    call = replace(CALL, method="/compaction.v1.AgentService/Forget", principal=LOCAL_PRINCIPAL)
    assert await AUTHORIZATION(call, b"", Servicer()) is RESPONSE
