"""The rest of the room: sentences and values in the order of what each adds for its length to what the page holds.

`python -m tests.quality.fit_bounds` prints what is kept by other figures.
"""

import heapq
import math

from compactd.domain.messages import Role
from compactd.extractive.drafting.draft import Draft, section_of
from compactd.extractive.drafting.outcomes import add_outcome
from compactd.extractive.importance.corrections.corrections import holds_old_value
from compactd.extractive.importance.facts import Value
from compactd.extractive.importance.plain_names import is_plain, plain_words
from compactd.extractive.importance.requests.announcements import with_announcement
from compactd.extractive.importance.weights import may_be_given
from compactd.extractive.ledger.listed_values import is_nameless, is_shown, label_of
from compactd.extractive.page import Section
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.value_line import Label
from compactd.strategies.steps import A_STEP, Steps

_SENTENCE_WORTH, _VALUE_WORTH = 2.0, 0.9
"""Below these a sentence and a value are left out as long as something else has room."""

_GAP_WORTH, _SHORTEST_VALUE = 0.3, 3
"""What a value is worth at least that is listed where nothing else has room; code points of such a one."""

_SENTENCE_OVERHEAD, _SENTENCE_POWER = 30, 0.7
_VALUE_OVERHEAD, _VALUE_POWER = 3, 0.5
"""Worth is held against the code points that it takes, and so many more, to this power: below 1, since what is long
says more to whoever reads it."""

_LABEL = 1.5
"""What the name under which a tool was given a value is worth, where it stands nowhere yet; by itself, too, where the
value stands in a sentence."""

_COMMANDS = 0.07
"""Share of the limit that commands out of tool calls may take: they are long, and most are run once."""

_CROWDED, _CROWDED_SPOKEN = 0.4, 0.2
"""How much less the next value under a label is worth, one that only tools had and one that somebody said: the number
of those that are listed, to this power."""

_COMPARED = 32 * 1024
"""Code points of a page, from its end, that a value may not stand in already to be listed; a larger page is rare."""

SMALLEST_LINE = 12
"""Code points below which looking for what fits is not worth it."""

_SAME = 1e-9
"""Less of a difference is none."""

_Queue = tuple[Label, bool]
"""Values under a label: those that only tools had, or those that somebody said."""

_SENTENCES: _Queue = (Label(""), False)
_NAMES = Label("names", shown=False)
"""Of fields that a tool was given a value under, where the value stands in a sentence."""

_NOWHERE = -1

_Offer = tuple[float, int, _Queue]
"""What it adds for its length, below 0, so that the best comes first; the place of a sentence, or _NOWHERE; the queue
whose best value it is."""


