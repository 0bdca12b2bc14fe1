"""Who calls."""

from collections.abc import Sequence

import structlog
from google.protobuf.message import Message
from structlog.contextvars import bind_contextvars

from compactd.domain.principal import ANONYMOUS, LOCAL_PRINCIPAL
from compactd.ports.access import BadCredential, Verifier
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response


class Authentication:
    """Gives a call its principal: the only one that does, here or for its door. It turns nobody away, so that telemetry
    behind it sees those who will be: a caller whom none of `verifiers` knows goes on as nobody.

    Without verifiers every caller is the local one.
    """

    def __init__(self, verifiers: Sequence[Verifier] = ()) -> None:
        self._verifiers = tuple(verifiers)

    def __call__(self, call: Call, request: Request, proceed: Proceed) -> Response:
        if not self._verifiers:
            return proceed(call.by(LOCAL_PRINCIPAL), request)
        if call.principal is not ANONYMOUS:
            # Its door has asked, before it took in the request.
            bind_contextvars(identity=call.principal.name)
            return proceed(call, request)
        return self._ask(call, request, proceed)

    async def identified(self, call: Call) -> Call:
        """The call with its principal, for a door that has to know before it reads on. BadCredential."""
        if not self._verifiers:
            return call.by(LOCAL_PRINCIPAL)
        for verifier in self._verifiers:
            principal = await verifier.principal(call)
            if principal is not None:
                return call.by(principal)
        return call

    async def _ask(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        try:
            call = await self.identified(call)
        except BadCredential as error:
            structlog.get_logger().info("credential refused", why=error.kind)
        else:
            # On every line that is logged on its behalf.
            bind_contextvars(identity=call.principal.name)
        return await proceed(call, request)
