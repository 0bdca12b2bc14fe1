"""Who calls. There are no identities yet: every caller is the local one."""

from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response


def authenticate(call: Call, request: Request, proceed: Proceed) -> Response:
    """Gives the call its principal: the only place that does."""
    return proceed(call.by(LOCAL_PRINCIPAL), request)
