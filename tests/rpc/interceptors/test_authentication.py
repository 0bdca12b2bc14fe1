"""Who calls."""

from compactd.domain.principal import ANONYMOUS, LOCAL_PRINCIPAL
from compactd.rpc.interceptors.authentication import authenticate
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def test_every_caller_is_the_local_one() -> None:
    servicer = Servicer()
    assert CALL.principal is ANONYMOUS
    assert await authenticate(CALL, b"", servicer) is RESPONSE
    assert servicer.call.principal is LOCAL_PRINCIPAL
