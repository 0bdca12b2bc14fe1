"""The circuits of the models that are called, each with the credential that it is called with."""

import time
from collections.abc import Callable
from enum import Enum, auto

from compactd.domain.circuit import CLOSED, Circuit, CircuitRules
from compactd.domain.handles import ModelHandle
from compactd.domain.model_failures import ProviderLeftAlone, ProviderUnavailable
from compactd.domain.value_class import value
from compactd.ports.observer import CircuitChange

MOST_CIRCUITS = 1_000
"""Names of models come from callers: of more circuits than these the one that was changed longest ago is forgotten."""


@value
class CircuitKey:
    """`credential` tells credentials apart and says nothing of them."""

    handle: ModelHandle
    credential: bytes


@value
class Passage:
    """A call that was let through; as a `probe` it is the only one."""

    key: CircuitKey
    probe: bool


class Outcome(Enum):
    """What a call says of its provider: it answered, if only to say no; it is in trouble; nothing."""

    ANSWERED = auto()
    FAILED = auto()
    UNKNOWN = auto()


Watcher = Callable[[CircuitChange], None]


class Circuits:
    """One for a server, on its event loop. Every call that has entered has to leave.

    `credential_of` gives what tells the credential of a model's provider from others. Times are `clock`'s, in seconds.
    """

    def __init__(
        self,
        rules: CircuitRules,
        credential_of: Callable[[ModelHandle], bytes],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rules = rules
        self._credential_of = credential_of
        self._clock = clock
        # Those that are not as good as new.
        self._circuits: dict[CircuitKey, Circuit] = {}
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Has `watcher` told of each circuit that opens or closes."""
        self._watchers.append(watcher)

    def left_alone(self) -> list[tuple[ModelHandle, float]]:
        """The models whose circuits are open, a line for each credential, with the seconds until the next one may try
        it: 0 while one does, or where nobody has come."""
        now = self._clock()
        return [(key.handle, circuit.wait(now)) for key, circuit in self._circuits.items() if circuit.is_open]

    def enter(self, handle: ModelHandle) -> Passage:
        """Lets a call through. Raises ProviderLeftAlone, with the seconds to wait, while the circuit is open."""
        self.require(handle)
        key = CircuitKey(handle, self._credential_of(handle))
        circuit = self._circuits.get(key, CLOSED)
        if circuit.is_open:
            self._circuits[key] = circuit.probed()
        return Passage(key, circuit.is_open)

    def require(self, handle: ModelHandle) -> None:
        """Raises what `enter` would raise now, and lets nobody through."""
        circuit = self._circuits.get(CircuitKey(handle, self._credential_of(handle)), CLOSED)
        if wait := circuit.wait(self._clock()):
            raise ProviderLeftAlone(model=str(handle), retry_after_seconds=wait)

    def say_when(self, handle: ModelHandle, failure: Exception) -> None:
        """Has a ProviderUnavailable say when the model is tried next, if its circuit is open by now: it fails whatever
        it is asked, and to come back then costs none of a job's attempts."""
        circuit = self._circuits.get(CircuitKey(handle, self._credential_of(handle)), CLOSED)
        if circuit.is_open and isinstance(failure, ProviderUnavailable):
            failure.retry_after = max(failure.retry_after or 0.0, circuit.wait(self._clock()))

    def check(self, passage: Passage) -> None:
        """Raises ProviderLeftAlone if the circuit has opened since the call entered: it makes no further request."""
        circuit = self._circuits.get(passage.key, CLOSED)
        if circuit.is_open and not passage.probe:
            wait = circuit.wait(self._clock()) or self._rules.seconds
            raise ProviderLeftAlone(model=str(passage.key.handle), retry_after_seconds=wait)

    def leave(self, passage: Passage, outcome: Outcome) -> None:
        """Keeps what the call has shown."""
        before = self._circuits.get(passage.key, CLOSED)
        after = before.abandoned(probe=passage.probe)
        if outcome is Outcome.ANSWERED:
            after = CLOSED
        elif outcome is Outcome.FAILED:
            after = before.failed(self._clock(), self._rules, probe=passage.probe)
        if after != before:
            self._keep(passage.key, before, after)

    def _keep(self, key: CircuitKey, before: Circuit, after: Circuit) -> None:
        self._circuits.pop(key, None)
        if after != CLOSED:
            if len(self._circuits) == MOST_CIRCUITS:
                oldest = next(iter(self._circuits))
                self._tell(oldest, self._circuits.pop(oldest), CLOSED)
            self._circuits[key] = after
        self._tell(key, before, after)

    def _tell(self, key: CircuitKey, before: Circuit, after: Circuit) -> None:
        if before.is_open == after.is_open:
            return
        # A credential that is no longer in use would stay open for ever: nobody tries it.
        now = self._clock()
        alone = any(other.handle == key.handle and circuit.wait(now) for other, circuit in self._circuits.items())
        seconds = self._rules.seconds if after.is_open else 0.0
        for watcher in self._watchers:
            watcher(CircuitChange(key.handle, after.is_open, after.failures, seconds, is_called=not alone))
