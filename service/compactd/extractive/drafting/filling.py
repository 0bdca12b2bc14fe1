"""The rest of the room: sentences and values in the order of what each adds for its length to what the page holds."""

import heapq
import math
from collections.abc import Iterator

from compactd.domain.messages import Role
from compactd.extractive.drafting.draft import Draft, section_of
from compactd.extractive.drafting.outcomes import add_outcome
from compactd.extractive.importance.corrections import holds_stale, stale_in
from compactd.extractive.importance.facts import Value
from compactd.extractive.importance.intent import completed
from compactd.extractive.importance.plain_names import is_plain, plain_words
from compactd.extractive.ledger.listed_values import is_nameless, is_shown
from compactd.extractive.page import Section
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import Steps

_SENTENCE_WORTH, _VALUE_WORTH = 2.0, 0.9
"""Below these a sentence and a value are left out as long as something else has room."""

_REST_WORTH = -3.0
"""Below it a sentence is left out in any case: it only announces something, or is a row of a table."""

_SENTENCE_OVERHEAD, _SENTENCE_POWER = 30, 0.7
_VALUE_OVERHEAD, _VALUE_POWER = 3, 0.5
"""Worth is held against the code points that it takes, and so many more, to this power: below 1, since what is long
says more to whoever reads it."""

_LABEL = 1.0
"""What the name under which a tool was given a value is worth, where it stands nowhere yet."""

_COMMANDS = 0.07
"""Share of the limit that commands out of tool calls may take: they are long, and most are run once."""

_CROWDED = 0.35
"""How much less the next value under a label is worth: the number of those that are listed, to this power."""

_COMPARED = 32 * 1024
"""Code points of a page, from its end, that a value may not stand in already to be listed; a larger page is rare."""

_A_STEP = 256
"""Sentences or values; about a millisecond of CPU, where each of them is chosen about ten."""

_SMALLEST_LINE = 12
"""Code points below which looking for what fits is not worth it."""

_SAME = 1e-9
"""Less of a difference is none."""

_Offer = tuple[float, int, str]
"""What it adds for its length, below 0, so that the best comes first; the place of a sentence, or −1; a value."""


def fill(draft: Draft) -> Steps[None]:
    """Takes what adds most for its length, again and again, until nothing that is worth its room has any."""
    yield from _Filling(draft).fill()


