"""How soon a worker that has died is started again, and when that is given up."""

from dataclasses import dataclass

PAUSES: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each further start of a worker that dies again and again."""

SETTLED_SECONDS = 60.0
"""A worker that has lived so long had no trouble in starting: its death is a first one."""


@dataclass(frozen=True, slots=True)
class Deaths:
    """How often a worker has died in a row, each time soon after it was started."""

    in_a_row: int = 0

    def another(self, lived_seconds: float) -> "Deaths":
        """With one more, of a worker that has lived so long."""
        return Deaths(1 if lived_seconds >= SETTLED_SECONDS else self.in_a_row + 1)

    @property
    def pause(self) -> float | None:
        """Seconds until it is started again; None if it is not, since it has died too often."""
        return PAUSES[self.in_a_row - 1] if self.in_a_row <= len(PAUSES) else None
