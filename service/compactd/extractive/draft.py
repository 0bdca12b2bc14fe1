"""Choosing what a summary holds: what is worth most for its length first, nothing twice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from compactd.domain.messages import Role
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.importance.clauses import shortened
from compactd.extractive.importance.corrections import corrected, holds_stale, stale_in
from compactd.extractive.importance.facts import BEFORE, Facts, Sentence, Value
from compactd.extractive.importance.instructions import FIRM, STANDING, instructions_of, strength_of
from compactd.extractive.importance.intent import completed, goals_of, last_instructions
from compactd.extractive.importance.open_request import closed_since, open_request
from compactd.extractive.importance.outcomes import ARROW, DONE, FAILED, OPEN, OTHERS
from compactd.extractive.importance.plain_names import is_plain, plain_words
from compactd.extractive.importance.repetition import ALIKE, Earlier, Taken
from compactd.extractive.importance.void_values import values_only_in
from compactd.extractive.importance.weights import standing, worth
from compactd.extractive.languages import Language
from compactd.extractive.languages.choice import language_of
from compactd.extractive.languages.wording import Wording
from compactd.extractive.ledger.listed_values import is_nameless, is_shown
from compactd.extractive.page import VALUE_SEPARATOR, Page, Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_traits import Trait, standing_alone
from compactd.strategies.clip import clip
from compactd.strategies.steps import Steps

_SENTENCE_WORTH = 1.0
_VALUE_WORTH = 0.9
"""Below these a sentence and a value are left out as long as something else has room."""

_REST_WORTH = -3.0
"""Below it a sentence is left out in any case: it only announces something, or is a row of a table."""

_OUTCOMES, _FIRST_OUTCOMES = 0.01, 225
"""Share of the limit, and code points beside it, that lines about what tool calls changed may take."""

_OTHERS = 160
"""Code points of the line that only counts the calls for which there is no room."""

_FIRM, _STANDING, _FIRST_STANDING = 0.55, 0.03, 80
"""Share of the limit that firm standing instructions may take; share, and code points beside it, that all of them may
take."""

_OPEN = 0.25
"""Share of the limit that the open request may take; a single sentence may in any case."""

_CLOSED = 120
"""Code points of what is said to be open no longer: it stands in the part before."""

_WANTED = 0.4
"""Share of the limit beyond which the goal is left out where there is an open request."""

_LAST = 0.15
"""Share of the limit that what users said last may take."""

_COMMANDS = 0.07
"""Share of the limit that commands out of tool calls may take: they are long, and most are run once."""

_CROWDED = 0.15
"""How much more the next value under a label has to be worth: the number of those that are listed, to this power.
`python -m tests.quality.first_values` prints what is kept by others."""

_COMPARED = 32 * 1024
"""Code points of a page, from its end, that a value may not stand in already to be listed; a larger page is rare."""

_SENTENCES_OF_LANGUAGE = 100
"""Of users, which tell the language of a conversation."""

_A_STEP = 256
"""Sentences or values; about a millisecond of CPU, where each of them is chosen about ten."""

_SMALLEST_PAGE = 80
"""Below so many code points there are no sections, only the values that fit."""

_SMALLEST_LINE = 12
"""Code points below which looking for what fits is not worth it."""

_FEW_TERMS = 3
_STALE = 3.0
_CORRECTS, _CAUSE = 3.0, 7.0
_SAYS_NOTHING = 3.0
_NEVER = 8.0
_OPENING = 2.5
_RECENT = 0.3
_RULES = int(Cue.CORRECTION | Cue.DECISION | Cue.CONSTRAINT | Cue.WITHDRAWAL)
_ERROR, _WITHDRAWN = int(Cue.ERROR), int(Cue.WITHDRAWAL)
_ANNOUNCES, _TABLE_ROW = int(Trait.ANNOUNCEMENT), int(Trait.TABLE_ROW)
_EXPLAINS = int(Trait.EXPLANATION)


class Draft:
    """A summary under construction, and what it holds already."""

    def __init__(
        self,
        facts: Facts,
        weights: Mapping[str, float],
        replaced: Mapping[str, str],
        earlier: Earlier,
        limit: int,
        before: Language | None = None,
    ) -> None:
        language = language_of(said_by_users(facts), before)
        self._page = Page(limit, language.headings)
        self._wording = Wording(language)
        self._facts = facts
        self._weights = weights
        self._replaced = replaced
        self._in_force = frozenset(replaced.values())
        self._earlier = earlier
        self._covered: set[str] = set()
        self._void: set[str] = set()
        self._gone: set[int] = set()
        self._taken = Taken()
        # Sentences that another one is like, with their standing: where there is room they may differ in what matters.
        self._alike: dict[int, float] = {}
        by_users = (one.message for one in facts.sentences if one.role is Role.USER)
        self._opening = next((message for message in by_users if message > BEFORE), BEFORE)
        self._standing: dict[int, float] = {}
        self._open = False

    @property
    def size(self) -> int:
        """Code points so far."""
        return self._page.size

    def weigh_sentences(self) -> Steps[None]:
        """What each sentence is worth alone; before anything is added."""
        for index, sentence in enumerate(self._facts.sentences):
            self._standing[index] = self._stand(sentence)
            if index % _A_STEP == 0:
                yield

    def leave_out(self, places: Iterable[int]) -> None:
        """Sentences that say nothing any more."""
        for place in places:
            self._standing.pop(place, None)

    def add_open_request(self) -> None:
        """What users asked for last, if it is not done: the last thing in the summary. Of what a part before left open
        that it is not any more, and nothing else."""
        asked = open_request(self._facts)
        closed = closed_since(self._facts, asked)
        if closed:
            text = clip(" ".join(self._facts.sentences[place].text for place in closed), _CLOSED)
            self._page.add_line(Section.EVENTS, BEFORE, self._wording.line(f"{FixedWord.CLOSED}: {text}"))
        self.leave_out(at for at, one in enumerate(self._facts.sentences) if one.message == BEFORE)
        self.add_open(asked)

    def add_open(self, asked: Iterable[int]) -> None:
        """What is to be done now, the last of it in any case."""
        # Of one that was said twice the last one.
        places = sorted({self._facts.sentences[place].text: place for place in asked}.values())
        most = self._page.size + int(self._page.limit * _OPEN)
        for place in reversed(places):
            text = standing_alone(corrected(self._facts.sentences[place], self._replaced))
            if place == places[-1] or self._page.size + len(text) <= most:
                room = self._page.room_in(Section.OPEN)
                text = text if len(text) <= most else shortened(text)
                text = text if len(text) <= room else clip(text, max(0, room))
                if strength_of(self._facts.sentences[place]) >= STANDING:
                    # It holds when it is open no longer: it stands among the instructions too.
                    self._open |= self._page.add_line(Section.OPEN, place, text)
                else:
                    self._open |= self._take([place], Section.OPEN, text)

    def add_instructions(self) -> None:
        """What users want to hold from now on, the firmest first; what they took back is said nowhere."""
        standing, gone = instructions_of(self._facts.sentences)
        self.leave_out(gone)
        self._gone = gone
        self._void = values_only_in(self._facts, gone)
        size = sum(len(self._facts.sentences[place].text) for place in standing)
        short = size > self._page.limit * _FIRM
        begin = self._page.size
        for place in sorted(standing, key=lambda at: (-standing[at], -at)):
            limit = self._page.limit
            most = limit * (_FIRM if standing[place] >= FIRM else _STANDING) + _FIRST_STANDING
            if place in self._standing:
                text = standing_alone(corrected(self._facts.sentences[place], self._replaced))
                text = shortened(text) if short else text
                fits = self._page.size + len(text) <= begin + most
                # Of two or three words another instruction may have all: `call me Sam`, `call the customer back`.
                few = self._facts.sentences[place].term_count < _FEW_TERMS
                if fits and (few or not self._is_repeated(self._facts.sentences[place])):
                    self._take([place], Section.INSTRUCTIONS, text)

    def add_goals(self) -> None:
        """What users want as it now is. Where little fits, an open request says what is wanted, and the values that it
        takes come before what was wanted once."""
        for places in reversed(goals_of(self._facts.sentences)):
            size = self._page.size + len(self._facts.sentences[places[0]].text)
            if self._open and size > self._page.limit * _WANTED:
                break
            if not self._add(places, Section.GOALS):
                self._add(places[:1], Section.GOALS)

    def add_last_instructions(self) -> None:
        """What users decided, asked for or took back last: it voids or follows every decision before it."""
        most = self._page.size + int(self._page.limit * _LAST)
        for index in reversed(last_instructions(self._facts.sentences)):
            size = self._page.size + len(self._facts.sentences[index].text)
            told = self._open and not self._facts.sentences[index].cues & _WITHDRAWN
            if index in self._standing and (size <= most or self._page.size == 0) and not told:
                self._add([index], Section.DECISIONS)

    def add_outcomes(self) -> None:
        """What tool calls changed, those with a new identifier first, what failed last, else the latest first."""
        most = self._page.size + int(self._page.limit * _OUTCOMES) + _FIRST_OUTCOMES
        told: set[str] = set()
        others: dict[str, Counter[str]] = {opening: Counter() for opening in (DONE, FAILED, OPEN)}
        ranked = sorted((_urgency(self._facts.sentences[at].text), -at) for at in self._facts.outcomes)
        for index in (-negative for _, negative in ranked):
            text = self._facts.sentences[index].text
            if text not in told:
                line = self._wording.line(text)
                fits = self._page.size + len(line) <= most
                if not fits or not self._take([index], Section.EVENTS, line):
                    opening = next(one for one in others if text.startswith(one))
                    others[opening][text.removeprefix(opening).partition("(")[0]] += 1
                told.add(text)
            self._standing.pop(index, None)
        for opening, counted in others.items():
            if counted:
                names = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in sorted(counted.items()))
                line = self._wording.line(f"{OTHERS if opening == DONE else opening}{clip(names, _OTHERS)}")
                self._page.add_line(Section.EVENTS, self._facts.outcomes[-1], line)

    def add_sentences(self, size: int, least: float = _SENTENCE_WORTH) -> Steps[None]:
        """Sentences worth at least that much, in the order of worth per length, until the page has `size` code
        points."""
        sentences, weights, covered = self._facts.sentences, self._weights, self._covered
        # What is worth too little now is never worth more: what is covered only grows.
        ranked: list[tuple[float, int]] = []
        for index, stood in self._standing.items():
            sentence = sentences[index]
            worth_now = worth(sentence, stood, weights, covered)
            if worth_now >= least:
                ranked.append((-worth_now / (len(sentence.text) + 30) ** 0.7, index))
            if index % _A_STEP == 0:
                yield
        ranked.sort()
        for number, (_, index) in enumerate(ranked):
            if self._page.size >= size:
                break
            if number % _A_STEP == 0:
                yield
            sentence = sentences[index]
            # Another one may have taken it along.
            fits = index in self._standing and self._page.size + len(sentence.text) <= size
            if fits and self._worth(index) >= least:
                self._add(completed(sentences, [index]), sentence.section or _section_of(sentence))

    def add_rest(self) -> Steps[None]:
        """What else was said, where there is room still, what is worth most first; nothing that was corrected since."""
        ranked: list[tuple[float, int]] = []
        self._standing |= self._alike
        for index in self._standing:
            worth_now = self._worth(index)
            if worth_now >= _REST_WORTH:
                ranked.append((-worth_now, -index))
            if index % _A_STEP == 0:
                yield
        ranked.sort()
        for number, (_, negative) in enumerate(ranked):
            if self._page.room < _SMALLEST_LINE:
                break
            if number % _A_STEP == 0:
                yield
            sentence = self._facts.sentences[-negative]
            stale = self._replaced and stale_in(sentence, self._replaced)
            if -negative in self._standing and not stale and len(sentence.text) < self._page.room:
                # Where there is room, one that differs in a word is another one.
                self._add([-negative], sentence.section or _section_of(sentence), alike=1.0)

    def add_values(self, least: float = _VALUE_WORTH) -> Steps[None]:
        """Values of `least` worth that no sentence holds, the weightiest for their length first."""
        ranked = yield from self._ranked_values(least)
        words = (yield from plain_words(self._facts)) if ranked else set()
        # A file's bare name says nothing where its path is listed.
        last_steps = {text.rpartition("/")[2] for text in self._weights if "/" in text}
        page, values = self._page, self._facts.values
        shown = page.text().casefold()
        room_for_commands = int(self._page.limit * _COMMANDS)
        for number, (_, text) in enumerate(ranked):
            if number % _A_STEP == 0:
                yield
            value = values[text]
            # Most of what comes late finds no room, and looking whether it is shown takes longest.
            if len(text) + VALUE_SEPARATOR > page.room and value.kind is not Kind.COMMAND:
                continue
            if text in last_steps or text in self._void or is_shown(value, shown) or self._says_nothing(value, words):
                continue
            if value.kind is Kind.COMMAND:
                room_for_commands -= len(text)
                if room_for_commands < 0:
                    continue
            label = self._wording.label(value.label or value.kind)
            if self._weights[text] < least * page.values_under(label) ** _CROWDED:
                continue
            if page.add_value(label, text):
                self._covered.add(text)
                shown = f"{shown}\n{text.casefold()}"[-_COMPARED:]

    def _says_nothing(self, value: Value, words: set[str]) -> bool:
        """Whether a value is not worth a place in any list; `words` are those of the conversation."""
        if value.value[-1] in ":：" or is_nameless(value):
            return True
        if value.kind is Kind.NAME and not value.users and is_plain(value.value, words):
            return True
        return bool(self._replaced) and holds_stale(value.value, self._replaced)

    def _ranked_values(self, least: float) -> Steps[list[tuple[float, str]]]:
        """The values that are worth their room and stand in no sentence, the best for its length first."""
        ranked: list[tuple[float, str]] = []
        for number, (text, weight) in enumerate(self._weights.items()):
            if weight >= least and text not in self._covered:
                ranked.append((-weight / (len(text) + 6) ** 0.6, text))
            if number % _A_STEP == 0:
                yield
        ranked.sort()
        return ranked

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
        elif self._in_force and sentence.role is Role.USER and self._says_what_is_in_force(sentence):
            stood += _CORRECTS
        named = bool(sentence.identifiers or sentence.names)
        traits = sentence.traits
        if traits & _EXPLAINS and sentence.role is Role.ASSISTANT:
            stood += _CAUSE
        if traits & _TABLE_ROW or (traits & _ANNOUNCES and not named):
            stood -= _NEVER
        elif not named and sentence.term_count < 3:
            stood -= _SAYS_NOTHING
        elif sentence.message == self._opening:
            stood += _OPENING
        return stood + _RECENT * sentence.message / max(1, self._facts.length)

    def _worth(self, index: int) -> float:
        return worth(self._facts.sentences[index], self._standing[index], self._weights, self._covered)

    def _says_what_is_in_force(self, sentence: Sentence) -> bool:
        return any(value in self._in_force for value, _ in sentence.identifiers)

    def _add(self, places: list[int], section: Section, alike: float = ALIKE) -> bool:
        """Adds sentences that belong together as one line; False if there is no room, or nothing new in the first."""
        if places[0] in self._gone:
            return False
        first = self._facts.sentences[places[0]]
        if self._is_repeated(first, alike):
            self._alike[places[0]] = self._standing.pop(places[0], -_NEVER)
            return False
        # What was taken before does not follow a second time.
        places = places if all(place in self._standing for place in places) else places[:1]
        text = " ".join(corrected(self._facts.sentences[place], self._replaced) for place in places)
        text = self._wording.line(text) if first.role is Role.TOOL else text
        return self._take(places, section, standing_alone(text))

    def _take(self, places: list[int], section: Section, text: str) -> bool:
        added = bool(text) and self._page.add_line(section, places[0], text)
        if added:
            for place in places:
                sentence = self._facts.sentences[place]
                self._standing.pop(place, None)
                self._taken.add(sentence)
                self._covered.update(value for value, _ in sentence.identifiers)
                self._covered.update(sentence.names)
        return added

    def _is_repeated(self, sentence: Sentence, alike: float = ALIKE) -> bool:
        """Whether the page, or a part before it, says so already: a line that has this share of its terms does."""
        if len(sentence.text) > 20 and self._earlier.says(sentence.text):
            return True
        for value, _ in sentence.identifiers:
            if value not in self._covered:
                return False
        return self._taken.says(sentence, alike)

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
        """A line where nothing is worth one: what was said, else that tools were called, else that they answered, else
        that there were messages of which nothing is to be kept, such as a harness's notes."""
        room = self._page.room_in(Section.EVENTS) - 1
        said = [sentence for sentence in self._facts.sentences if sentence.role is not Role.TOOL]
        lines = [corrected(sentence, self._replaced) for sentence in said]
        called = ", ".join(self._facts.tools)
        line = next((line for line in lines if any(map(str.isalnum, line))), "")
        if not line and called:
            line = f"{self._wording[FixedWord.CALLED]}: {called}"
        if not line and self._facts.results:
            line = f"{self._wording[FixedWord.RESULTS]}: {self._facts.results}"
        if not line and self._facts.silent:
            line = f"{self._wording[FixedWord.SILENT]}: {self._facts.silent}"
        if line:
            self._page.add_line(Section.EVENTS, 0, clip(line, room).rstrip(" :："))
        return self._page.text()


def said_by_users(facts: Facts) -> Iterator[str]:
    """The first sentences of users: they tell in which language the headings are to be."""
    return islice((one.text for one in facts.sentences if one.role is Role.USER), _SENTENCES_OF_LANGUAGE)


def _urgency(outcome: str) -> int:
    if outcome.startswith(FAILED):
        return 2
    # An address is long, and the ledger has it.
    return 0 if ARROW in outcome and "://" not in outcome else 1


def _section_of(sentence: Sentence) -> Section:
    if sentence.role is Role.TOOL:
        return Section.ERRORS
    if sentence.cues & _RULES:
        return Section.DECISIONS
    if sentence.cues & _ERROR:
        return Section.ERRORS
    return Section.EVENTS if sentence.role is Role.ASSISTANT else Section.DETAILS
