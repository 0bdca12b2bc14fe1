"""Who calls and what they may do, for the chain that all calls go through, and for doors that read on only then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compactd.domain.errors import Unauthenticated
from compactd.ports.access import BadCredential, Verifier
from compactd.rpc.call import Call
from compactd.rpc.contract import Method
from compactd.rpc.interceptors.authentication import Authentication
from compactd.rpc.interceptors.authorization import Authorization


@dataclass(frozen=True, slots=True)
class Callers:
    """The two interceptors, and what they would say."""

    authentication: Authentication
    authorization: Authorization

    async def admitted(self, call: Call) -> Call:
        """The call with who makes it, if they may. Unauthenticated, PermissionDenied: nobody is told, and the call
        still has to go through the chain."""
        try:
            call = await self.authentication.identified(call)
        except BadCredential:
            raise Unauthenticated from None
        self.authorization.check(call)
        return call


def callers_of(methods: Mapping[str, Method], verifiers: Sequence[Verifier] = ()) -> Callers:
    return Callers(Authentication(verifiers), Authorization(methods))
