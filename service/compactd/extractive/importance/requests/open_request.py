"""The last request of a user that is not done, as places in the list of sentences."""

from collections.abc import Iterator, Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import BEFORE, Facts, Sentence
from compactd.extractive.importance.requests.asking import asks, is_taken_back, only_tells, says_something
from compactd.extractive.importance.requests.completion import Aftermath
from compactd.extractive.importance.requests.intent import agrees, only_goes_on
from compactd.extractive.importance.requests.observations import Message, messages_of, observed
from compactd.extractive.importance.requests.open_bounds import (
    DOUBTED,
    FEW_TERMS,
    LIKELY,
    LOOKED_BACK_AT,
    PASSED,
    POSSIBLY,
    RULE,
    SURELY_DONE,
    UNLIKELY,
)
from compactd.extractive.importance.requests.open_score import open_score
from compactd.extractive.importance.requests.said_besides import without_chatter
from compactd.extractive.importance.requests.search import Found, found_by_words
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.page import Section

_CHATTER, _PERMITS = int(Cue.CHATTER), int(Cue.PERMISSION)


def open_request(facts: Facts) -> list[int]:
    """What is to be done now: the last requests that are not done, and what users said after them without asking for
    anything else. Empty if all is done or taken back, or if nothing was asked."""
    messages = messages_of(facts, LOOKED_BACK_AT)
    found = found_by_words(facts)
    open_ones = _open_ones(facts, messages, found)
    if not open_ones:
        return []
    # What was found of those behind belongs to it.
    first = messages[open_ones[0]].places[0]
    places = {place for place in found.places if place >= first - 1}
    for at in open_ones:
        if places.isdisjoint(messages[at].places):
            places.update(_with_talk(messages[at:]))
    return sorted(places)


def _open_ones(facts: Facts, messages: Sequence[Message], found: Found) -> list[int]:
    """Which of the messages ask for something that is still to be done: what was found, and the score does not surely
    say otherwise, and what it surely says; up to the first of them that is not, behind which nothing else is."""
    open_ones: list[int] = []
    passed = 0
    for at in range(len(messages) - 1, -1, -1):
        if _is_open(facts, messages, at, found):
            open_ones.insert(0, at)
        elif open_ones:
            break
        elif messages[at].asks_anew:
            passed += 1
            if passed >= PASSED:
                break
    added_to = _added_to(facts, messages, open_ones, found)
    return open_ones if added_to is None else [added_to, *open_ones]


def _added_to(facts: Facts, messages: Sequence[Message], open_ones: Sequence[int], found: Found) -> int | None:
    """The request that the first of the open messages adds to, if it asks for nothing anew, unless that is surely done:
    what is open of what was said about it is left of it."""
    if not open_ones or messages[open_ones[0]].asks_anew:
        return None
    asked = next((at for at in range(open_ones[0] - 1, -1, -1) if messages[at].asks_anew), None)
    if asked is None or open_score(*observed(facts, messages, asked, found)) <= SURELY_DONE:
        return None
    return asked


def closed_since(facts: Facts, still_open: Sequence[int]) -> list[int]:
    """The places of what a part before left open and is done by now, or taken back; `still_open` is what is open."""
    left = [place for place, one in enumerate(facts.sentences) if one.section is Section.OPEN]
    if not left or left[0] in still_open:
        return []
    said = [one for one in facts.sentences if one.role is Role.USER and one.section is None]
    until = next((one.message for one in said if asks(without_chatter(one))), facts.length)
    taken_back = any(is_taken_back([one]) for one in said if one.message <= until)
    before = [facts.sentences[place] for place in left]
    return left if taken_back or Aftermath(facts, before[0].message, until).is_done(before) else []


def _is_open(facts: Facts, messages: Sequence[Message], at: int, found: Found) -> bool:
    message = messages[at]
    # What was agreed to may be found alone, without the consent.
    asked_before = (message.places[0] - 1,) if message.before is not None else ()
    is_found = not found.places.isdisjoint((*asked_before, *message.places))
    if not (message.may_ask or is_found) or _is_told_by_words(facts, message, is_last=at == len(messages) - 1):
        return is_found
    if not is_found and all(_is_no_request(facts.sentences[place]) for place in message.asking or message.places):
        return False
    own, followed = observed(facts, messages, at, found)
    return open_score(own, followed) > _least(message, own, is_found=is_found)


def _least(message: Message, own: Sequence[str], *, is_found: bool) -> int:
    """The score above which it is open."""
    if is_found:
        return UNLIKELY
    if "done" not in own:
        return POSSIBLY
    return LIKELY if message.is_answered else DOUBTED


def _is_told_by_words(facts: Facts, message: Message, *, is_last: bool) -> bool:
    """Whether nothing but words tells: what a part before left open, what tools did since the assistant spoke, and what
    was agreed to last."""
    spoke = message.number if message.reply is None else message.reply.number
    if message.number == BEFORE or ((is_last or message.reply is None) and facts.last_call > spoke):
        return True
    agrees_last = message.before is not None and message.before.is_question and message.consents
    return message.reply is None and agrees_last


def _is_no_request(sentence: Sentence) -> bool:
    """Whether a sentence says what holds, or may be done, or agrees to what was said."""
    agrees_only = (agrees(sentence) and sentence.term_count < FEW_TERMS) or only_goes_on(sentence)
    return agrees_only or bool(sentence.cues & _PERMITS) or strength_of(sentence) >= RULE


def _with_talk(messages: Sequence[Message]) -> Iterator[int]:
    """What the first of the messages asks for, with the question that it answers, and what the others add to it until
    one asks for something else."""
    first, *others = messages
    yield from _with_question(first, list(first.asking) or _remarked(first) or list(first.places))
    for message in others:
        if message.asks_anew or message.takes_back:
            return
        yield from _with_question(message, _remarked(message))


def _with_question(message: Message, said: Sequence[int]) -> Iterator[int]:
    """What is shown of a message, behind the question of the assistant that it agrees to or answers."""
    if message.before is not None and (message.consents or (message.answers and said)):
        yield message.places[0] - 1
    yield from said or (message.places if message.consents else ())


def _remarked(message: Message) -> list[int]:
    """What a message may ask for that asks for nothing in words, or adds to what was asked: beside `We need a plan of
    the stand` a colleague's opinion asks for nothing."""
    thanks = any(one.cues & _CHATTER for _, one in message.said)
    thanks = thanks or (not message.is_proposed and any(agrees(one) for _, one in message.said))
    answers = not thanks and message.answers
    said = [(place, one) for place, one in message.said if says_something(one, thanks=thanks, answers=answers)]
    return [place for place, one in said if not only_tells(one)] or [place for place, _ in said]
