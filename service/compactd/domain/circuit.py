"""A circuit: whether a provider that failed several calls in a row is left alone for a while. Pure; times are seconds
of the caller's clock.

```text
closed ── calls that fail in a row ──▶ open ── after its time ──▶ one probe ── an answer ──▶ closed
                                        ▲                            │
                                        └──────── it fails ──────────┘
```
"""

from dataclasses import replace

from compactd.domain.value_class import value

PROBE_SECONDS = 1.0
"""What calls are told to wait while a probe is under way, whose end nobody knows."""


@value
class CircuitRules:
    """`failures` calls in a row open a circuit, for `seconds`."""

    failures: int
    seconds: float


@value
class Circuit:
    """`failures` are those since the last answer; `open_until` is None while it is closed."""

    failures: int = 0
    open_until: float | None = None
    probing: bool = False

    @property
    def is_open(self) -> bool:
        return self.open_until is not None

    def wait(self, now: float) -> float:
        """Seconds until a call may be made: 0 for now, as a probe if the circuit is open."""
        if self.open_until is None:
            return 0.0
        left = max(0.0, self.open_until - now)
        return left or (PROBE_SECONDS if self.probing else 0.0)

    def probed(self) -> "Circuit":
        """With a probe under way, as long as which no other call is made."""
        return replace(self, probing=True)

    def failed(self, now: float, rules: CircuitRules, *, probe: bool) -> "Circuit":
        """After a failed call. One that began before the circuit opened tells nothing new of it."""
        if self.open_until is None:
            opens = self.failures + 1 >= rules.failures
            return Circuit(self.failures + 1, now + rules.seconds if opens else None)
        return Circuit(self.failures + 1, now + rules.seconds) if probe else self

    def abandoned(self, *, probe: bool) -> "Circuit":
        """After a call that ended without a word of the provider: another one may be the probe."""
        return replace(self, probing=False) if probe else self


CLOSED = Circuit()
"""As after any answer."""
