"""One call of the contract, as interceptors and servicers see it, whichever door it came through."""

from collections.abc import Mapping
from dataclasses import dataclass

from compactd.domain.principal import ANONYMOUS, Principal

Metadata = Mapping[str, str | bytes]
"""gRPC's metadata, or HTTP's headers; names in lower case."""

UNKNOWN_METHOD = "unknown"


@dataclass(frozen=True, slots=True)
class Call:
    """`method` is named as gRPC does it, /package.Service/Method. `deadline` is a time of the monotonic clock, None
    where the caller set none.

    The door makes a call of what it knows; the interceptors of the same names fill in `call_id` and `principal`.
    """

    method: str
    metadata: Metadata
    deadline: float | None = None
    call_id: str = ""
    principal: Principal = ANONYMOUS
    is_known: bool = True
    """Whether the contract has the method. If not, its caller may have written anything."""

    @property
    def told_method(self) -> str:
        """The method as logs and observers are told it: of few values, none of them a caller's."""
        return self.method if self.is_known else UNKNOWN_METHOD
