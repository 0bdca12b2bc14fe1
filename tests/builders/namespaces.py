"""Callers of several namespaces: each says by a header which one is its own, as no server would believe."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from compactd.domain.principal import LOCAL_PRINCIPAL, Principal
from compactd.rpc.call import Call
from compactd.rpc.interceptors.authentication import Authentication
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response

NAMESPACE_HEADER = "x-test-namespace"


def _authenticate(_: Authentication, call: Call, request: Request, proceed: Proceed) -> Response:
    return proceed(_named(call), request)


async def _identified(_: Authentication, call: Call) -> Call:
    return _named(call)


def _named(call: Call) -> Call:
    name = call.metadata.get(NAMESPACE_HEADER, LOCAL_PRINCIPAL.namespace)
    return call.by(Principal(str(name), LOCAL_PRINCIPAL.scopes))


@contextmanager
def namespaces_by_header() -> Iterator[None]:
    """For the servers that are made inside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Authentication, "__call__", _authenticate)
        patch.setattr(Authentication, "identified", _identified)
        yield
