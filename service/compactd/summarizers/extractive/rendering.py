"""The summary as text: sections with a heading where there is content, one line per sentence, values by their label."""

from enum import StrEnum


class Section(StrEnum):
    """In the order in which they are shown."""

    GOALS = "Goals"
    EVENTS = "What happened"
    DETAILS = "Important details"
    ERRORS = "Errors and fixes"
    DECISIONS = "Decisions and constraints"


class Page:
    """A summary under construction that never grows beyond `limit` code points."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._lines: dict[Section, list[tuple[int, str]]] = {}
        self._values: dict[str, list[str]] = {}

    @property
    def room(self) -> int:
        return self.limit - self.size

    def add_line(self, section: Section, order: int, text: str) -> bool:
        """Adds a line to be shown in `order` within its section; False if there is no room for it."""
        cost = len(text) + 3 + self._heading(section)
        if cost > self.room:
            return False
        self.size += cost
        self._lines.setdefault(section, []).append((order, text))
        return True

    def add_value(self, label: str, value: str) -> bool:
        """Adds a value to the ledger; False if there is no room for it."""
        cost = len(value) + 2 + (0 if label in self._values else len(label) + 3 + self._heading(Section.DETAILS))
        if cost > self.room:
            return False
        self.size += cost
        self._values.setdefault(label, []).append(value)
        return True

    def _heading(self, section: Section) -> int:
        shown = section in self._lines or (section is Section.DETAILS and self._values)
        return 0 if shown else len(section) + 5

    def text(self) -> str:
        """The sections that have content, an empty line between them."""
        blocks = []
        for section in Section:
            lines = [f"- {text}" for _, text in sorted(self._lines.get(section, ()))]
            if section is Section.DETAILS:
                lines += [f"- {label}: {', '.join(values)}" for label, values in self._values.items()]
            if lines:
                blocks.append("\n".join((f"## {section}", *lines)))
        return "\n".join(blocks)
