"""The spare room, which nothing else takes: what was said besides."""

from compactd.domain.messages import Role
from compactd.extractive.drafting.draft import Draft, section_of
from compactd.extractive.drafting.filling import SMALLEST_LINE
from compactd.extractive.importance.corrections.corrections import old_values_in
from compactd.extractive.importance.facts import BEFORE, Sentence
from compactd.extractive.importance.requests.announcements import with_announcement
from compactd.extractive.importance.requests.small_talk import is_short
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import A_STEP, Steps

_LEAST_WORTH = -3.0
"""Below it a sentence is left out in any case: it only announces something, or is a row of a table. By what few words
are worth, those that say something (`First floor.`) cannot be told: that they are no chatter is enough."""

_NO_STATEMENT = int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW)

_QUESTION = int(Trait.QUESTION)


def fill_spare_room(draft: Draft) -> Steps[None]:
    """What else was said, where there is room still, what is worth most first; nothing that was corrected since."""
    ranked: list[tuple[float, int]] = []
    draft.left |= draft.alike
    room, sentences = draft.page.room, draft.facts.sentences
    answered = max((one.message for one in sentences if one.role is Role.USER), default=BEFORE)
    # Most of a long conversation has no room any more, whatever it is worth.
    left = yield from draft.left_once(spare=room)
    for number, place in enumerate(left):
        sentence = sentences[place]
        says = len(sentence.text) < room and not _is_answered(sentence, answered)
        if says and _is_worth_a_line(sentence, worth_now := draft.worth(place)):
            ranked.append((-worth_now, -place))
        if number % A_STEP == 0:
            yield
    ranked.sort()
    for number, (_, negative) in enumerate(ranked):
        if draft.page.room < SMALLEST_LINE:
            break
        if number % A_STEP == 0:
            yield
        sentence = sentences[-negative]
        has_old_value = draft.replaced and old_values_in(sentence, draft.replaced)
        # Another one may have taken it along.
        if -negative in draft.left and not has_old_value and len(sentence.text) < draft.page.room:
            # Where there is room, one that differs in a word is another one.
            places = with_announcement(sentences, -negative, draft.left)
            draft.add(places, section_of(sentences[places[0]]), alike=1.0)


def _is_worth_a_line(sentence: Sentence, worth_now: float) -> bool:
    return worth_now >= _LEAST_WORTH or (is_short(sentence) and not sentence.traits & _NO_STATEMENT)


def _is_answered(sentence: Sentence, answered: int) -> bool:
    """Whether it is a question of the assistant that names nothing, before the message in which users said something
    last."""
    if sentence.role is not Role.ASSISTANT or not sentence.traits & _QUESTION or sentence.message > answered:
        return False
    return not sentence.identifiers and not sentence.names
