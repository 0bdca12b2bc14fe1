"""Choosing what a summary holds: what is worth most for its length first, nothing twice."""

from collections import Counter
from collections.abc import Mapping

from compactd.domain.messages import Role
from compactd.extractive.corrections import corrected, holds_stale, stale_in
from compactd.extractive.cue import Cue
from compactd.extractive.facts import Facts, Sentence, Value
from compactd.extractive.identifiers import Kind
from compactd.extractive.intent import completed, goal_of, last_instructions
from compactd.extractive.outcomes import ARROW, DONE, FAILED, OTHERS
from compactd.extractive.page import Page, Section
from compactd.extractive.sentence_traits import is_announcement, is_table_row, names_cause, standing_alone
from compactd.extractive.weights import standing, worth
from compactd.strategies.clip import clip

_ALIKE = 0.7
"""Share of a sentence's terms that another sentence must have for it to say the same."""

_SENTENCE_WORTH = 1.0
_VALUE_WORTH = 0.9
"""Below these a sentence and a value are left out even where there is room."""

_OUTCOMES, _FIRST_OUTCOMES = 0.01, 225
"""Share of the limit, and code points beside it, that lines about what tool calls changed may take."""

_OTHERS = 160
"""Code points of the line that only counts the calls for which there is no room."""

_LAST = 0.15
"""Share of the limit that what users said last may take."""

_COMMANDS = 0.07
"""Share of the limit that commands out of tool calls may take: they are long, and most are run once."""

_COMPARED = 32 * 1024
"""Code points of a page, from its end, that a value may not stand in already to be listed; a larger page is rare."""

_SMALLEST_PAGE = 80
"""Below so many code points there are no sections, only the values that fit."""

# Keys under which programs say when they did something, and those under which they count where they are.
_STAMPS = frozenset(("ts", "timestamp", "created", "created_at", "updated", "updated_at", "modified", "last_modified"))
_COUNTERS = frozenset(
    ("start", "end", "offset", "page", "per_page", "line", "lines", "start_line", "end_line", "column")
)
_EDITS = frozenset(("replace_from", "replace_to", "old_str", "new_str", "old_string", "new_string", "search"))
_CODE = frozenset("=(){};%")
_STALE = 3.0
_CORRECTS, _CAUSE = 3.0, 7.0
_SAYS_NOTHING = 3.0
_NEVER = 8.0
_OPENING = 2.5
_RECENT = 0.3
_RULES = int(Cue.CORRECTION | Cue.DECISION | Cue.CONSTRAINT | Cue.WITHDRAWAL)
_ERROR, _GOAL, _REQUEST = int(Cue.ERROR), int(Cue.GOAL), int(Cue.REQUEST)


