"""How much of a client is waited for, and how many clients: whoever does not go on makes room for others.

A connection costs a file and some memory, a call that has not arrived what has come of it. Both would be held for good
by a client that stops in the middle.
"""

import resource
from dataclasses import dataclass

ADMIN_CONNECTIONS = 32
"""Those of the admin port: probes, scrapes, and somebody who looks."""

RESERVED_FILES = 64 + ADMIN_CONNECTIONS
"""What the process opens besides callers' connections: the database, models, logs, sockets that listen, and what comes
to the admin port."""

WISHED_FILES = 65_536
"""Platforms let a process open a thousand files, unless it asks for more: systemd, Docker and macOS allow it."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """`connections` are those of each door. The times are in seconds; a body has `body_seconds` and one second for each
    `BODY_BYTES_A_SECOND` that have come."""

    connections: int = 4096
    handshake_seconds: float = 10.0
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    message_seconds: float = 60.0
    idle_seconds: float = 600.0
    max_age_seconds: float = 0.0
    """Of connections over REST; gRPC's are in ConnectionRules."""

    def within(self, open_files: int) -> "ConnectionLimits":
        """With no more connections than a process has room for that may open so many files: else a flood at one door
        would leave none for the other, and none for the database."""
        room = max((open_files - RESERVED_FILES) // 2, 1)
        return ConnectionLimits(
            min(self.connections, room),
            self.handshake_seconds,
            self.head_seconds,
            self.body_seconds,
            self.message_seconds,
            self.idle_seconds,
            self.max_age_seconds,
        )


USUAL_LIMITS = ConnectionLimits()
"""Where the operator has set none."""

ADMIN_LIMITS = ConnectionLimits(connections=ADMIN_CONNECTIONS)
"""Of the admin port, whose place is kept whatever comes to the doors."""

BODY_BYTES_A_SECOND = 64 * 1024
"""Half a megabit a second: 16 MiB then take four minutes."""


def most_open_files() -> int:
    """How many files this process may open, once it has asked for WISHED_FILES."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = WISHED_FILES if hard == resource.RLIM_INFINITY else min(hard, WISHED_FILES)
    if soft == resource.RLIM_INFINITY or soft >= allowed:
        return WISHED_FILES if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
