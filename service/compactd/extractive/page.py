"""The summary as text: sections with a heading where there is content, one line per sentence, values by their label."""

from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    """The sections of a summary, in the order in which they are shown; a language has headings for them."""

    INSTRUCTIONS = "Standing instructions"
    GOALS = "Goals"
    DECISIONS = "Decisions and constraints"
    EVENTS = "What happened"
    ERRORS = "Errors and fixes"
    DETAILS = "Important details"
    OPEN = "Open request"


HEADING = "## "
BULLET = "- "
VALUE_SEPARATOR = len(", ")
"""Code points that a value takes besides its own."""


class Page:
    """A summary under construction that never grows beyond `limit` code points."""

    def __init__(self, limit: int, headings: Mapping[Section, str]) -> None:
        self.limit = limit
        self.headings = headings
        self.size = 0
        self._lines: dict[Section, list[tuple[int, str]]] = {}
        self._values: dict[str, list[str]] = {}

    @property
    def room(self) -> int:
        """Code points that a line or a value may still take, the line end included that the last line is without."""
        return self.limit - self.size + 1

    def room_in(self, section: Section) -> int:
        """Code points of a line that a section has room for; below 1 if for none."""
        return self.room - self._cost_of_heading(section) - len(BULLET) - 1

    def add_line(self, section: Section, order: int, text: str) -> bool:
        """Adds a line to be shown in `order` within its section; False if there is no room for it."""
        added = self._take(self._cost_of_heading(section) + len(BULLET) + len(text) + 1)
        if added:
            self._lines.setdefault(section, []).append((order, text))
        return added

    def values_under(self, label: str) -> int:
        """How many values the ledger holds under a label."""
        return len(self._values.get(label, ()))

    def add_value(self, label: str, value: str) -> bool:
        """Adds a value to the ledger; False if there is no room for it."""
        values = self._values.get(label)
        cost = len(value) + VALUE_SEPARATOR
        if values is None:
            cost += self._cost_of_heading(Section.DETAILS) + len(BULLET) + len(label) + 1
        added = self._take(cost)
        if added:
            self._values.setdefault(label, []).append(value)
        return added

    def text(self) -> str:
        """The sections that have content."""
        blocks: list[str] = []
        for section in Section:
            lines = [f"{BULLET}{text}" for _, text in sorted(self._lines.get(section, ()))]
            if section is Section.DETAILS:
                lines += [f"{BULLET}{label}: {', '.join(values)}" for label, values in self._values.items()]
            if lines:
                blocks += [f"{HEADING}{self.headings[section]}", *lines]
        return "\n".join(blocks)

    def _take(self, cost: int) -> bool:
        if cost > self.room:
            return False
        self.size += cost
        return True

    def _cost_of_heading(self, section: Section) -> int:
        shown = section in self._lines or (section is Section.DETAILS and self._values)
        return 0 if shown else len(HEADING) + len(self.headings[section]) + 1
