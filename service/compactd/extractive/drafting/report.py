"""How things stand, by what the assistant reported last: it has room before bare values have."""

from collections.abc import Sequence

from compactd.domain.messages import Role
from compactd.extractive.drafting.draft import Draft, section_of
from compactd.extractive.importance.facts import BEFORE, Sentence
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.sentence_traits import Trait

_SHARE = 0.02
"""Share of the limit that the report may take."""

_NO_REPORT = int(Trait.QUESTION | Trait.QUOTED | Trait.ANNOUNCEMENT | Trait.TABLE_ROW)
_ONLY_SAYS, _RESULT = int(Cue.CHATTER | Cue.NARRATION), int(Cue.OUTCOME | Cue.ERROR)


def add_report(draft: Draft) -> None:
    """The sentences of the last report that add most for their length, as far as its share of the room goes."""
    page, sentences = draft.page, draft.facts.sentences
    most = page.size + int(page.limit * _SHARE)
    ranked = sorted(_last_report(sentences), key=lambda at: (-_density(draft, at), at))
    for place in ranked:
        if place in draft.left and page.size + len(sentences[place].text) <= most:
            draft.add([place], section_of(sentences[place]))


def _density(draft: Draft, place: int) -> float:
    return draft.worth(place) / len(draft.facts.sentences[place].text) if place in draft.left else 0.0


def _last_report(sentences: Sequence[Sentence]) -> Sequence[int]:
    """The places of what the assistant states in its last message that states more than one thing."""
    last, places = BEFORE, list[int]()
    for place in range(len(sentences) - 1, -1, -1):
        sentence = sentences[place]
        if not _reports(sentence):
            continue
        if sentence.message != last:
            if len(places) > 1:
                break
            last, places = sentence.message, []
        places.append(place)
    return places if len(places) > 1 else ()


def _reports(sentence: Sentence) -> bool:
    """Whether the assistant says how something is or what became of it, in a sentence that names something or tells a
    result."""
    if sentence.role is not Role.ASSISTANT or sentence.traits & _NO_REPORT or sentence.cues & _ONLY_SAYS:
        return False
    return bool(sentence.identifiers or sentence.cues & _RESULT)
