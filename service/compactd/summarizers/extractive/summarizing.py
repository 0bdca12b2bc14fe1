"""Summaries without a model: sentences that matter, and a ledger of the identifiers that no sentence holds."""

from collections.abc import Mapping, Sequence

from compactd.domain.messages import ChatMessage, Role
from compactd.summarizers.extractive.corrections import find_corrections, with_corrections
from compactd.summarizers.extractive.cues import Cue
from compactd.summarizers.extractive.identifiers import Kind
from compactd.summarizers.extractive.reading import Reading, Sentence, read
from compactd.summarizers.extractive.rendering import Page, Section
from compactd.summarizers.extractive.weighing import weigh_values, worth

_SENTENCES = 0.62
"""Share of the limit that sentences may take before the ledger is written."""

_SMALLEST_PAGE = 80
_ALIKE = 0.7


def default_limit(characters: int) -> int:
    """The size of a summary of so many evicted characters: a tenth, at least 600 or half of them."""
    return max(characters // 10, min(600, characters // 2))


def summarize(messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
    """A summary of at most `limit` code points, the same for the same input.

    `earlier` are the parts before it; what stands in them is not repeated. Empty only if the messages hold no word or
    `limit` leaves no room. Linear in the length of the messages; raises nothing.
    """
    reading = read(messages)
    replaced = find_corrections(reading.sentences)
    before = "\n".join(earlier)
    weights = weigh_values(reading, before, replaced)
    draft = _Draft(reading, weights, replaced, before, limit)
    draft.add_goal()
    draft.add_sentences(int(limit * _SENTENCES))
    draft.add_values()
    draft.add_sentences(limit)
    return draft.page.text()


class _Draft:
    """A summary under construction, and what it holds already."""

    def __init__(
        self, reading: Reading, weights: Mapping[str, float], replaced: Mapping[str, str], earlier: str, limit: int
    ) -> None:
        self.page = Page(limit)
        self._reading = reading
        self._weights = weights
        self._replaced = replaced
        self._earlier = earlier
        self._covered: set[str] = set()
        self._taken: list[frozenset[str]] = []
        self._done: set[int] = set()

    def add_goal(self) -> None:
        """The first thing that a user asks for."""
        spoken = [(index, sentence) for index, sentence in enumerate(self._reading.sentences) if sentence.role is Role.USER]
        asked = [pair for pair in spoken[:12] if Cue.REQUEST in pair[1].cues] or spoken[:1]
        if asked:
            index, sentence = asked[0]
            self._add(index, sentence, Section.GOALS)

    def add_sentences(self, size: int) -> None:
        """Sentences in the order of worth per length, until the page has `size` code points."""
        ranked = sorted(
            (
                (-self._density(sentence), index)
                for index, sentence in enumerate(self._reading.sentences)
                if index not in self._done
            ),
        )
        for density, index in ranked:
            if density >= 0 or self.page.size >= size:
                break
            sentence = self._reading.sentences[index]
            if self.page.size + len(sentence.text) <= size and worth(sentence, self._weights, self._covered, self._reading.length) > 0.5:
                self._add(index, sentence, _section_of(sentence))

    def add_values(self) -> None:
        """Values that no sentence holds, the weightiest first."""
        ranked = sorted(
            ((-weight / (len(text) + 6) ** 0.5, text) for text, weight in self._weights.items() if text not in self._covered)
        )
        for _, text in ranked:
            value = self._reading.values[text]
            if value.kind is Kind.NUMBER and not value.label:
                continue
            if self.page.room < 8:
                break
            if self.page.add_value(_label_of(value.label, value.kind), with_corrections(text, self._replaced)):
                self._covered.add(text)

    def _density(self, sentence: Sentence) -> float:
        return worth(sentence, self._weights, self._covered, self._reading.length) / (len(sentence.text) + 20) ** 0.6

    def _add(self, index: int, sentence: Sentence, section: Section) -> None:
        if self._is_repeated(sentence):
            return
        text = with_corrections(sentence.text, self._replaced).lstrip("-*•#> ")
        if self.page.add_line(section, index, text):
            self._done.add(index)
            self._taken.append(sentence.terms)
            self._covered.update(found.value for found in sentence.identifiers)
            self._covered.update(sentence.names)

    def _is_repeated(self, sentence: Sentence) -> bool:
        """Whether the page, or a part before it, says so already."""
        if sentence.text in self._earlier and len(sentence.text) > 20:
            return True
        if any(found.value not in self._covered for found in sentence.identifiers):
            return False
        terms = sentence.terms
        return bool(terms) and any(len(terms & other) >= _ALIKE * len(terms) for other in self._taken)


def _section_of(sentence: Sentence) -> Section:
    if sentence.role is Role.TOOL:
        return Section.ERRORS
    if sentence.cues & (Cue.CORRECTION | Cue.DECISION | Cue.CONSTRAINT):
        return Section.DECISIONS
    if Cue.ERROR in sentence.cues:
        return Section.ERRORS
    return Section.EVENTS if sentence.role is Role.ASSISTANT else Section.DETAILS


def _label_of(label: str, kind: Kind) -> str:
    return label or kind
