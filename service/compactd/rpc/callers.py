"""Who calls and what they may do, for the chain that all calls go through, and for doors that read on only then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compactd.domain.errors import CompactdError, Unauthenticated
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

    @property
    def are_asked(self) -> bool:
        """Whether callers are asked who they are: without identities everybody may do everything."""
        return self.authentication.is_on

    async def refusal(self, call: Call) -> CompactdError | None:
        """What the call would be turned away with. Nobody is told: the call still has to go through the chain."""
        try:
            self.authorization.check(await self.authentication.identified(call))
        except BadCredential:
            return Unauthenticated()
        except CompactdError as error:
            return error
        return None


def callers_of(methods: Mapping[str, Method], verifiers: Sequence[Verifier] = ()) -> Callers:
    return Callers(Authentication(verifiers), Authorization(methods))
