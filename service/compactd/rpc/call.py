"""One call of the contract, as interceptors and servicers see it, whichever door it came through."""

from collections.abc import Mapping
from dataclasses import field

from compactd.domain.message_rules import NO_FAULTS, Faults
from compactd.domain.operations import JobToken
from compactd.domain.peer import PeerSource, unknown_peer
from compactd.domain.principal import ANONYMOUS, Principal
from compactd.domain.value_class import value
from compactd.ports.observer import Door
from compactd.ports.trace import TraceContext

Metadata = Mapping[str, str | bytes]
"""gRPC's metadata, or HTTP's headers; names in lower case."""

_REPEATS = ("grpc-previous-rpc-attempts", "x-stainless-retry-count")
"""Where clients count the repeats that they make by themselves: gRPC's, and those of Letta's API."""

UNKNOWN_METHOD = "unknown"


@value
class Call:
    """`method` is named as gRPC does it, /package.Service/Method. `deadline` is a time of the monotonic clock, None
    where the caller set none.

    The door makes a call of what it knows; authentication fills in the `principal`.
    """

    method: str
    metadata: Metadata
    deadline: float | None = None
    call_id: str = ""
    principal: Principal = ANONYMOUS
    is_known: bool = True
    """Whether the contract has the method. If not, its caller may have written anything."""
    comes_back: bool = False
    """Whether its client repeats it by itself when the connection ends before the answer: clients of REST that set no
    deadline have a time-out of their own."""
    unread: Faults = field(default_factory=lambda: NO_FAULTS)
    """What is wrong with messages of the request that the door could not read. In their place there are messages
    without a role, which nothing takes; who checks the others says all of it at once."""
    peer: PeerSource = unknown_peer
    """Gives what is at the other end of its connection, to whoever asks: `call.peer()`."""
    trace: TraceContext | None = None
    """Where it is in a distributed trace, if it is in one."""
    door: Door = "grpc"
    job: JobToken | None = None
    """The job that it is, if it is one."""

    def by(self, principal: Principal) -> "Call":
        """The call with who makes it. Spelled out, since `dataclasses.replace` takes five times as long."""
        return Call(
            self.method,
            self.metadata,
            self.deadline,
            self.call_id,
            principal,
            self.is_known,
            self.comes_back,
            self.unread,
            self.peer,
            self.trace,
            self.door,
            self.job,
        )

    @property
    def is_repeat(self) -> bool:
        """Whether its client says that it has made the same call before, and seen no answer."""
        return any(_is_positive(self.metadata.get(name)) for name in _REPEATS)

    @property
    def told_method(self) -> str:
        """The method as logs and observers are told it: of few values, none of them a caller's."""
        return self.method if self.is_known else UNKNOWN_METHOD


def _is_positive(count: str | bytes | None) -> bool:
    return isinstance(count, str) and count.isdecimal() and int(count[:9]) > 0
