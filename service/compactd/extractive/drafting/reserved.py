"""What has room in any case, in the order of importance: the open request, instructions, goals, what was done.

`python -m tests.quality.fit_bounds` prints what is kept by other figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from compactd.extractive.drafting.draft import Draft
from compactd.extractive.drafting.outcomes import add_outcomes
from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.importance.facts import BEFORE
from compactd.extractive.importance.requests.asking import follows_on
from compactd.extractive.importance.requests.intent import goals_of, last_instructions
from compactd.extractive.importance.requests.open_request import closed_since, open_request
from compactd.extractive.importance.rules.clauses import shortened
from compactd.extractive.importance.rules.instructions import FIRM, Instructions, instructions_of
from compactd.extractive.importance.rules.open_lines import begins
from compactd.extractive.languages.cue import Cue
from compactd.extractive.page import Page, Section
from compactd.extractive.reading.sentence_traits import read_alone
from compactd.strategies.clip import clip
from compactd.strategies.steps import Steps

_FIRM, _STANDING, _FIRST_STANDING = 0.55, 0.03, 80
"""Share of the limit that firm standing instructions may take; share, and code points beside it, that all of them may
take."""

_FEW_TERMS = 3

_OPEN = 0.25
"""Share of the limit that the open request may take; a single sentence may in any case."""

_BESIDE = 0.15
"""Share of the limit that an instruction which is open takes there, beside its place among the instructions: more takes
the room of values that later calls need."""

_CLOSED = 120
"""Code points of what is said to be open no longer: it stands in the part before."""

_WANTED, _BRIEFLY_WANTED, _BRIEF = 0.45, 0.75, 0.15
"""Share of the limit beyond which the goal is left out where there is an open request: with a half, a tenth of the
characters of recorded conversations loses values that later calls need. That of a goal which takes no more than such a
share of it."""

_GOALS = 0.15
"""Share of the limit beyond which no second goal has room by right: it is what users turned to later, and mostly what
they asked for or decided last says it too."""

_SAME_GOAL = 0.5
"""Share of the terms of a goal that another one has if the two are one: most wish, need or would like."""

_LAST, _LAST_WORTH = 0.12, 4.0
"""Share of the limit that what users said last may take; what it is worth more than by its words beyond that."""

_WITHDRAWN = int(Cue.WITHDRAWAL)


def add_reserved(draft: Draft) -> Steps[None]:
    """All of it, each as far as its share of the room goes."""
    given = yield from find_instructions(draft)
    yield
    opened = add_open_request(draft, given)
    yield
    add_instructions(draft, given)
    draft.hold(opened)
    is_open = bool(opened)
    yield
    add_goals(draft, is_open=is_open)
    yield
    add_last_instructions(draft, is_open=is_open)
    yield
    add_outcomes(draft)
    yield


def add_open_request(draft: Draft, given: Instructions) -> list[int]:
    """What users asked for last, if it is not done, and not void since: the last thing in the summary. Of what a part
    before left open that it is not any more, and nothing else. The places of what is open."""
    sentences, void = draft.facts.sentences, given.gone - given.releases
    asked = [place for place in open_request(draft.facts) if place not in void]
    closed = closed_since(draft.facts, asked)
    if closed:
        text = clip(" ".join(sentences[place].text for place in closed), _CLOSED)
        draft.page.add_line(Section.EVENTS, BEFORE, draft.wording.line(f"{FixedWord.CLOSED}: {text}"))
    draft.asked.update(asked)
    draft.leave_out(place for place, one in enumerate(sentences) if one.message == BEFORE)
    return add_open(draft, asked, given)


def add_open(draft: Draft, asked: Iterable[int], given: Instructions) -> list[int]:
    """What is to be done now, the last of it in any case. Its places, which the draft is to hold once the instructions
    stand: a request in the words of an instruction does not say that this holds on."""
    page, sentences = draft.page, draft.facts.sentences
    # Of one that was said twice the last one.
    places = sorted({sentences[place].text: place for place in asked}.values())
    most = page.size + int(page.limit * _OPEN)
    opened: list[int] = []
    for place in reversed(places):
        text = read_alone(draft.said(place))
        if place == places[-1] or page.size + len(text) <= most:
            if follows_on(sentences[place]):
                # It is about one thing, and no instruction.
                draft.leave_out([place])
            rule = _rule_of(draft, place, given)
            beginning = "" if rule is None else _add_rule(draft, rule, given, most)
            text = beginning or _fitted(page, text, most)
            if text and page.add_line(Section.OPEN, place, text):
                opened.append(place)
    return opened


def _rule_of(draft: Draft, place: int, given: Instructions) -> int | None:
    """The place of the firm instruction that an open request is too, if no part before says it: itself, or, in a part,
    what stands among the instructions and begins as it does."""
    sentences = draft.facts.sentences
    one = sentences[place]
    rules = [place] if one.section is None else [at for at in given.standing if begins(one, sentences[at])]
    firm = (at for at in rules if given.standing.get(at, 0.0) >= FIRM and at in draft.left)
    return next((at for at in firm if not draft.is_repeated(at)), None)


def _add_rule(draft: Draft, rule: int, given: Instructions, most: int) -> str:
    """Adds an instruction that is open, too: it holds on when it is open no longer. What is to stand of it as open: its
    beginning is enough. Nothing, and nothing added, where there is no room for both."""
    page = draft.page
    text = _as_held(read_alone(draft.said(rule)), most)
    beginning = clip(text, int(page.limit * _BESIDE))
    taken = page.room - page.room_in(Section.OPEN) + len(beginning)
    if len(text) + taken > page.room_in(Section.INSTRUCTIONS):
        return ""
    draft.take([rule], Section.INSTRUCTIONS, text, order=_order(rule, given.behind, len(draft.facts.sentences)))
    return beginning


def _fitted(page: Page, text: str, most: int) -> str:
    """An open request that is shortened where it takes more than its share, and cut off where there is no room."""
    return clip(_as_held(text, most), max(0, page.room_in(Section.OPEN)))


def _as_held(text: str, most: int) -> str:
    """A text shortened to what may hold where it takes more than its share."""
    return text if len(text) <= most else shortened(text)


def find_instructions(draft: Draft) -> Steps[Instructions]:
    """What users want to hold from now on; what they took back is said nowhere."""
    given = yield from instructions_of(draft.facts.sentences)
    draft.void_all(given.gone)
    return given


def add_instructions(draft: Draft, given: Instructions) -> None:
    """What users want to hold from now on, the firmest first."""
    page, sentences = draft.page, draft.facts.sentences
    standing, behind = given.standing, given.behind
    short = sum(len(sentences[place].text) for place in standing) > page.limit * _FIRM
    begin = page.size
    # What is allowed on a condition has all words of what it is an exception from.
    read_together = {*behind, *behind.values()}
    for place in _in_turn(draft, standing):
        most = page.limit * (_FIRM if standing[place] >= FIRM else _STANDING) + _FIRST_STANDING
        if place in draft.left:
            text = read_alone(draft.said(place))
            text = shortened(text) if short else text
            # Of two or three words another instruction may have all: `call me Sam`, `call the customer back`.
            is_said_anew = sentences[place].term_count < _FEW_TERMS or place in read_together
            if page.size + len(text) <= begin + most and (is_said_anew or not draft.is_repeated(place)):
                draft.take([place], Section.INSTRUCTIONS, text, order=_order(place, behind, len(sentences)))


def _order(place: int, behind: Mapping[int, int], count: int) -> float:
    """Where one of so many sentences stands: right behind the one that it is to be read with."""
    first = behind.get(place, place)
    return first + abs(place - first) / count


def _in_turn(draft: Draft, standing: Mapping[int, float]) -> list[int]:
    """The places of instructions, the firm ones first, and of these the firmest of each message before the next one of
    any: a list of twenty leaves room for the one that was said in passing."""
    firmest = sorted(standing, key=lambda at: (-standing[at], -at))
    turns: Counter[int] = Counter()
    turn: dict[int, int] = {}
    for place in firmest:
        message = draft.facts.sentences[place].message
        turn[place] = turns[message]
        turns[message] += 1
    return sorted(firmest, key=lambda at: (standing[at] < FIRM, turn[at]))


def add_goals(draft: Draft, *, is_open: bool = False) -> None:
    """What users want as it now is. Where little fits, an open request says what is wanted, and the values that it
    takes come before what was wanted once."""
    page, sentences = draft.page, draft.facts.sentences
    for number, places in enumerate(goals_of(sentences)):
        size = page.size + len(sentences[places[0]].text)
        brief = len(sentences[places[0]].text) <= page.limit * _BRIEF
        most = page.limit * (_BRIEFLY_WANTED if brief else _WANTED)
        if (is_open and size > most) or (number and size > page.limit * _GOALS):
            break
        # What is asked for now stands last, as far as it has room there.
        if places[0] not in draft.asked and not draft.add(places, Section.GOALS, _SAME_GOAL):
            draft.add(places[:1], Section.GOALS, _SAME_GOAL)


def add_last_instructions(draft: Draft, *, is_open: bool = False) -> None:
    """What users decided, asked for or took back last: it voids or follows every decision before it. What has no room
    here is worth more than anything else that was said."""
    page, sentences = draft.page, draft.facts.sentences
    most = page.size + int(page.limit * _LAST)
    for place in reversed(last_instructions(sentences)):
        told = is_open and not sentences[place].cues & _WITHDRAWN
        if place in draft.left and not told:
            fits = page.size + len(sentences[place].text) <= most or page.size == 0
            if not fits or not draft.add([place], Section.DECISIONS):
                draft.prefer(place, _LAST_WORTH)