class Draft:
    """A summary under construction, and what it holds already."""

    def __init__(
        self, facts: Facts, weights: Mapping[str, float], replaced: Mapping[str, str], earlier: str, limit: int
    ) -> None:
        self._page = Page(limit)
        self._facts = facts
        self._weights = weights
        self._replaced = replaced
        self._in_force = frozenset(replaced.values())
        self._earlier = earlier
        self._covered: set[str] = set()
        self._taken: list[frozenset[str]] = []
        self._opening = next((sentence.message for sentence in facts.sentences if sentence.role is Role.USER), -1)
        self._cost = [float((len(sentence.text) + 30) ** 0.7) for sentence in facts.sentences]
        self._standing = {index: self._stand(sentence) for index, sentence in enumerate(facts.sentences)}

    @property
    def size(self) -> int:
        """Code points so far."""
        return self._page.size

    def add_goal(self) -> None:
        """The first thing that a user asks for."""
        places = goal_of(self._facts.sentences)
        if places and not self._add(places, Section.GOALS):
            self._add(places[:1], Section.GOALS)

    def add_last_instructions(self) -> None:
        """What users decided, asked for or took back last: it voids or follows every decision before it."""
        most = self._page.size + int(self._page.limit * _LAST)
        for index in reversed(last_instructions(self._facts.sentences)):
            size = self._page.size + len(self._facts.sentences[index].text)
            if index in self._standing and (size <= most or self._page.size == 0):
                self._add([index], Section.DECISIONS)

    def add_outcomes(self) -> None:
        """What tool calls changed, those with a new identifier first, what failed last, else the latest first."""
        most = self._page.size + int(self._page.limit * _OUTCOMES) + _FIRST_OUTCOMES
        told: set[str] = set()
        others: Counter[str] = Counter()
        ranked = sorted((_urgency(self._facts.sentences[at].text), -at) for at in self._facts.outcomes)
        for index in (-negative for _, negative in ranked):
            text = self._facts.sentences[index].text
            if text not in told:
                fits = self._page.size + len(text) <= most
                if not fits or not self._take([index], Section.EVENTS, text):
                    others[text.partition("(")[0].removeprefix(DONE)] += 1
                told.add(text)
            self._standing.pop(index, None)
        if others:
            names = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in sorted(others.items()))
            self._page.add_line(Section.EVENTS, self._facts.outcomes[-1], f"{OTHERS}{clip(names, _OTHERS)}")

    def add_sentences(self, size: int) -> None:
        """Sentences in the order of worth per length, until the page has `size` code points."""
        for _, index in sorted((-self._density(index), index) for index in self._standing):
            if self._page.size >= size:
                break
            sentence = self._facts.sentences[index]
            # Another one may have taken it along.
            fits = index in self._standing and self._page.size + len(sentence.text) <= size
            if fits and self._worth(index) >= _SENTENCE_WORTH:
                self._add(completed(self._facts.sentences, [index]), sentence.section or _section_of(sentence))

    def add_values(self) -> None:
        """Values that no sentence holds, the weightiest for their length first."""
        ranked = sorted(
            (-weight / (len(text) + 6) ** 0.6, text)
            for text, weight in self._weights.items()
            if weight >= _VALUE_WORTH and text not in self._covered
        )
        # A file's bare name says nothing where its path is listed.
        last_steps = {text.rpartition("/")[2] for text in self._weights if "/" in text}
        shown = self._page.text().casefold()
        room_for_commands = int(self._page.limit * _COMMANDS)
        for _, text in ranked:
            value = self._facts.values[text]
            nameless = not value.label and value.kind in (Kind.NUMBER, Kind.SYMBOL)
            unsaid = not value.users and not value.assistants
            nameless = nameless or (unsaid and (_is_bookkeeping(value) or _is_code(value)))
            plain = text.casefold()
            # The tag of a version says no more than the version.
            seen = (plain.removeprefix("v") if value.kind is Kind.VERSION else plain) in shown or text in last_steps
            if nameless or seen or text[-1] in ":：" or holds_stale(text, self._replaced):
                continue
            if value.kind is Kind.COMMAND:
                room_for_commands -= len(text)
                if room_for_commands < 0:
                    continue
            if self._page.add_value(value.label or value.kind, text):
                self._covered.add(text)
                shown = f"{shown}\n{text.casefold()}"[-_COMPARED:]

    def text(self) -> str:
        """The summary. Never empty if there is a word to hold and room for a line."""
        if self._page.limit < _SMALLEST_PAGE:
            return self._fragment()
        return self._page.text() or self._anything()

    def _stand(self, sentence: Sentence) -> float:
        """A statement that was corrected since has nothing to say but what the correction says."""
        stood = standing(sentence)
        if self._replaced and stale_in(sentence, self._replaced):
            stood -= _STALE
        elif sentence.role is Role.USER and any(found.value in self._in_force for found in sentence.identifiers):
            stood += _CORRECTS
        named = bool(sentence.identifiers or sentence.names)
        if sentence.role is Role.ASSISTANT and names_cause(sentence.text) and _is_traced(sentence):
            stood += _CAUSE
        if is_table_row(sentence.text) or (not named and is_announcement(sentence.text)):
            stood -= _NEVER
        elif not named and len(sentence.terms) < 3:
            stood -= _SAYS_NOTHING
        elif sentence.message == self._opening:
            stood += _OPENING
        return stood + _RECENT * sentence.message / max(1, self._facts.length)

    def _worth(self, index: int) -> float:
        return worth(self._facts.sentences[index], self._standing[index], self._weights, self._covered)

    def _density(self, index: int) -> float:
        return self._worth(index) / self._cost[index]

    def _add(self, places: list[int], section: Section) -> bool:
        """Adds sentences that belong together as one line; False if there is no room, or nothing new in the first."""
        first = self._facts.sentences[places[0]]
        if self._is_repeated(first):
            self._standing.pop(places[0], None)
            return False
        # What was taken before does not follow a second time.
        places = places if all(place in self._standing for place in places) else places[:1]
        text = " ".join(corrected(self._facts.sentences[place], self._replaced) for place in places)
        return self._take(places, section, standing_alone(text))

    def _take(self, places: list[int], section: Section, text: str) -> bool:
        added = bool(text) and self._page.add_line(section, places[0], text)
        if added:
            for place in places:
                sentence = self._facts.sentences[place]
                self._standing.pop(place, None)
                self._taken.append(sentence.terms)
                self._covered.update(found.value for found in sentence.identifiers)
                self._covered.update(sentence.names)
        return added

    def _is_repeated(self, sentence: Sentence) -> bool:
        """Whether the page, or a part before it, says so already."""
        if self._earlier and len(sentence.text) > 20 and sentence.text in self._earlier:
            return True
        if any(found.value not in self._covered for found in sentence.identifiers):
            return False
        terms = sentence.terms
        return bool(terms) and any(len(terms & other) >= _ALIKE * len(terms) for other in self._taken)

    def _fragment(self) -> str:
        """What fits without sections: values, else the beginning of something said."""
        taken: list[str] = []
        size = 0
        for _, text in sorted((-weight, text) for text, weight in self._weights.items()):
            if size + len(text) <= self._page.limit:
                taken.append(text)
                size += len(text) + 2
        if taken:
            return ", ".join(taken)
        spoken = [sentence for sentence in self._facts.sentences if sentence.role is not Role.TOOL]
        return clip(corrected(spoken[0], self._replaced), self._page.limit) if spoken else ""

    def _anything(self) -> str:
        """A line where nothing is worth one: what was said, else that tools were called, else that they answered."""
        room = self._page.limit - len(Section.EVENTS) - 8
        said = [sentence for sentence in self._facts.sentences if sentence.role is not Role.TOOL]
        lines = [corrected(sentence, self._replaced) for sentence in said]
        called = ", ".join(self._facts.tools)
        line = next((line for line in lines if any(map(str.isalnum, line))), f"Called: {called}" if called else "")
        if not line and self._facts.results:
            line = f"Tool results without anything to keep: {self._facts.results}"
        if line:
            self._page.add_line(Section.EVENTS, 0, clip(line, room).rstrip(" :："))
        return self._page.text()


def _is_bookkeeping(value: Value) -> bool:
    """Whether a labelled value says nothing to whoever goes on; a date under `start` does."""
    return value.label in _STAMPS or (value.label in _COUNTERS and value.value.isdigit())


def _urgency(outcome: str) -> int:
    if outcome.startswith(FAILED):
        return 2
    # An address is long, and the ledger has it.
    return 0 if ARROW in outcome and "://" not in outcome else 1


def _is_traced(sentence: Sentence) -> bool:
    """Whether a sentence names a commit or an error: with a reason beside it, it tells why things went wrong."""
    return any(found.kind is Kind.HASH or found.kind is Kind.ERROR for found in sentence.identifiers)


def _is_code(value: Value) -> bool:
    """Whether a labelled value is a fragment of a program, as editing tools are given it."""
    return value.kind is Kind.SYMBOL and (value.label in _EDITS or not _CODE.isdisjoint(value.value))


def _section_of(sentence: Sentence) -> Section:
    if sentence.role is Role.TOOL:
        return Section.ERRORS
    if sentence.cues & _RULES:
        return Section.DECISIONS
    if sentence.cues & _ERROR:
        return Section.ERRORS
    return Section.EVENTS if sentence.role is Role.ASSISTANT else Section.DETAILS