class _Filling:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._page = draft.page
        self._sentences = draft.facts.sentences
        self._offers: list[_Offer] = []
        self._holding: dict[str, list[int]] = {}
        self._words: set[str] = set()
        self._shown = ""
        self._room_for_commands = int(draft.page.limit * _COMMANDS)
        # A file's bare name says nothing where its path is listed.
        self._last_steps = {text.rpartition("/")[2] for text in draft.weights if "/" in text}

    def fill(self) -> Steps[None]:
        self._shown = self._page.text().casefold()
        yield from self._offer_all()
        self._words = yield from plain_words(self._draft.facts)
        number = 0
        while self._offers and self._page.room >= _SMALLEST_LINE:
            number += 1
            if number % _A_STEP == 0:
                yield
            offered, place, text = heapq.heappop(self._offers)
            now = self._value_density(text) if text else self._sentence_density(place)
            if now <= 0:
                continue
            if -offered > now + _SAME:
                heapq.heappush(self._offers, (-now, place, text))
            elif text:
                self._list(text)
            else:
                self._say(place)

    def _offer_all(self) -> Steps[None]:
        draft, offers = self._draft, self._offers
        number = 0
        for place in draft.left:
            number += 1
            if number % _A_STEP == 0:
                yield
            density = self._sentence_density(place)
            if density > 0:
                offers.append((-density, place, ""))
                for value in self._named(place):
                    self._holding.setdefault(value, []).append(place)
        for text, weight in draft.weights.items():
            number += 1
            if number % _A_STEP == 0:
                yield
            if weight >= _VALUE_WORTH:
                density = self._value_density(text)
                if density > 0:
                    offers.append((-density, -1, text))
        heapq.heapify(offers)

    def _named(self, place: int) -> Iterator[str]:
        sentence = self._sentences[place]
        for value, _ in sentence.identifiers:
            yield value
        yield from sentence.names

    def _sentence_density(self, place: int) -> float:
        """0 if it is not worth its room, or said."""
        if place not in self._draft.left:
            return 0.0
        worth = self._draft.worth(place)
        if worth < _SENTENCE_WORTH:
            return 0.0
        freed = sum(map(self._page.freed_by, self._named(place)))
        size = max(1, len(self._sentences[place].text) - freed)
        return worth / math.pow(size + _SENTENCE_OVERHEAD, _SENTENCE_POWER)

    def _value_density(self, text: str) -> float:
        """0 if it stands there already, with what it is."""
        value = self._draft.facts.values[text]
        label = self._label(value)
        worth = 0.0
        if text not in self._draft.covered:
            worth = self._draft.weights[text] / max(1, self._page.values_under(label)) ** _CROWDED
        if self._is_news(value):
            worth += _LABEL
        return worth / math.pow(self._page.cost_of_value(label, text) + _VALUE_OVERHEAD, _VALUE_POWER)

    def _label(self, value: Value) -> str:
        return self._draft.wording.label(value.label or value.kind)

    def _is_news(self, value: Value) -> bool:
        """Whether it was given to a tool under a name that stands nowhere yet."""
        if not value.arguments or "_" not in value.label or self._page.values_under(value.label):
            return False
        return value.label.casefold() not in self._shown

    def _say(self, place: int) -> None:
        sentence = self._sentences[place]
        if sentence.role is Role.TOOL and sentence.section is Section.EVENTS:
            added = add_outcome(self._draft, place)
        else:
            added = self._draft.add(completed(self._sentences, [place]), section_of(sentence))
        if added:
            self._shown = f"{self._shown}\n{sentence.text.casefold()}"[-_COMPARED:]

    def _list(self, text: str) -> None:
        value = self._draft.facts.values[text]
        if text in self._last_steps or text in self._draft.void or self._says_nothing(value):
            return
        if is_shown(value, self._shown) and not self._is_news(value):
            return
        if value.kind is Kind.COMMAND:
            self._room_for_commands -= len(text)
            if self._room_for_commands < 0:
                return
        if self._page.add_value(self._label(value), text):
            self._draft.covered.add(text)
            self._shown = f"{self._shown}\n{text.casefold()}"[-_COMPARED:]
            # A line in its place costs less now.
            for place in self._holding.get(text, ()):
                density = self._sentence_density(place)
                if density > 0:
                    heapq.heappush(self._offers, (-density, place, ""))

    def _says_nothing(self, value: Value) -> bool:
        """Whether a value is not worth a place in any list."""
        if value.value[-1] in ":：" or is_nameless(value):
            return True
        if value.kind is Kind.NAME and not value.users and is_plain(value.value, self._words):
            return True
        return bool(self._draft.replaced) and holds_stale(value.value, self._draft.replaced)


def add_rest(draft: Draft) -> Steps[None]:
    """What else was said, where there is room still, what is worth most first; nothing that was corrected since."""
    ranked: list[tuple[float, int]] = []
    draft.left |= draft.alike
    for number, place in enumerate(draft.left):
        worth_now = draft.worth(place)
        if worth_now >= _REST_WORTH:
            ranked.append((-worth_now, -place))
        if number % _A_STEP == 0:
            yield
    ranked.sort()
    for number, (_, negative) in enumerate(ranked):
        if draft.page.room < _SMALLEST_LINE:
            break
        if number % _A_STEP == 0:
            yield
        sentence = draft.facts.sentences[-negative]
        stale = draft.replaced and stale_in(sentence, draft.replaced)
        # Another one may have taken it along.
        if -negative in draft.left and not stale and len(sentence.text) < draft.page.room:
            # Where there is room, one that differs in a word is another one.
            draft.add([-negative], section_of(sentence), alike=1.0)
