"""Who calls."""

from dataclasses import dataclass, replace

import pytest
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from compactd.domain.principal import ANONYMOUS, LOCAL_PRINCIPAL, Principal
from compactd.ports.access import BadCredential, Caller
from compactd.rpc.interceptors.authentication import Authentication
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer

ADA = Principal("team-a", frozenset(), "ada")
BOB = Principal("team-b", frozenset(), "bob")


@dataclass(frozen=True, slots=True)
class Known:
    """Knows a caller by a header; who gives another name in it is refused."""

    header: str
    principal_: Principal

    async def principal(self, caller: Caller) -> Principal | None:
        given = caller.metadata.get(self.header)
        if given is None:
            return None
        if given != self.principal_.name:
            raise BadCredential("wrong name")
        return self.principal_


BOTH = Authentication([Known("x-ada", ADA), Known("x-bob", BOB)])


async def test_without_verifiers_every_caller_is_the_local_one() -> None:
    servicer = Servicer()
    assert CALL.principal is ANONYMOUS
    assert await Authentication()(CALL, b"", servicer) is RESPONSE
    assert servicer.call.principal is LOCAL_PRINCIPAL


@pytest.mark.parametrize(
    ("metadata", "principal"),
    [({"x-ada": "ada"}, ADA), ({"x-bob": "bob"}, BOB), ({"x-ada": "ada", "x-bob": "bob"}, ADA), ({}, ANONYMOUS)],
)
async def test_a_caller_is_who_the_first_one_says_that_knows_it(metadata: dict[str, str], principal: Principal) -> None:
    servicer = Servicer()
    assert await BOTH(replace(CALL, metadata=metadata), b"", servicer) is RESPONSE
    assert servicer.call.principal == principal
    assert get_contextvars() == {"identity": principal.name}


async def test_a_wrong_credential_is_made_good_by_no_other_one() -> None:
    servicer = Servicer()
    call = replace(CALL, metadata={"x-ada": "canary", "x-bob": "bob"})
    with capture_logs() as logged:
        await BOTH(call, b"", servicer)
    assert servicer.call.principal is ANONYMOUS
    assert logged == [{"event": "credential refused", "why": "wrong name", "log_level": "info"}]
