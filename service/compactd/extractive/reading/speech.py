"""Reading what users and the assistant say: sentence by sentence, each with its cues, its values and its words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

import msgspec

from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import CONTENT_LENGTH, STEM, clauses_of, stem_of
from compactd.extractive.reading.comments import without_comments
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.digest import Said
from compactd.extractive.reading.identifiers import LONGEST, phrases_of
from compactd.extractive.reading.names import names_in
from compactd.extractive.reading.sentence_traits import LIST_MARKS, Trait, traits_of
from compactd.extractive.reading.sentences import split_sentences
from compactd.extractive.reading.standing_score import Scores, scores_of
from compactd.extractive.reading.tool_data import quoted
from compactd.extractive.reading.vocabulary import Vocabulary
from compactd.extractive.reading.voices import Voice
from compactd.strategies.steps import Steps

SPOKEN_AT_MOST = 256 * 1024
"""Code points of a user's or the assistant's message that are read sentence by sentence: three quarters of them from
its beginning, one from its end."""

SENTENCES_AT_MOST = 4096
"""The same in sentences: what has more of them is a list, a table or a log, each of whose lines would be weighed
against others. Prose of SPOKEN_AT_MOST code points has three quarters as many."""

_ENDS = "\n.!?…。！？؟।"
"""What most sentences end with."""

_MIDDLE = 16 * 1024
_SPACE = re.compile(r"\s")
_LINE = re.compile(r"\n")
# Without hiragana, which is grammar more than content.
_ASIAN_RUN = re.compile(r"[\u30a0-\u30ff\u3400-\u9fff]+")
_HELD_AT_MOST = 40
# A letter, a digit, or a sign that stands for a word: a tick, a face, a flag.
_WORDED = re.compile(r"[^\W_]|[\u2600-\u27bf\u2b50\u2b55\U0001f000-\U0001faff]")
_ANSWER_AT_MOST = 3
"""Code points of a message of marks alone (`○`, `?`) that answers with them."""

# A rule (`---`) and dots answer nothing.
_DRAWS = frozenset("-*_=~#|.…。 \n")

_DRAWN = 8
"""Times that a text says one sentence; one that is there more often is drawn (a frame, the lines of a form), not
said."""

_CORRECTION, _SCOPE, _GOAL = int(Cue.CORRECTION), int(Cue.SCOPE), int(Cue.GOAL)
_REPORTED = int(Cue.ERROR | Cue.OUTCOME)
_NO_SCORES = Scores(0, 0, 0, 0)


def read_sentence(text: str, vocabulary: Vocabulary, *, by_user: bool = False) -> Said:
    """Everything that one sentence says by itself; how much it reads like a standing instruction, or voids one, only of
    one that a user says."""
    said = vocabulary.sentences.get((text, by_user))
    if said is None:
        said = vocabulary.sentences[text, by_user] = _read(text, vocabulary, by_user=by_user)
    return said


def _read(text: str, vocabulary: Vocabulary, *, by_user: bool) -> Said:
    chunks = text.split()
    line = " ".join(chunks)
    clauses = clauses_of(line)
    words = clauses[0] if len(clauses) == 1 else [*chain.from_iterable(clauses)]
    cues = cues_of(line, words, clauses)
    found, rest = phrases_of(line)
    vocabulary.add_to(found, chunks if rest == line else rest.split())
    identifiers = tuple(found.values())
    traits = traits_of(line, words, identifiers)
    return Said(
        without_comments(line, words, cues, traits),
        cues,
        traits,
        len(terms_of(line, words)),
        identifiers,
        names_in(line),
        *(scores_of(line, words, cues) if by_user else _NO_SCORES),
    )


def read_quoted(text: str, vocabulary: Vocabulary) -> Said:
    """A sentence that is shown and not said, in quotes."""
    said = as_shown(read_sentence(text, vocabulary))
    return msgspec.structs.replace(said, text=quoted(said.text))


def as_shown(said: Said) -> Said:
    """A sentence as one that is shown and not said: none of its words decides, asks or forbids anything."""
    return msgspec.structs.replace(
        said, cues=said.cues & _REPORTED, traits=said.traits | Trait.QUOTED, standing=0, changes=0, releases=0, asks=0
    )


def terms_of(line: str, words: Iterable[str]) -> set[str]:
    """The content words of a line whose words are `words`: their stems, and pairs of Chinese and Japanese
    characters."""
    if line.isascii():
        return {word[:STEM] for word in words if len(word) >= CONTENT_LENGTH}
    terms = {stem for word in words if (stem := stem_of(word))}
    for run in _ASIAN_RUN.findall(line):
        terms.update(run[at : at + 2] for at in range(len(run) - 1))
    return terms


def read_sentences(
    text: str, vocabulary: Vocabulary, voice: Voice = Voice.OWN, *, by_user: bool = False
) -> Iterator[Said]:
    """The sentences of a text; one that only takes something back (`No, not that.`) goes with the next."""
    if voice is Voice.QUOTED:
        for sentence in worded(text):
            yield read_quoted(sentence.lstrip(LIST_MARKS), vocabulary)
        return
    held = ""
    for text_of_one in worded(text):
        said = read_sentence(f"{held} {text_of_one}" if held else text_of_one, vocabulary, by_user=by_user)
        held = ""
        if said.cues & _CORRECTION and not said.cues & (_SCOPE | _GOAL) and not _is_long(said.text):
            held = said.text
        elif said.text:
            yield said
    if held:
        yield read_sentence(held, vocabulary, by_user=by_user)


def worded(text: str, times: Counter[str] | None = None) -> Iterator[str]:
    """The sentences of a text without those that are marks alone (`---`), and each of the others as often as it may be
    said."""
    times = Counter() if times is None else times
    for sentence in split_sentences(text):
        if _WORDED.search(sentence):
            times[sentence] += 1
            if times[sentence] <= _DRAWN:
                yield sentence


def is_mark(text: str) -> bool:
    """Whether a text is a mark or a few without a word, which answers where it is all that a message says."""
    return 0 < len(text) <= _ANSWER_AT_MOST and not _WORDED.search(text) and not _DRAWS.issuperset(text)


def _is_long(text: str) -> bool:
    """Whether a sentence says more than that it takes something back. Without spaces a word has two or three
    characters, and not six."""
    spaced = text.isascii() or " " in text
    return len(text) > (_HELD_AT_MOST if spaced else _HELD_AT_MOST // 3)


def spoken_of(texts: Sequence[str]) -> Steps[int]:
    """Code points of the passages of a message that are read sentence by sentence."""
    if sum(text.count(end) for text in texts for end in _ENDS) <= SENTENCES_AT_MOST:
        return SPOKEN_AT_MOST
    count, times = 0, Counter[str]()
    for piece in chain.from_iterable(map(pieces_of, texts)):
        count += sum(1 for _ in worded(piece, times))
        yield
    if count <= SENTENCES_AT_MOST:
        return SPOKEN_AT_MOST
    return min(SPOKEN_AT_MOST, sum(map(len, texts)) * SENTENCES_AT_MOST // count)


def divided(text: str, room: int = SPOKEN_AT_MOST) -> tuple[str, Sequence[str], str]:
    """What is read by sentences from the beginning of a text, `room` code points of it with the end; the pieces of its
    middle; and its end. It is cut at a line's end or a space if one is near, so that no identifier is cut."""
    if len(text) <= room:
        return text, (), ""
    first = _gap_near(text, room * 3 // 4)
    last = _gap_near(text, max(len(text) - room // 4, first))
    return text[:first], [text[at:to] for at, to in pairwise(_cuts(text, first, last))], text[last:]


def pieces_of(text: str) -> Iterable[str]:
    """A text in pieces that are read in a few milliseconds each, cut as `divided` does."""
    return (text[at:to] for at, to in pairwise(_cuts(text, 0, len(text))))


def _cuts(text: str, first: int, last: int) -> list[int]:
    cuts = [first]
    while cuts[-1] + _MIDDLE < last:
        cuts.append(_gap_near(text, cuts[-1] + _MIDDLE))
    return [*cuts, max(last, cuts[-1])]


def _gap_near(text: str, at: int) -> int:
    match = _LINE.search(text, at, at + LONGEST) or _SPACE.search(text, at, at + LONGEST)
    return match.start() if match else at
