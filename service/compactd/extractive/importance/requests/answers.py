"""Questions of users that the assistant answered: whoever goes on would answer them again."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import BEFORE, Sentence
from compactd.extractive.importance.reply_clauses import tells_work
from compactd.extractive.importance.word_forms import keys_of, mentions
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.sentence_traits import Trait

_LONGEST = 80
"""Code points of a question, and of an answer, that are told on one line."""

_QUESTION, _QUOTED = int(Trait.QUESTION), int(Trait.QUOTED)
_NO_ANSWER = _QUESTION | _QUOTED | int(Trait.ANNOUNCEMENT)
_ASKS_FOR_WORK = int(Cue.REQUEST | Cue.GOAL)
_OUTCOME, _SAYS_NOTHING = int(Cue.OUTCOME), int(Cue.CHATTER | Cue.NARRATION)


class Answer(NamedTuple):
    """The place of a question and of what answers it; whether that says nothing `alone`: `Paris.`"""

    question: int
    place: int
    alone: bool


def answers_of(sentences: Sequence[Sentence]) -> Iterator[Answer]:
    """The questions of users that were answered before they said something else: one that names something by a sentence
    that names it too, any other one by a short reply."""
    asked: list[int] = []
    for (message, role), places in groupby(
        range(len(sentences)), key=lambda at: (sentences[at].message, sentences[at].role)
    ):
        said = list(places)
        if role is Role.USER and message > BEFORE:
            asked = [at for at in said if _only_asks(sentences[at])]
        elif role is Role.ASSISTANT and asked:
            found = list(_answered_by(sentences, asked, said))
            yield from found
            answered = {answer.question for answer in found}
            asked = [at for at in asked if at not in answered]


def _only_asks(sentence: Sentence) -> bool:
    """Whether a sentence wants to know something, and nothing to be done."""
    return (
        bool(sentence.traits & _QUESTION) and not sentence.cues & _ASKS_FOR_WORK and not sentence.traits & Trait.QUOTED
    )


def _answered_by(sentences: Sequence[Sentence], asked: Sequence[int], said: Sequence[int]) -> Iterator[Answer]:
    """What a message of the assistant's answers of what was asked."""
    replies = [at for at in said if _states(sentences[at])]
    for question in asked:
        place = next((at for at in replies if _tells_of(sentences[at], sentences[question])), None)
        if place is not None:
            yield Answer(question, place, alone=True)
        elif len(asked) == len(said) == len(replies) == 1 and _is_at_once(sentences[said[0]], sentences[question]):
            repeats = _repeats(sentences[said[0]].text, sentences[question].text)
            yield Answer(question, said[0], alone=repeats and not sentences[question].identifiers)


def _states(sentence: Sentence) -> bool:
    if sentence.traits & _NO_ANSWER or sentence.cues & _SAYS_NOTHING:
        return False
    return not tells_work(sentence.text)


def _tells_of(answer: Sentence, question: Sentence) -> bool:
    """Whether an answer names all that a question names, and says what became of it, a value, or a word of the question
    besides: `A-55 is a strange number.` tells nothing of whether it was sent."""
    wanted, told = ({value for value, _ in one.identifiers} for one in (question, answer))
    if not wanted or not wanted <= told:
        return False
    return wanted < told or bool(answer.cues & _OUTCOME) or _shares_more(answer.text, question.text, wanted)


def _shares_more(answer: str, question: str, named: Iterable[str]) -> bool:
    """Whether two texts have a word in common besides what is `named`."""
    for value in named:
        answer, question = answer.replace(value, " "), question.replace(value, " ")
    return mentions(answer, question) > 0


def _is_at_once(answer: Sentence, question: Sentence) -> bool:
    """Whether a short answer follows a short question, with no work between."""
    return answer.message == question.message + 1 and max(len(answer.text), len(question.text)) <= _LONGEST


def _repeats(answer: str, question: str) -> bool:
    """Whether an answer has what the question is about: at least half of its words."""
    return 2 * mentions(question, answer) >= max(1, len(keys_of(question)))