class Filling:
    """The offers of sentences, and of each queue with the best of its values. What each adds is looked at again when it
    is the best: what the page has taken since can have made it less, and where it made it more it is offered anew."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._page = draft.page
        self._sentences = draft.facts.sentences
        self._values = draft.facts.values
        self._offers: list[_Offer] = []
        self._queues: dict[_Queue, list[str]] = {}
        self._given: dict[Label, str] = {}
        self._bare: list[Label] = []
        self._holding: dict[str, list[int]] = {}
        self._named: dict[int, tuple[str, ...]] = {}
        self._offered: dict[int, float] = {}
        self._labels: dict[tuple[str, Kind], Label] = {}
        self._words: set[str] = set()
        self._shown = draft.page.text().casefold()
        self._room_for_commands = int(draft.page.limit * _COMMANDS)
        # A file's bare name says nothing where its path is listed.
        self._last_steps = {text.rpartition("/")[2] for text in draft.weights if "/" in text}

    def fill(self) -> Steps[None]:
        """Takes what adds most for its length, again and again, until nothing that is worth its room has any."""
        yield from self._offer_sentences()
        yield from self._offer_values()
        self._words = yield from plain_words(self._draft.facts)
        number = 0
        while self._offers and self._page.room >= SMALLEST_LINE:
            number += 1
            if number % A_STEP == 0:
                yield
            offered, place, queue = heapq.heappop(self._offers)
            now = self._density_of_sentence(place) if queue is _SENTENCES else self._density_of_values(queue)
            self._offered.pop(place, None)
            if -offered > now + _SAME:
                self._offer(now, place, queue)
            elif queue is not _SENTENCES:
                self._list(queue)
            else:
                self._say(place)

    def fill_gaps(self) -> Steps[None]:
        """Lists what is short enough for the room that nothing else has, what adds most for its length first."""
        ranked: list[tuple[float, str]] = []
        for number, (text, weight) in enumerate(self._draft.weights.items()):
            if number % A_STEP == 0:
                yield
            # What only a harness noted, as the time of a message, is nothing that anybody said; of what only tools
            # printed no more is listed than later calls may be made with.
            value = self._values[text]
            matters = value.is_named or may_be_given(value)
            if len(text) < self._page.room and weight >= _GAP_WORTH and matters and text not in self._draft.covered:
                ranked.append((-weight / math.pow(len(text) + _VALUE_OVERHEAD, _VALUE_POWER), text))
        ranked.sort()
        for number, (_, text) in enumerate(ranked):
            if self._page.room <= _SHORTEST_VALUE:
                break
            if number % A_STEP == 0:
                yield
            label = self._label_of(self._values[text])
            fits = self._page.cost_of_value(label, text) <= self._page.room
            if fits and self._is_to_be_listed(self._values[text], label) and self._draft.list_value(label, text):
                self._show(text)
        for label in self._bare:
            # Where there is room, a name stands beside its value.
            text, alone = self._given[label], self._page.lists(label.name) and not self._page.values_under(label)
            if alone and text not in self._draft.void:
                self._draft.list_value(label, text, instead_of=label.name)

    def _offer_sentences(self) -> Steps[None]:
        left = yield from self._draft.left_once()
        for number, place in enumerate(left):
            if number % A_STEP == 0:
                yield
            sentence = self._sentences[place]
            values = [value for value, _ in sentence.identifiers]
            self._named[place] = (*values, *sentence.names)
            density = self._density_of_sentence(place)
            if density > 0:
                self._offer(density, place, _SENTENCES)
                for value in self._named[place]:
                    self._holding.setdefault(value, []).append(place)

    def _offer_values(self) -> Steps[None]:
        ranked: dict[_Queue, list[tuple[float, str]]] = {}
        for number, (text, weight) in enumerate(self._draft.weights.items()):
            if number % A_STEP == 0:
                yield
            value = self._values[text]
            if weight >= _VALUE_WORTH:
                density = weight / math.pow(len(text) + _VALUE_OVERHEAD, _VALUE_POWER)
                ranked.setdefault(self._queue_of(value), []).append((density, text))
            if self._is_news(value) and not is_nameless(value):
                self._given[self._label_of(value)] = text
        for queue, values in ranked.items():
            values.sort()
            self._queues[queue] = [text for _, text in values]
            self._offer(self._density_of_values(queue), _NOWHERE, queue)
        yield

    def _offer(self, density: float, place: int, queue: _Queue) -> None:
        """Offers what adds so much for its length, if anything; a sentence that is offered for no less already is not
        offered twice."""
        if density > self._offered.get(place, 0.0):
            heapq.heappush(self._offers, (-density, place, queue))
            if place != _NOWHERE:
                self._offered[place] = density

    def _density_of_sentence(self, place: int) -> float:
        """0 if it is not worth its room, or said."""
        if place not in self._draft.left:
            return 0.0
        worth = self._draft.worth(place)
        if worth < _SENTENCE_WORTH:
            return 0.0
        named = self._named[place]
        size = len(self._sentences[place].text) - (self._page.freed_by(named) if named else 0)
        return worth / math.pow(max(1, size) + _SENTENCE_OVERHEAD, _SENTENCE_POWER)

    def _density_of_values(self, queue: _Queue) -> float:
        """That of the best value of a queue, else of its name; 0 if none is worth its room."""
        text = self._best_of(queue)
        label, spoken = queue
        if not text:
            return self._density_of_name(queue)
        worth = self._draft.weights[text]
        listed = self._page.values_under(label)
        if listed:
            worth /= math.pow(listed, _CROWDED_SPOKEN if spoken else _CROWDED)
        elif self._is_news(self._values[text]):
            worth += _LABEL
        return worth / math.pow(self._page.cost_of_value(label, text) + _VALUE_OVERHEAD, _VALUE_POWER)

    def _density_of_name(self, queue: _Queue) -> float:
        """That of the name under which a tool was given values, all of which stand elsewhere; 0 if it stands there."""
        label, spoken = queue
        name = label.name
        if label not in self._given or name.casefold() in self._shown or self._page.values_under(label):
            return 0.0
        if self._best_of((label, not spoken)):
            return 0.0
        return _LABEL / math.pow(self._page.cost_of_value(_NAMES, name) + _VALUE_OVERHEAD, _VALUE_POWER)

    def _best_of(self, queue: _Queue) -> str:
        """The best value that stands nowhere and has room; empty if none does."""
        values = self._queues.get(queue, [])
        while values:
            text = values[-1]
            if text not in self._draft.covered and len(text) < self._page.room:
                return text
            values.pop()
        return ""

    def _is_news(self, value: Value) -> bool:
        """Whether it was given to a tool under a name of several words that stands nowhere yet."""
        return bool(value.arguments) and _is_telling(value.label) and value.label.casefold() not in self._shown

    def _say(self, place: int) -> None:
        sentence = self._sentences[place]
        if sentence.role is Role.TOOL and sentence.section is Section.EVENTS:
            added = add_outcome(self._draft, place)
        else:
            places = with_announcement(self._sentences, place, self._draft.left)
            added = self._draft.add(places, section_of(self._sentences[places[0]]))
        if added:
            self._show(sentence.text)
            self._offer_names(place)

    def _offer_names(self, place: int) -> None:
        """The names of the fields that a sentence has the values of, of which none may be listed any more."""
        for value in filter(None, map(self._values.get, self._named[place])):
            queue = self._queue_of(value)
            if queue[0] in self._given:
                self._offer(self._density_of_values(queue), _NOWHERE, queue)

    def _queue_of(self, value: Value) -> _Queue:
        """Where a value is listed."""
        return self._label_of(value), bool(value.users or value.assistants)

    def _label_of(self, value: Value) -> Label:
        """What a value is listed under: thousands are under a few."""
        label = self._labels.get((value.label, value.kind))
        if label is None:
            label = self._labels[value.label, value.kind] = label_of(value, self._draft.wording)
        return label

    def _list(self, queue: _Queue) -> None:
        """The best value of a queue, if nothing speaks against it, or its name; then the next one is offered."""
        label, text = queue[0], self._best_of(queue)
        if not text:
            if self._draft.list_value(_NAMES, label.name):
                self._bare.append(label)
                self._show(label.name)
            return
        self._queues[queue].pop()
        if self._is_to_be_listed(self._values[text], label) and self._draft.list_value(label, text):
            self._show(text)
            # A line in its place costs less now.
            for place in self._holding.get(text, ()):
                self._offer(self._density_of_sentence(place), place, _SENTENCES)
        self._offer(self._density_of_values(queue), _NOWHERE, queue)

    def _show(self, text: str) -> None:
        self._shown = f"{self._shown}\n{text.casefold()}"[-_COMPARED:]

    def _is_to_be_listed(self, value: Value, label: Label) -> bool:
        if value.value in self._last_steps or value.value in self._draft.void or self._says_nothing(value):
            return False
        if is_shown(value, self._shown) and (self._page.values_under(label) or not self._is_news(value)):
            return False
        if value.kind is Kind.COMMAND:
            self._room_for_commands -= len(value.value)
            return self._room_for_commands >= 0
        return True

    def _says_nothing(self, value: Value) -> bool:
        """Whether a value is not worth a place in any list."""
        if value.value[-1] in ":：" or is_nameless(value):
            return True
        if value.kind is Kind.NAME and not value.users and is_plain(value.value, self._words):
            return True
        return bool(self._draft.replaced) and holds_old_value(value.value, self._draft.replaced)


def _is_telling(name: str) -> bool:
    """Whether the name of a field is more than a word that may stand anywhere."""
    return bool(name) and not (name.isalpha() and name.islower())
