"""How many calls the server takes, how long they may take, and what becomes of them when it stops."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from compactd.domain.limits import MAX_REQUEST_BYTES


class CallSettings(BaseSettings):
    """A section of Config."""

    max_call_seconds: Annotated[
        float,
        Field(gt=0, le=86_400, description="The longest time for a compaction, whatever deadline its caller sets."),
    ] = 600.0
    linger_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=600,
            description="How long a compaction goes on after its last caller has left, if that was a call over REST "
            "without a deadline, whose client repeats it by itself. 0: it ends at once.",
        ),
    ] = 15.0
    max_calls_in_hand: Annotated[
        int,
        Field(
            ge=1,
            description="The most calls at once, over gRPC and REST; further ones get RESOURCE_EXHAUSTED. Also the "
            "most compactions that run at once, including those whose callers have left.",
        ),
    ] = 4096
    max_bytes_in_hand: Annotated[
        int,
        Field(
            ge=MAX_REQUEST_BYTES,
            description="The most bytes of requests at once, over gRPC and REST; further requests get "
            "RESOURCE_EXHAUSTED. They may take several times as much memory.",
        ),
    ] = 8 * MAX_REQUEST_BYTES
    drain_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="How long the server continues as before after SIGTERM, with health NOT_SERVING, so that "
            "meshes, load balancers and clients that watch health turn elsewhere before calls are "
            "refused. SIGINT (Ctrl-C) and a second signal skip it.",
        ),
    ] = 5.0
    drain_grace_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            description="How long calls and jobs may go on after that, while new calls are refused. Then calls end "
            "with UNAVAILABLE and jobs are given back. The process ends up to four seconds later: all "
            "together must be less than the time after which the platform kills (Kubernetes: 30). A "
            "second signal ends it at once.",
        ),
    ] = 20.0
