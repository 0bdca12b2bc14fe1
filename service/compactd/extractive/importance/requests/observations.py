"""What is observed of a message of a user and of what followed it: by that is learned whether it is open.

An observation is a name. `reply` is what the assistant said to it, `talk` what it said after that, while users asked
for nothing else, and `later` what it said to other requests.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import groupby, islice

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.replies import Reply
from compactd.extractive.importance.requests.asking import (
    asks,
    ends_a_rule,
    is_owed,
    is_taken_back,
    is_wish,
    only_tells,
    says_something,
)
from compactd.extractive.importance.requests.completion import Aftermath
from compactd.extractive.importance.requests.failing import Endeavour
from compactd.extractive.importance.requests.intent import agrees, consents, is_consent
from compactd.extractive.importance.requests.request_parts import parts_of
from compactd.extractive.importance.requests.said_besides import without_chatter
from compactd.extractive.importance.requests.search import Found
from compactd.extractive.importance.requests.wish_score import wish_scores_of
from compactd.extractive.importance.requests.withdrawals import not_taken_back
from compactd.extractive.importance.word_forms import keys_of, mentions
from compactd.extractive.languages.cue import Cue
from compactd.extractive.memo import Lazy
from compactd.extractive.page import Section
from compactd.extractive.reading.sentence_score import UNIT
from compactd.extractive.reading.sentence_traits import Trait

READ = 64
"""Sentences of one message, the last, that are read: a long text may be pasted."""

_STEPS = (-2 * UNIT, -UNIT, 0, UNIT, 2 * UNIT)
_BRIEF, _LONG = 3, 8
_EXCLAIMS = ("!", "！")
_CHATTER, _OUTCOME, _ERROR, _QUESTION = int(Cue.CHATTER), int(Cue.OUTCOME), int(Cue.ERROR), int(Trait.QUESTION)
_ORDERS = int(Cue.ORDER | Cue.REQUEST)


class Message:
    """A message of a user in the places of its sentences, with what the assistant said last after it, and `before` it,
    since users spoke; None if nothing."""

    def __init__(self, facts: Facts, places: Sequence[int], reply: Reply | None) -> None:
        self._facts = facts
        self.number = facts.sentences[places[0]].message
        self.places = places
        self.reply = reply
        self.before: Reply | None = None

    @Lazy
    def said(self) -> Sequence[tuple[int, Sentence]]:
        """What it says, without the thanks around it, with its places."""
        return [(place, without_chatter(self._facts.sentences[place])) for place in self.places[-READ:]]

    @Lazy
    def asked(self) -> Sequence[int]:
        """What asks for something in it, in words, or agrees to what was proposed."""
        asking = [place for place, one in self.said if asks(one) or (self.is_proposed and is_consent(one))]
        # What only ends a rule (`You may drop the titles again`) is heard when it is said.
        asking = [place for place in asking if not ends_a_rule(self._facts.sentences[place])] or asking
        return asking or [place for place, one in self.said if is_wish(one)]

    @Lazy
    def asking(self) -> Sequence[int]:
        """The same without what it takes back itself."""
        return not_taken_back(self._facts.sentences, self.places, self.asked)

    @Lazy
    def text(self) -> str:
        return " ".join(one.text for _, one in self.said)

    @Lazy
    def takes_back(self) -> bool:
        """Whether it asks for nothing, and takes back what was asked for."""
        return not self.asking and is_taken_back([one for _, one in self.said])

    @property
    def is_proposed(self) -> bool:
        """Whether it follows a question or a proposal; whether it follows nothing."""
        return self.before is None or self.before.asks

    @property
    def answers(self) -> bool:
        """Whether it follows a question of the assistant about what is wanted."""
        return self.before is not None and self.before.inquires

    @Lazy
    def may_ask(self) -> bool:
        """Whether it asks for something in words, agrees to something, or says something at all."""
        return (
            bool(self.asking)
            or self.consents
            or any(says_something(one, thanks=False, answers=False) for _, one in self.said)
        )

    @Lazy
    def consents(self) -> bool:
        """Whether it agrees to something."""
        return any(consents(self._facts.sentences[place]) for place in self.places)

    @Lazy
    def is_chatter(self) -> bool:
        """Whether each sentence of it thanks, greets or agrees."""
        return all(self._facts.sentences[place].cues & _CHATTER for place in self.places)

    @Lazy
    def asks_anew(self) -> bool:
        """Whether it asks for something, and does not only agree."""
        return bool(self.asking) and not all(agrees(self._facts.sentences[place]) for place in self.asking)

    @property
    def is_answered(self) -> bool:
        """Whether the reply names something of it, or there is one to a question."""
        if self.reply is None:
            return False
        wanted = [self._facts.sentences[place] for place in (self.asking or self.places)]
        is_question = any(one.traits & _QUESTION for one in wanted)
        return is_question or any(mentions(one.text, self.reply.text) for one in wanted)

    def observed(self) -> Iterator[str]:
        """What it says itself."""
        said = [one for _, one in self.said]
        scores = [wish_scores_of(one.text, one.cues) for one in said]
        wants, answers, drops, tells = (max(column) for column in zip(*scores, strict=True))
        marks = {
            "asks": bool(self.asking),
            "took back": len(self.asking) < len(self.asked),
            "takes back": self.takes_back,
            "question": any(one.traits & _QUESTION for one in said),
            "answers": self.answers,
            "first": self.before is None,
            "after failure": self.before is not None and self.before.fails,
            "after done": self.before is not None and self.before.is_over,
            "chatter": self.is_chatter,
            "agrees": any(map(agrees, said)),
            "consents": self.consents,
            "only tells": all(map(only_tells, said)),
            "owed": any(map(is_owed, said)),
            "orders": any(one.cues & _ORDERS for one in said),
            "once": any(one.asks > 0 for one in said),
            "says": any(says_something(one, thanks=False, answers=False) for one in said),
            "brief": sum(one.term_count for one in said) < _BRIEF,
            "answer": answers > max(wants, drops, tells),
            "drops": drops > max(wants, answers, tells),
            "tells": tells > max(wants, answers, drops),
        }
        yield from (name for name, is_so in marks.items() if is_so)
        yield from (f"wants>{step}" for step in _STEPS if wants > step)


def observed(facts: Facts, messages: Sequence[Message], at: int, found: Found) -> tuple[Sequence[str], Sequence[str]]:
    """What is observed of one of the messages of users itself, in their order, and of what followed; `found` is what
    the search by words tells."""
    message, since = messages[at], messages[at + 1 :]
    anew = next((number for number, one in enumerate(since) if one.asks_anew), len(since))
    talk, later = since[:anew], since[anew:]
    wanted = [facts.sentences[place] for place in (message.asking or message.places)]
    text = " ".join(one.text for one in wanted)
    parts = list(parts_of(wanted))
    aftermath = found.aftermaths.get(message.number) or Aftermath(facts, message.number)
    said = next((one.reply for one in reversed(talk) if one.reply is not None), None)
    own = [
        *message.observed(),
        *(["parts"] if parts else []),
        *(["done"] if aftermath.is_done(wanted) else ["undone"]),
        *(["may fail"] if Endeavour(wanted).may_be_wanted else []),
        *_found(message, found.places),
    ]
    followed = {
        "reply": [*_told(message.reply, text, parts), *_worked(aftermath)],
        "talk": [*(_told(said, text, parts) if talk else ()), *_talked(talk)],
        "later": [*_told_later(later, text)],
    }
    return own, [f"{where} {name}" for where, names in followed.items() for name in names]


def _found(message: Message, found: Set[int]) -> Iterator[str]:
    """Whether the search by words found it open, or another one."""
    if not found.isdisjoint(message.places):
        yield "found"
    elif found:
        yield "another found"


def _worked(aftermath: Aftermath) -> Iterator[str]:
    """What the words of what the assistant said next tell by themselves."""
    marks = {
        "at work": aftermath.is_at_work,
        "in vain": aftermath.has_failed,
        "noted": aftermath.is_noted(),
        "begun": aftermath.is_begun(),
        "reported": aftermath.is_reported_on(),
    }
    yield from (name for name, is_so in marks.items() if is_so)


def _told(reply: Reply | None, text: str, parts: Sequence[str]) -> Iterator[str]:
    """What a reply says, and what of it about a request of this text and these parts."""
    if reply is None:
        yield "none"
        return
    yield from {f"has {one.likeliest}" for one in reply.clauses}
    yield f"ends {reply.clauses[-1].likeliest}"
    about = [one for one in reply.clauses if mentions(one.text, text)]
    yield from {f"about {one.likeliest}" for one in about}
    for name, ahead in (
        ("last", reply.sentences[-1].over),
        ("most", max(one.over for one in reply.sentences)),
        ("least", min(one.over for one in reply.clauses)),
    ):
        yield from (f"{name}>{step}" for step in _STEPS if ahead > step)
    over = " ".join(one.text for one in reply.clauses if one.over > 0)
    come_to = [bool(mentions(part, over)) for part in parts]
    marks = {
        "inquires": reply.inquires,
        "offers": reply.offers,
        "number": any(map(str.isdigit, reply.text)),
        "elsewhere": not about,
        "about over": any(one.over > 0 for one in about),
        "about ahead": any(one.over < 0 for one in about),
        "half": 2 * mentions(text, over) >= len(keys_of(text)),
        "all parts": bool(parts) and all(come_to),
        "a part": any(come_to) and not all(come_to),
        "short": reply.words < _BRIEF,
        "long": reply.words >= _LONG,
        "loud": reply.text.endswith(_EXCLAIMS),
        "result": bool(reply.cues & _OUTCOME),
        "error": bool(reply.cues & _ERROR),
        "thanks": bool(reply.cues & _CHATTER),
    }
    yield from (name for name, is_so in marks.items() if is_so)


def _talked(talk: Sequence[Message]) -> Iterator[str]:
    """What users said meanwhile."""
    if talk:
        yield "said"
    marks = {
        "taken back": any(one.takes_back for one in talk),
        "answered": any(one.answers for one in talk),
        "kind": any(one.before is not None and one.is_chatter for one in talk),
    }
    yield from (name for name, is_so in marks.items() if is_so)


def _told_later(later: Sequence[Message], text: str) -> Iterator[str]:
    """What was said when something else was asked for."""
    if later:
        yield "asked"
    if len(later) > 1:
        yield "asked more"
    replies = [one.reply for one in later if one.reply is not None]
    about = [one for reply in replies for one in reply.clauses if mentions(one.text, text)]
    yield from {f"about {one.likeliest}" for one in about}
    marks = {
        "taken back": any(one.takes_back for one in later),
        "answered": any(one.answers for one in later[:1]),
        "asked about": any(mentions(one.text, text) for one in later),
        "over": any(one.over > 0 for one in about),
    }
    yield from (name for name, is_so in marks.items() if is_so)


def messages_of(facts: Facts, most: int) -> list[Message]:
    """The last messages of users, at most so many, in their order; what a part before left open is one."""
    sentences = facts.sentences
    found: list[Message] = []
    reply: Reply | None = None
    backwards = range(len(sentences) - 1, -1, -1)
    for (_, role), run in groupby(backwards, key=lambda at: (sentences[at].message, sentences[at].role)):
        if role is Role.ASSISTANT and reply is None:
            reply = Reply([sentences[at] for at in islice(run, READ)][::-1])
            if found:
                found[-1].before = reply
        elif role is Role.USER:
            places = [at for at in run if sentences[at].section in (None, Section.OPEN)][::-1]
            if len(found) == most:
                break
            if places:
                found.append(Message(facts, places, reply))
                reply = None
    return found[::-1]
