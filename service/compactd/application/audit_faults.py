"""What an audit finds, told so that it stays short however much is wrong."""

from collections.abc import Sequence


class Faults:
    """Faults by kind: the first of each is told, and the others are counted."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def note(self, sentence: str, **values: object) -> None:
        """A fault of the kind of `sentence`, whose placeholders are `values`: ids, positions, counts, no contents."""
        self._told.setdefault(sentence, sentence.format_map(values))
        self._counts[sentence] = self._counts.get(sentence, 0) + 1

    def sentences(self) -> Sequence[str]:
        """One for each kind, in the order in which they were found."""
        return [told + _and_more(self._counts[kind] - 1) for kind, told in self._told.items()]


def _and_more(count: int) -> str:
    return f" And {count} more of this kind." if count else ""
