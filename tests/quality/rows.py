"""Rows of the table: what one way to summarize kept over many conversations, and at what size."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev


@dataclass(frozen=True, slots=True)
class Row:
    """Shares of what was looked for, one per conversation, and the mean size as a share of the characters.

    `stale` of the `corrected` values stood there in the old form alone; `over` summaries were longer than allowed.
    """

    measure: str
    way: str
    shares: tuple[float, ...]
    size: float
    stale: int = 0
    corrected: int = 0
    over: int = 0

    @property
    def mean(self) -> float:
        return mean(self.shares)

    @property
    def spread(self) -> float:
        """Standard deviation over the conversations."""
        return stdev(self.shares) if len(self.shares) > 1 else 0.0

    @property
    def old_alone(self) -> float:
        """Share of the corrected values."""
        return self.stale / self.corrected if self.corrected else 0.0


HEADINGS = ("measure", "way", "kept", "± sd", "worst", "size", "old alone", "over", "n")


def cells(row: Row) -> tuple[str, ...]:
    return (
        row.measure,
        row.way,
        f"{row.mean:.2f}",
        f"{row.spread:.2f}",
        f"{min(row.shares):.2f}",
        f"{row.size:.1%}",
        f"{row.old_alone:.1%}" if row.corrected else "–",
        str(row.over),
        str(len(row.shares)),
    )


def markdown(rows: Sequence[Row]) -> str:
    """A table whose columns stand below each other in a terminal, too."""
    lines = [HEADINGS, *(cells(row) for row in rows)]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(HEADINGS))]
    aligned = [
        " | ".join(
            text.ljust(width) if column < 2 else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
    rule = " | ".join("-" * width if column < 2 else "-" * (width - 1) + ":" for column, width in enumerate(widths))
    return "\n".join(f"| {line} |" for line in [aligned[0], rule, *aligned[1:]])
