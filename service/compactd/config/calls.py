"""How many calls the server takes, how long they may take, and what becomes of them when it stops."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from compactd.domain.limits import MAX_REQUEST_BYTES


class CallSettings(BaseSettings):
    """A section of Config."""

    max_call_seconds: Annotated[
        float,
        Field(
            gt=0, le=86_400, description="The longest that a compaction may take, whatever deadline its caller sets."
        ),
    ] = 600.0
    linger_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=600,
            description="How long a compaction goes on when the last call that waited for it has gone: one over REST "
            "without a deadline, whose client repeats it by itself. 0: it ends at once.",
        ),
    ] = 15.0
    max_calls_in_hand: Annotated[
        int,
        Field(
            ge=1,
            description="The most calls that are in hand, over gRPC and REST; others get RESOURCE_EXHAUSTED. Also the "
            "most compactions that run at once, those included that go on after their callers have gone.",
        ),
    ] = 4096
    max_bytes_in_hand: Annotated[
        int,
        Field(
            ge=MAX_REQUEST_BYTES,
            description="The most bytes of requests that are in hand, over gRPC and REST; others get "
            "RESOURCE_EXHAUSTED. They may take several times as much memory.",
        ),
    ] = 8 * MAX_REQUEST_BYTES
    drain_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="How long the server goes on as before after SIGTERM, while its health is NOT_SERVING: time "
            "for meshes, load balancers and clients that watch health to go elsewhere before calls are turned away. "
            "SIGINT (Ctrl-C) and a second signal do not wait.",
        ),
    ] = 5.0
    drain_grace_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="How long calls and jobs in hand may go on after that, before calls are broken off with "
            "UNAVAILABLE and jobs given back; new calls are turned away meanwhile. Up to four seconds later the "
            "process has ended: all together less than what the platform waits before it kills (Kubernetes: 30). A "
            "second signal ends the grace at once.",
        ),
    ] = 20.0
