"""How long gRPC's connections live, and how it is noticed that one is dead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionRules:
    """All in seconds. gRPC ignores an option that it does not know, in silence: tests look at what it does."""

    max_age: float = 0
    """How old a connection gets, 10 % more or less; 0: as old as its client wants. Its client is told then, and makes
    another one for its next call: nothing fails of that."""
    age_grace: float = 0
    """What calls that run at that age, watches of health among them, are left; they are broken off with UNAVAILABLE."""
    ping_after: float = 60
    """Of silence: then the other end has to say whether it is there, also while it calls nothing."""
    ping_timeout: float = 20
    """After which it counts as gone, and what it has called is cancelled."""
    least_ping_interval: float = 5
    """Of a client's own pings, also of one that calls nothing. One that pings more often is sent away after some of
    them (`too_many_pings`). Clients are told to ask every 10 s; what they send may be held up and arrive together."""

    def options(self) -> list[tuple[str, int]]:
        """As gRPC has them."""
        ages = [("grpc.max_connection_age_ms", self.max_age), ("grpc.max_connection_age_grace_ms", self.age_grace)]
        pings = [
            ("grpc.keepalive_time_ms", self.ping_after),
            # The kernel's, for what was sent (TCP_USER_TIMEOUT); pings go by the one below it.
            ("grpc.keepalive_timeout_ms", self.ping_timeout),
            ("grpc.http2.ping_timeout_ms", self.ping_timeout),
            ("grpc.http2.min_ping_interval_without_data_ms", self.least_ping_interval),
        ]
        seconds = [*(ages if self.max_age else []), *pings]
        return [
            *((name, round(1000 * value)) for name, value in seconds),
            ("grpc.keepalive_permit_without_calls", 1),
            # Of pings that follow each other without anything else: as many as there is time for.
            ("grpc.http2.max_pings_without_data", 0),
        ]
