"""Choosing what a summary holds: what is worth most for its length first, nothing twice."""

from collections.abc import Mapping

from compactd.domain.messages import Role
from compactd.summarizers.extractive.corrections import stale_in, with_corrections
from compactd.summarizers.extractive.cues import Cue
from compactd.summarizers.extractive.identifiers import Kind
from compactd.summarizers.extractive.reading import Reading, Sentence
from compactd.summarizers.extractive.rendering import Page, Section
from compactd.summarizers.extractive.weighing import standing, worth

_ALIKE = 0.7
"""Share of a sentence's terms that another sentence must have for it to say the same."""

_SENTENCE_WORTH = 1.0
_VALUE_WORTH = 0.7
PRIME = 1.0
CM = 0.1
LS, ES, EV = 30, 0.8, 0.6
"""Below these a sentence and a value are left out even where there is room."""

_OF_RULES = int(Cue.CORRECTION | Cue.DECISION | Cue.CONSTRAINT)


class Draft:
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
        spoken = [sentence.message for sentence in reading.sentences if sentence.role is Role.USER]
        self._first_message = spoken[0] if spoken else -1
        self._standing = {index: self._stand(sentence) for index, sentence in enumerate(reading.sentences)}

    def add_goal(self) -> None:
        """The first thing that a user asks for."""
        spoken = [(index, sentence) for index, sentence in enumerate(self._reading.sentences) if sentence.role is Role.USER]
        for cue in (Cue.GOAL, Cue.REQUEST):
            asked = [pair for pair in spoken[:12] if pair[1].cues & cue]
            if asked:
                return self._add(*asked[0], Section.GOALS)
        if spoken:
            self._add(*spoken[0], Section.GOALS)
        return None

    def add_sentences(self, size: int) -> None:
        """Sentences in the order of worth per length, until the page has `size` code points."""
        ranked = sorted((-self._density(index), index) for index in self._standing)
        for density, index in ranked:
            if density >= 0 or self.page.size >= size:
                break
            sentence = self._reading.sentences[index]
            fits = self.page.size + len(sentence.text) <= size
            if fits and worth(sentence, self._standing[index], self._weights, self._covered) >= _SENTENCE_WORTH:
                self._add(index, sentence, _section_of(sentence))

    def add_values(self, size: int) -> None:
        """Values that no sentence holds, the weightiest first."""
        ranked = sorted(
            (-weight / (len(text) + 6) ** EV, text)
            for text, weight in self._weights.items()
            if weight >= _VALUE_WORTH and text not in self._covered
        )
        shown = self.page.text()
        commands = 0
        for _, text in ranked:
            if self.page.size + 8 > size:
                break
            if text in shown:
                continue
            value = self._reading.values[text]
            bare = value.kind in (Kind.NUMBER, Kind.SYMBOL) and not value.label
            if value.kind is Kind.COMMAND:
                commands += len(text)
                if commands > self.page.limit * CM:
                    continue
            listed = with_corrections(text, self._replaced)
            if not bare and self.page.add_value(value.label or value.kind, listed):
                self._covered.add(text)
                shown += text

    def _stand(self, sentence: Sentence) -> float:
        """Later is better; a statement that was corrected since has nothing to say but what the correction says."""
        stood = standing(sentence, self._reading.length)
        if self._replaced and stale_in(sentence.text, self._replaced):
            stood -= 3.0
        if sentence.message == self._first_message:
            stood += PRIME
        if len(sentence.terms) < 2 and not sentence.identifiers and not sentence.names:
            stood -= 3.0
        return stood + 0.3 * sentence.message / max(1, self._reading.length)

    def _density(self, index: int) -> float:
        sentence = self._reading.sentences[index]
        return worth(sentence, self._standing[index], self._weights, self._covered) / (len(sentence.text) + LS) ** ES

    def _add(self, index: int, sentence: Sentence, section: Section) -> None:
        if self._is_repeated(sentence):
            del self._standing[index]
            return
        text = with_corrections(sentence.text, self._replaced).lstrip("-*•#> ")
        if self.page.add_line(section, index, text):
            del self._standing[index]
            self._taken.append(sentence.terms)
            self._covered.update(found.value for found in sentence.identifiers)
            self._covered.update(sentence.names)

    def _is_repeated(self, sentence: Sentence) -> bool:
        """Whether the page, or a part before it, says so already."""
        if self._earlier and len(sentence.text) > 20 and sentence.text in self._earlier:
            return True
        if any(found.value not in self._covered for found in sentence.identifiers):
            return False
        terms = sentence.terms
        return bool(terms) and any(len(terms & other) >= _ALIKE * len(terms) for other in self._taken)


def _section_of(sentence: Sentence) -> Section:
    if sentence.role is Role.TOOL:
        return Section.ERRORS
    if sentence.cues & _OF_RULES:
        return Section.DECISIONS
    if sentence.cues & Cue.ERROR:
        return Section.ERRORS
    return Section.EVENTS if sentence.role is Role.ASSISTANT else Section.DETAILS
