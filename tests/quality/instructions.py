"""Standing instructions that users give in passing: kept wherever they stand, gone when they are taken back; and
remarks that sound like them, which are not taken for such."""

import random
from collections.abc import Sequence
from functools import partial

from compactd.domain.messages import ChatMessage
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.page import Section
from tests.quality import hosts
from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.languages import Language, Sentence, language
from tests.quality.rows import Row
from tests.quality.scoring import holds_words, sections
from tests.quality.spoken import speak

BUDGETS = (0.05, 0.10)
_THIRDS = ("first", "middle", "last")
_HEADINGS = frozenset(one.headings[Section.INSTRUCTIONS] for one in LANGUAGES)


def rows(seeds: int) -> list[Row]:
    """At 5 and 10 %: what is kept; of it what stood in which third; what became of older ones, and of remarks."""
    found: list[Row] = []
    spoken = language("en")
    for held_out in (False, True):
        kind = "held out" if held_out else "developed"
        given = [_given(seed, spoken, held_out=held_out) for seed in range(seeds)]
        changed = [_changed(seed, spoken, held_out=held_out) for seed in range(seeds)]
        remarked = [_remarked(seed, spoken, held_out=held_out) for seed in range(seeds)]
        for budget in BUDGETS:
            found += rows_at(f"standing instructions, {kind}", [_case(*one) for one in given], budget)
            for third, name in enumerate(_THIRDS):
                cases = [_case(messages, planted[third : third + 1]) for messages, planted in given]
                found.append(row_of_ours(f"— in the {name} third, {kind}", cases, budget))
            found.append(row_of_ours(f"— replaced: the newer alone, {kind}", [one for one, _ in changed], budget))
            found.append(row_of_ours(f"— taken back: gone, {kind}", [two for _, two in changed], budget))
            found.append(row_of_ours(f"— remarks not taken for instructions, {kind}", remarked, budget))
    return found


def cases(seeds: int, *, held_out: bool) -> list[Case]:
    """Conversations with three English instructions each."""
    return [_case(*_given(seed, language("en"), held_out=held_out)) for seed in range(seeds)]


def case_in(code: str, seed: int, *, held_out: bool) -> Case:
    """A conversation in a language with two instructions."""
    made = speak(code, seed, held_out=held_out)
    return _case(made.messages, made.instructions)


def share_of(planted: Sequence[Sentence], summary: str) -> float:
    return sum(holds_words(summary, sentence.probe) for sentence in planted) / len(planted)


def _case(messages: Sequence[ChatMessage], planted: Sequence[Sentence]) -> Case:
    return Case(tuple(messages), lambda summary: Verdict(share_of(planted, summary)))


def _given(seed: int, spoken: Language, *, held_out: bool) -> tuple[list[ChatMessage], list[Sentence]]:
    """A conversation with one instruction in each third."""
    rng = random.Random(f"instructions/{seed}/{held_out}")
    messages = hosts.host(rng)
    return messages, _planted(rng, messages, spoken.said(held_out=held_out).instructions, spoken)


def _planted(
    rng: random.Random, messages: list[ChatMessage], sentences: Sequence[Sentence], spoken: Language
) -> list[Sentence]:
    """Has users say some of the sentences, one in each third."""
    planted = rng.sample(sentences, len(_THIRDS))
    for third, sentence in enumerate(planted):
        hosts.say_within(rng, messages, third, sentence.text, spoken)
    return planted


def _remarked(seed: int, spoken: Language, *, held_out: bool) -> Case:
    """A conversation with a remark in each third that sounds like an instruction."""
    rng = random.Random(f"remarks/{seed}/{held_out}")
    messages = hosts.host(rng)
    remarks = _planted(rng, messages, spoken.said(held_out=held_out).remarks, spoken)
    return Case(tuple(messages), partial(_not_taken, remarks))


def remarked_in(code: str, seed: int, *, held_out: bool) -> Case:
    """A conversation in a language with three such remarks: the share that does not stand among its instructions."""
    spoken, rng = language(code), random.Random(f"remarks/{seed}/{held_out}")
    messages = list(speak(code, seed, held_out=held_out).messages)
    remarks = _planted(rng, messages, spoken.said(held_out=held_out).remarks, spoken)
    return Case(tuple(messages), partial(_not_taken, remarks))


def _not_taken(remarks: Sequence[Sentence], summary: str) -> Verdict:
    told = "\n".join(text for heading, text in sections(summary) if heading in _HEADINGS)
    return Verdict(1 - share_of(remarks, told))


def _changed(seed: int, spoken: Language, *, held_out: bool) -> tuple[Case, Case]:
    """One conversation, judged by an instruction that a newer one replaced, and by one that was taken back."""
    rng = random.Random(f"changed/{seed}/{held_out}")
    messages = hosts.host(rng)
    old, new, given = _change(rng, messages, spoken, held_out=held_out)
    shown = tuple(messages)
    return Case(shown, partial(_replaced, old, new)), Case(shown, partial(_gone, given))


def _change(
    rng: random.Random, messages: list[ChatMessage], spoken: Language, *, held_out: bool
) -> tuple[Sentence, Sentence, Sentence]:
    """Has a user give two instructions in the first third, replace one in the middle, and take the other back in the
    last: the old one, the newer one, and what was taken back."""
    said = spoken.said(held_out=held_out)
    old, new = rng.choice(said.replaced)
    given, then = rng.choice(said.taken_back)
    for third, text in ((0, old.text), (0, given.text), (1, new.text), (2, then)):
        hosts.say_within(rng, messages, third, text, spoken)
    return old, new, given


def changed_in(code: str, seed: int, *, held_out: bool) -> Case:
    """A conversation in a language, in which an instruction is replaced and another taken back: the share of the two
    of which only what holds is there."""
    spoken, rng = language(code), random.Random(f"changed/{seed}/{held_out}")
    messages = list(speak(code, seed, held_out=held_out).messages)
    old, new, given = _change(rng, messages, spoken, held_out=held_out)
    return Case(
        tuple(messages), lambda summary: Verdict((_replaced(old, new, summary).share + _gone(given, summary).share) / 2)
    )


def _replaced(old: Sentence, new: Sentence, summary: str) -> Verdict:
    kept, stale = holds_words(summary, new.probe), holds_words(summary, old.probe)
    return Verdict(float(kept and not stale), int(stale and not kept), 1)


def _gone(given: Sentence, summary: str) -> Verdict:
    return Verdict(float(not holds_words(summary, given.probe)))
