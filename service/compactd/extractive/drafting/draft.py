"""A summary under construction: its page, and what it says already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.corrections import corrected
from compactd.extractive.importance.corrections.named_beside import Beside
from compactd.extractive.importance.corrections.void_values import values_only_in
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.novelty import words_of_their_own
from compactd.extractive.importance.repetition import ALIKE, Earlier, Taken
from compactd.extractive.importance.requests.small_talk import is_chatter, may_wait
from compactd.extractive.importance.sentence_worth import NEVER, SentenceWorths, worth
from compactd.extractive.languages import Language
from compactd.extractive.languages.choice import language_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.ledger.values_in_text import SoughtValues
from compactd.extractive.page import Page, Section
from compactd.extractive.reading.sentence_traits import read_alone
from compactd.extractive.value_line import Label
from compactd.extractive.wording import Wording
from compactd.strategies.steps import A_STEP, Steps

_SENTENCES_OF_LANGUAGE = 100
"""Of users, which tell the language of a conversation."""

_SAYS_ALREADY = 20
"""Code points of a sentence, from which on it is looked for in the parts before: `Yes.` is said again and again."""

_RULES = int(Cue.CORRECTION | Cue.DECISION | Cue.CONSTRAINT | Cue.WITHDRAWAL)
_DECISION, _ERROR = int(Cue.DECISION), int(Cue.ERROR)


class Draft:
    """`left` are the sentences that the page does not hold, by place, with what each is worth alone; `alike` those that
    it says nearly, `gone` those that hold no more, `asked` what is to be done now; `covered` are the values that it
    holds, `void` those that only what is gone has."""

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
        self.facts = facts
        self.weights = weights
        self.replaced = replaced
        self.page = Page(limit, language.headings)
        self.wording = Wording(language)
        self.left: dict[int, float] = {}
        self.covered: set[str] = set()
        self.alike: dict[int, float] = {}
        self.asked: set[int] = set()
        self.gone: set[int] = set()
        self.void: set[str] = set()
        self._newer: Mapping[int, int] = {}
        self._beside = Beside({}, {}, {})
        self._earlier = earlier
        self._taken = Taken()
        self._listed = SoughtValues()

    def weigh_sentences(self) -> Steps[None]:
        """What each sentence is worth alone; before anything is added."""
        own_words = yield from words_of_their_own(self.facts.sentences)
        worths = SentenceWorths(self.facts, self.replaced, own_words)
        for place in range(len(self.facts.sentences)):
            self.left[place] = worths.at(place)
            if place % A_STEP == 0:
                yield

    def void_all(self, places: set[int]) -> None:
        """Sentences that hold no more, and the values that only they have: they are said nowhere."""
        self.gone = places
        self.void = values_only_in(self.facts, places)
        self.leave_out(places)

    def leave_out(self, places: Iterable[int]) -> None:
        """Sentences that say nothing any more."""
        for place in places:
            self.left.pop(place, None)

    def put_into_place(self, newer: Mapping[int, int]) -> None:
        """Sentences say nothing any more: what they were worth, and their place, is that of those that say it anew."""
        self._newer = newer
        for place, last in newer.items():
            alone = self.left.pop(place, None)
            if alone is not None and last in self.left:
                self.left[last] = max(self.left[last], alone)

    def read_with(self, beside: Beside) -> None:
        """Sentences are said with those that name a new value beside theirs, or not at all; and their values are listed
        behind the new ones alone."""
        self._beside = beside

    def prefer(self, place: int, worth: float) -> None:
        """A sentence is worth so much more than alone."""
        if place in self.left:
            self.left[place] += worth

    def left_once(self, *, spare: int | None = None) -> Steps[Sequence[int]]:
        """The places of what is left and says something, and where there is room to `spare`, of so many code points, of
        all that fits and is no chatter; of what somebody said several times that alone which is worth most: the page
        says it once. What calls changed is told one by one."""
        says_little = may_wait if spare is None else is_chatter
        sentences, outcomes = self.facts.sentences, frozenset(self.facts.outcomes)
        best: dict[tuple[str, Role], int] = {}
        for number, (place, alone) in enumerate(self.left.items()):
            if number % A_STEP == 0:
                yield
            one = sentences[place]
            fits = spare is None or len(one.text) < spare
            if fits and place not in outcomes and not says_little(sentences, place):
                said = one.text, one.role
                if alone > self.left[best.setdefault(said, place)]:
                    best[said] = place
        return [*best.values(), *outcomes.intersection(self.left)]

    def worth(self, place: int) -> float:
        """What a sentence that is left adds to what the page holds."""
        return worth(self.facts.sentences[place], self.left[place], self.weights, self.covered)

    def said(self, place: int) -> str:
        """A sentence as it holds now; what tools did is past, and told in the language of the summary."""
        sentence = self.facts.sentences[place]
        return self.wording.line(sentence.text) if sentence.role is Role.TOOL else corrected(sentence, self.replaced)

    def add(self, places: Sequence[int], section: Section, alike: float = ALIKE) -> bool:
        """Adds sentences that belong together as one line; False if there is no room, or nothing new in the first."""
        places = [self._newer.get(place, place) for place in places]
        if places[0] in self.gone:
            return False
        if self.is_repeated(places[0], alike):
            self.alike[places[0]] = self.left.pop(places[0], -NEVER)
            return False
        places += [then for then in map(self._beside.together.get, places) if then in self.left and then not in places]
        # What was taken before does not follow a second time.
        places = places if all(place in self.left for place in places) else places[:1]
        return self.take(places, section, read_alone(" ".join(map(self.said, places))))

    def take(
        self, places: Sequence[int], section: Section, text: str, opening: str = "", order: float | None = None
    ) -> bool:
        """Adds a line that says what the sentences say, in place of the listed values that stand in it; False if there
        is no room. With an `opening` it is one with a neighbour that has the same. It stands in the order in which it
        was said, or in another one."""
        order = places[0] if order is None else order
        inside = self._listed.in_text(text)
        if not text or not self.page.add_line(section, order, text, inside, opening):
            return False
        self._listed.discard(inside)
        self.hold(places)
        return True

    def hold(self, places: Iterable[int]) -> None:
        """The page says the sentences, and all that they name."""
        for place in places:
            sentence = self.facts.sentences[place]
            self.left.pop(place, None)
            self._taken.add(sentence)
            self.covered.update(value for value, _ in sentence.identifiers)
            self.covered.update(sentence.names)

    def list_value(self, label: Label, value: str, instead_of: str = "") -> bool:
        """Adds a value to the page's ledger, `instead_of` another one, and of what needs no label in place of the
        listed ones that stand in it: `May 25` in `May 25, 2024`. False if there is no room for it, or for a
        new one that it is listed behind."""
        new = self._beside.values.get(value)
        if new is not None and new not in self.covered:
            return False
        gone = [instead_of] if instead_of else []
        if not label.shown:
            gone += [one for one in self._listed.in_text(value) if self.page.lists_under(label, one)]
        if not self.page.add_value(label, value, gone):
            return False
        self._listed.discard(gone)
        self.covered.add(value)
        self._listed.add(value)
        return True

    def is_repeated(self, place: int, alike: float = ALIKE) -> bool:
        """Whether the page, or a part before it, says so already: a line that has this share of its terms does."""
        sentence = self.facts.sentences[place]
        if len(sentence.text) > _SAYS_ALREADY and self._earlier.says(sentence.text):
            return True
        for value, _ in sentence.identifiers:
            if value not in self.covered:
                return False
        return self._taken.says(sentence, alike)


def said_by_users(facts: Facts) -> Iterator[str]:
    """The first sentences of users, or of whoever speaks where none does: they tell in which language the headings are
    to be."""
    users = (one.text for one in facts.sentences if one.role is Role.USER)
    others = (one.text for one in facts.sentences if one.role is Role.ASSISTANT)
    first = next(users, None)
    return islice(others if first is None else chain((first,), users), _SENTENCES_OF_LANGUAGE)


def section_of(sentence: Sentence) -> Section:
    """Where a sentence is shown."""
    if sentence.section is not None:
        return sentence.section
    if sentence.role is Role.TOOL:
        return Section.ERRORS
    # What the assistant says was corrected or has to be is news of its work, and no decision.
    if sentence.cues & (_DECISION if sentence.role is Role.ASSISTANT else _RULES):
        return Section.DECISIONS
    if sentence.cues & _ERROR:
        return Section.ERRORS
    return Section.EVENTS if sentence.role is Role.ASSISTANT else Section.DETAILS
