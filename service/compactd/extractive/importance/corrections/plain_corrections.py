"""Corrections of values that are none elsewhere, a small number or a single name: `3, not 5` is about one thing."""

import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, MutableSequence, Sequence
from functools import partial

import msgspec

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import A_STEP, Steps

_ASIDE = "|".join(language.aside_old for language in LANGUAGES if language.aside_old and language.common)
_VALUE = r"\d+(?:[.,]\d+)*|[A-ZÀ-Ý][a-zà-ÿ]+"
_NAMED = re.compile(
    rf"(?<!\w)(?P<kept>(?P<new>{_VALUE})(?: (?!(?:{_ASIDE})\b)[a-zà-ÿ]+){{0,2}})\s*[,;(]?\s+(?P<aside>{_ASIDE})\s+"
    rf"(?P<old>{_VALUE})(?![\w-]|[.,]\d)"
)
_FROM = re.compile("from|von|vom|со?")
"""Before a name this says where something is from, not what it was: `invoices from Acme`, `Petra vom Vertrieb`."""

# True wherever that is, and soon tried: hardly a sentence has one.
_NAMED_LIKELY = re.compile(rf"\s(?:{_ASIDE})\s+[\dA-ZÀ-Ý]")
_STATED = re.compile(rf"(?<!\w)(?:{_VALUE})(?![\w-]|[.,]\d)")
_TWO_NUMBERS = re.compile(r"\d\D{1,40}\d")
# `We are 14 people`, `We are actually 16`: how a sentence begins that counts.
_COUNTS = re.compile(r"(?P<opening>\w+['’]?\w* \w+) (?P<between>(?:\w+ ){0,3})(?P<number>\d+)(?![\w-]|[.,:/]\d)")
_ANEW = int(Cue.CORRECTION | Cue.ASIDE | Cue.SHIFT)
_FEWEST_TERMS = 2
"""Content words that the correction of a number shares with what it corrects."""

_BARE = 24
"""Code points of a sentence that says a number and nothing besides."""

_COUNTED = 64
"""Sentences that begin alike, the latest, of which a count anew is; and those that state a value, of which a correction
of it is."""

_CORRECTION = int(Cue.CORRECTION)


_Places = defaultdict[str, deque[int]]
"""Words, or a value → places of sentences, the latest."""


def correct_plainly(sentences: MutableSequence[Sentence]) -> Steps[None]:
    """Puts the new value into what users said before of the same subject, and leaves out the clause that names the old
    one; not one that nobody said before: `12.4 and not 12.37` says how many decimals there are to be."""
    counts: _Places = defaultdict(partial(deque, maxlen=_COUNTED))
    stating: _Places = defaultdict(partial(deque, maxlen=_COUNTED))
    said: set[str] = set()
    naming = yield from _naming_both(sentences)
    for place, sentence in enumerate(sentences):
        if place % A_STEP == 0:
            yield
        by_user = sentence.role is Role.USER
        if naming and place == naming[0]:
            _correct_named(sentences, naming.popleft(), stating, said)
        # What is stated behind the last one that corrects by a name is not asked for.
        if naming:
            values = set(_STATED.findall(sentences[place].text))
            said |= values
            for value in values if by_user else ():
                stating[value].append(place)
        if not by_user:
            continue
        counted = _COUNTS.match(sentences[place].text)
        if counted is None:
            continue
        if sentence.cues & _ANEW:
            _count_anew(sentences, place, counted, counts[counted["opening"]])
        if not counted["between"]:
            counts[counted["opening"]].append(place)


def _naming_both(sentences: Sequence[Sentence]) -> Steps[deque[int]]:
    """The places of what users said that may name a value and what it was: hardly a conversation has one."""
    found: deque[int] = deque()
    for place, sentence in enumerate(sentences):
        if place % A_STEP == 0:
            yield
        if sentence.role is Role.USER and _names_both(sentence):
            found.append(place)
    return found


def _names_both(sentence: Sentence) -> bool:
    """The cheap first: it is asked of all that users say."""
    text = sentence.text
    if not sentence.cues & _CORRECTION and not _TWO_NUMBERS.search(text):
        return False
    return _NAMED_LIKELY.search(text) is not None and _NAMED.search(text) is not None


def _correct_named(sentences: MutableSequence[Sentence], place: int, stating: _Places, said: Collection[str]) -> None:
    """`35 people, not 40`; `stating` a value are places before, and `said` were all that anybody stated."""
    sentence = sentences[place]
    for named in _NAMED.finditer(sentence.text):
        new, old = named["new"], named["old"]
        if old[0].isalpha() and _FROM.fullmatch(named["aside"]):
            continue
        if _is_whole(sentence, new) and _is_whole(sentence, old) and new[0].isdigit() is old[0].isdigit():
            for before in _about_the_same(sentences, place, old, stating[old].copy()):
                _put(sentences, before, rf"(?<!\w){re.escape(old)}(?![\w-]|[.,]\d)", new)
                stating[old].remove(before)
                stating[new].append(before)
            if old in said:
                _put(sentences, place, re.escape(named.group()), named["kept"])


def _is_whole(sentence: Sentence, word: str) -> bool:
    """Whether a word is no part of a name or a value of several: of `June 27` neither is one by itself, of `35 people`
    the number is."""
    return not any(
        word in named.split() and word != named and kind is not Kind.QUANTITY for named, kind in sentence.values()
    )


def _count_anew(
    sentences: MutableSequence[Sentence], place: int, counted: re.Match[str], begun_so: Iterable[int]
) -> None:
    """`We are actually 16` after `We are 14 people`, which is one of those `begun_so`."""
    opening = counted["opening"]
    for before in begun_so:
        first = _COUNTS.match(sentences[before].text)
        if first is not None and first["opening"] == opening and sentences[before].message != sentences[place].message:
            text = f"{opening} {counted['number']}{sentences[before].text[first.end() :]}"
            sentences[before] = msgspec.structs.replace(sentences[before], text=text)


def _about_the_same(
    sentences: MutableSequence[Sentence], place: int, old: str, stating: Iterable[int]
) -> Iterator[int]:
    """Places, of those stating it, where a user says the old value of something that the correction names; of a name,
    and of a number alone, it is enough that it is said."""
    subject = sentences[place].terms
    for before in stating:
        one = sentences[before]
        # `About 40.` answers a question, and says nothing besides.
        bare = one.term_count <= 1 and len(one.text) <= _BARE
        if old[0].isalpha() or bare or len(subject & one.terms) >= _FEWEST_TERMS:
            yield before


def _put(sentences: MutableSequence[Sentence], place: int, pattern: str, text: str) -> None:
    sentence = sentences[place]
    sentences[place] = msgspec.structs.replace(sentence, text=re.sub(pattern, lambda _: text, sentence.text, count=1))
