"""What who calls may do."""

from collections.abc import Mapping

from compactd.domain.errors import PermissionDenied, Unauthenticated
from compactd.domain.principal import ANONYMOUS
from compactd.rpc.call import Call
from compactd.rpc.contract import Method
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response


class Authorization:
    """Turns away nobody's calls, and those that their principal has not the scope for, before a byte of the request is
    read. Behind telemetry, which is told of them, and before admission, which has nothing to count."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._scopes = {path: method.scope for path, method in methods.items()}

    def __call__(self, call: Call, request: Request, proceed: Proceed) -> Response:
        self.check(call)
        return proceed(call, request)

    def check(self, call: Call) -> None:
        """Unauthenticated, PermissionDenied."""
        if call.principal is ANONYMOUS:
            raise Unauthenticated
        scope = self._scopes.get(call.method)
        # A method that nobody has is told to be missing to whoever is known.
        if scope is not None and scope not in call.principal.scopes:
            raise PermissionDenied(scope=scope)
