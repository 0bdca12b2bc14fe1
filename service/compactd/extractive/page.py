"""The summary as text: sections with a heading where there is content, one line per sentence, values by their label."""

from bisect import bisect, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from compactd.extractive.fixed_words import BULLET
from compactd.extractive.value_line import Label, ValueLine


class Section(StrEnum):
    """The sections of a summary, in the order in which they are shown; a language has headings for them."""

    INSTRUCTIONS = "Standing instructions"
    GOALS = "Goals"
    DECISIONS = "Decisions"
    EVENTS = "Events"
    ERRORS = "Errors"
    DETAILS = "Details"
    OPEN = "Open request"


HEADING = "## "
AND = "; "
"""What stands between calls of one tool on one line."""


class Line(NamedTuple):
    """What a line says, behind an opening that lines which follow each other share: then they are one."""

    order: float
    opening: str
    text: str


class Page:
    """A summary under construction of at most `limit` code points, of which `held_back` stay free for now."""

    def __init__(self, limit: int, headings: Mapping[Section, str]) -> None:
        self.limit = limit
        self.headings = headings
        self.size = 0
        self.held_back = 0
        self._lines: dict[Section, list[Line]] = {}
        self._openings: dict[tuple[Section, str], float] = {}
        self._values: dict[Label, ValueLine] = {}
        self._labels: dict[str, Label] = {}

    @property
    def room(self) -> int:
        """Code points that a line or a value may still take, the line end included that the last line is without."""
        return self.limit - self.size - self.held_back + 1

    def room_in(self, section: Section) -> int:
        """Code points of a line that a section has room for; below 1 if for none."""
        return self.room - self._cost_of_heading(section) - len(BULLET) - 1

    def add_line(
        self, section: Section, order: float, text: str, instead_of: Iterable[str] = (), opening: str = ""
    ) -> bool:
        """Adds a line to be shown in `order` within its section, and takes the listed values it is there `instead_of`
        away; False, and nothing done, if there is no room for it. With an `opening` it goes on the line beside it that
        has the same."""
        listed = [value for value in instead_of if value in self._labels]
        line = Line(order, opening, text)
        cost = self._cost_of_heading(section) + self._cost_of_line(section, line)
        if cost > self.room + self.freed_by(listed):
            return False
        self.size += cost
        insort(self._lines.setdefault(section, []), line)
        self._openings[section, opening] = max(order, self._openings.get((section, opening), order))
        for value in listed:
            self._take_away(value)
        return True

    def last_with(self, section: Section, opening: str) -> float | None:
        """The order of the last line of a section that has an opening; None if there is none."""
        return self._openings.get((section, opening))

    def values_under(self, label: Label) -> int:
        """How many values the ledger holds under a label."""
        values = self._values.get(label)
        return 0 if values is None else len(values)

    def lists(self, value: str) -> bool:
        """Whether the ledger holds a value."""
        return value in self._labels

    def lists_under(self, label: Label, value: str) -> bool:
        """Whether it holds a value under this label."""
        return self._labels.get(value) == label

    def cost_of_value(self, label: Label, value: str) -> int:
        """Code points that a value takes under a label, with the label if it is not there yet."""
        values = self._values.get(label)
        return (ValueLine(label) if values is None else values).cost_of(value)

    def freed_by(self, values: Iterable[str]) -> int:
        """Code points, at least, that taking the values away gives back, as far as they are listed."""
        labels = self._labels
        if labels.keys().isdisjoint(values):
            return 0
        return sum(self._values[labels[value]].freed_by(value) for value in values if value in labels)

    def add_value(self, label: Label, value: str, instead_of: Collection[str] = ()) -> bool:
        """Adds a value to the ledger, and takes the listed ones it is there `instead_of` away; False, and nothing done,
        if there is no room for it."""
        cost = self.cost_of_value(label, value)
        if not self._values:
            cost += self._cost_of_heading(Section.DETAILS)
        if cost > self.room + self.freed_by(instead_of):
            return False
        self.size += cost
        self._values.setdefault(label, ValueLine(label)).add(value)
        self._labels[value] = label
        for listed in instead_of:
            self._take_away(listed)
        return True

    def text(self) -> str:
        """The sections that have content."""
        blocks: list[str] = []
        for section in Section:
            lines = list(_joined(self._lines.get(section, ())))
            if section is Section.DETAILS:
                lines += [values.text for values in self._values.values()]
            if lines:
                blocks += [f"{HEADING}{self.headings[section]}", *lines]
        return "\n".join(blocks)

    def _take_away(self, value: str) -> None:
        label = self._labels.pop(value)
        values = self._values[label]
        self.size -= values.remove(value)
        if not values:
            del self._values[label]
            self.size -= self._cost_of_heading(Section.DETAILS)

    def _cost_of_line(self, section: Section, line: Line) -> int:
        """With its line end; and with what it costs to begin a line anew behind it, where it stands between two that
        were one."""
        lines = self._lines.get(section, [])
        at = bisect(lines, line)
        before, after = lines[at - 1].opening if at else "", lines[at].opening if at < len(lines) else ""
        if line.opening and line.opening in (before, after):
            return len(AND) + len(line.text)
        anew = len(BULLET) + len(before) + 1 - len(AND) if before and before == after else 0
        return len(BULLET) + len(line.opening) + len(line.text) + 1 + anew

    def _cost_of_heading(self, section: Section) -> int:
        shown = section in self._lines or (section is Section.DETAILS and self._values)
        return 0 if shown else len(HEADING) + len(self.headings[section]) + 1


def _joined(lines: Iterable[Line]) -> Iterator[str]:
    """The lines as they are shown."""
    for opening, alike in groupby(lines, key=attrgetter("opening")):
        texts = [line.text for line in alike]
        yield from [f"{BULLET}{opening}{AND.join(texts)}"] if opening else [f"{BULLET}{text}" for text in texts]
