"""Callers of several namespaces: each says by a header which one is its own, as no server would believe."""

from collections.abc import Iterator

import pytest

from compactd.domain.principal import LOCAL_PRINCIPAL, Principal
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response

NAMESPACE_HEADER = "x-test-namespace"


def _authenticate(call: Call, request: Request, proceed: Proceed) -> Response:
    name = call.metadata.get(NAMESPACE_HEADER, LOCAL_PRINCIPAL.namespace)
    return proceed(call.by(Principal(str(name), LOCAL_PRINCIPAL.scopes)), request)


@pytest.fixture
def callers_say_their_namespace() -> Iterator[None]:
    """For servers that are made in the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("compactd.rpc.interceptors.chain.authenticate", _authenticate)
        yield
