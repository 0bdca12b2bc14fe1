"""Whether the server wants calls: what gRPC's health says, in words, for those who do not ask over gRPC."""

STARTING = "The server is starting."
DRAINING = "The server stops."


class Readiness:
    """Not ready until told otherwise, and never again once it is left."""

    def __init__(self) -> None:
        self._why = STARTING
        self._is_left = False

    @property
    def why(self) -> str:
        """The sentence that says why no calls are wanted, empty while they are. It names nothing but the cause: what a
        database says of itself is for the log."""
        return DRAINING if self._is_left else self._why

    def report(self, why: str) -> None:
        self._why = why

    def leave(self) -> None:
        self._is_left = True
