"""What is to be known of a language: the words that tell it, and those by which people mark what matters."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compactd.extractive.fixed_words import FixedWord
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.mood_words import MoodWords
from compactd.extractive.page import Section


@dataclass(frozen=True, slots=True)
class Language:
    """One language, as plain lists that are to be read and amended.

    A language whose words stand apart has `cues`: phrases of up to three words, lower case, apostrophes kept, separated
    by `; `. One whose words do not, or that is told by its script, has `patterns`: alternatives of a regular expression
    that are looked for anywhere; `before_word` and `after_word` are expressions for what may stand around each, such as
    what is attached to a word and that it ends there. `fillers` is one for words that are about nothing.

    `common` are words that hardly a sentence does without: they tell the language of a line. `verbs` are forms that
    order something where they begin a clause, behind nothing but `leads`; `last_verbs` those that do so at its end.
    `bans` begin a clause that forbids to do something, `nones` one that may do so or state that there is nothing.
    `forbids` is an expression for how a clause begins that does so by its form (`Parke nie …`), whatever its verb is.
    `nots` forbid only what stands behind them as an order: one of the `verbs`, or of the `not_verbs`, forms that order
    nothing by themselves (Spanish `no uses`). `forms` and `not_forms` are expressions for the endings of such verbs,
    where a language has them (Russian infinitives); `clitics` one for what may be attached to a verb (`avísame`).
    `values` are words that exclude each other, by what they are values of: a newer instruction with another value of
    the same takes the place of an older one; words joined by `/` are one value. `synonyms` are content words that name
    the same, joined alike. `reasons` is an expression for how a clause begins that gives a reason; `before_old` and
    `after_old` are expressions for what stands before and behind a value that a sentence takes back, `aside_old` and
    `after_aside` for what may be left out with it; `everything` one for all instructions at once (`all my rules`).
    `consents` is an expression for how a sentence begins that agrees or refuses, `takes` for one that says what holds
    instead of what the sentence before it took back; `working` one, found anywhere, for somebody who says that they are
    doing something or are about to; `told` one for a sentence that tells how things were or are, or thanks, and wants
    nothing.
    `headings` are the sections' names, `kinds` those of the kinds of identifiers, in the order of `identifiers.Kind`.

    `light` are those of the verbs that say nothing of what an instruction is about, all of them if it is empty; `about`
    are words that do say it though a cue has them. `anew` is an expression for what says that something is so from now
    on, or otherwise than before, `varies` one for what may say so (`more`), `ends` one for what says that something is
    needed or forbidden no more, where nothing is of the `reports` of what somebody did.

    `announces` is an expression for a whole sentence that only says that others come (`Two things first:`), and has one
    of the words `counted` where words stand apart; `lead_in` one for words that join a sentence to the one before it
    and say nothing away from it; `refers_back` one, found anywhere, for what says less than what it is about.

    `mood` says how its clauses order, forbid, and say how things have to be.

    A word is found without its accents too, if it has four letters or more: many people type none.
    """

    code: str
    headings: Mapping[Section, str]
    fixed_words: Mapping[FixedWord, str]
    kinds: str
    common: str = ""
    cues: Mapping[Cue, str] = field(default_factory=dict)
    patterns: Mapping[Cue, str] = field(default_factory=dict)
    fillers: str = ""
    before_word: str = ""
    after_word: str = ""
    verbs: str = ""
    last_verbs: str = ""
    bans: str = ""
    forbids: str = ""
    nones: str = ""
    nots: str = ""
    not_verbs: str = ""
    forms: str = ""
    not_forms: str = ""
    clitics: str = ""
    leads: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    synonyms: str = ""
    reasons: str = ""
    before_old: str = ""
    after_old: str = ""
    aside_old: str = ""
    after_aside: str = ""
    everything: str = ""
    consents: str = ""
    takes: str = ""
    working: str = ""
    told: str = ""
    mood: MoodWords = field(default_factory=MoodWords)
    light: str = ""
    about: str = ""
    anew: str = ""
    varies: str = ""
    ends: str = ""
    reports: str = ""
    counted: str = ""
    announces: str = ""
    lead_in: str = ""
    refers_back: str = ""
