"""Who calls. There are no identities yet: every caller is the local one."""

from dataclasses import replace

from google.protobuf.message import Message

from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request


async def authenticate(call: Call, request: Request, proceed: Proceed) -> Message | None:
    """Gives the call its principal: the only place that does."""
    return await proceed(replace(call, principal=LOCAL_PRINCIPAL), request)
