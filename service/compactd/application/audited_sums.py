"""Sums over the messages of a conversation, known at the few positions that somebody will ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from compactd.domain.messages import Role
from compactd.ports.audit import AuditedMessage


@dataclass(frozen=True, slots=True)
class Sums:
    """Of messages that are neither summaries nor the system message: how many, how many calls, results in time and late
    ones, and by tokenizer how many messages and tokens it counted."""

    count: int = 0
    calls: int = 0
    results: int = 0
    late_results: int = 0
    counted: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def tokens(self, tokenizer: str) -> int | None:
        """What they take; None if another tokenizer counted some of them."""
        count, tokens = self.counted.get(tokenizer, (0, 0))
        return tokens if count == self.count else None


class SumsAt:
    """Adds up messages in the order of their positions, and keeps the sums before each of the `boundaries`."""

    def __init__(self, boundaries: Iterable[int]) -> None:
        self._ahead = sorted({1, *boundaries}, reverse=True)
        self._before: dict[int, Sums] = {}
        self._count = self._calls = self._results = self._late = 0
        self._counted: dict[str, tuple[int, int]] = {}

    def add(self, message: AuditedMessage) -> None:
        self._pass(message.position)
        self._count += 1
        self._calls += message.call_count
        if message.role == Role.TOOL.value:
            self._late += message.late
            self._results += not message.late
        count, tokens = self._counted.get(message.tokenizer, (0, 0))
        self._counted[message.tokenizer] = count + 1, tokens + message.token_count

    def end(self) -> None:
        """No message follows."""
        self._pass(self._ahead[0] if self._ahead else 0)

    def between(self, first: int, last: int) -> Sums:
        """The sums of the messages at these positions, inclusive; `first` and the one behind `last` are boundaries.
        Between positions in the wrong order is nothing."""
        if first > last:
            return Sums()
        until, before = self._before[last + 1], self._before[first]
        return Sums(
            until.count - before.count,
            until.calls - before.calls,
            until.results - before.results,
            until.late_results - before.late_results,
            {name: _difference(of, before.counted.get(name, (0, 0))) for name, of in until.counted.items()},
        )

    def _pass(self, position: int) -> None:
        while self._ahead and self._ahead[-1] <= position:
            self._before[self._ahead.pop()] = Sums(
                self._count, self._calls, self._results, self._late, dict(self._counted)
            )


def _difference(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] - other[0], one[1] - other[1]
