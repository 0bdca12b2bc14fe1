"""The words by which the mood of a clause is told, beyond the verbs that order and the words that forbid."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MoodWords:
    """Words of one language, separated by `; `, as in `Language`; without any of them nothing is told.

    `lasting` are verbs that order how to go on, and not what to do once (`keep`); `ones` point at one thing, `many`
    begin what is about all of a kind, as do words with the endings `plurals`. `norms` say of those how they have to
    be (`belong`), and so do `passives` before a word with one of the endings `past` (`are kept`); `past` is also of
    what is told. `limits` end what is so of these alone (`for me only`). `idle` are words that make nothing of a
    ban before them (`no problem`); the words of `idioms` are no cues there by themselves (the `never` of `never
    mind`).

    `objects` stand behind a verb alone where a clause begins, and make an order of any word but the `no_orders`.
    `selves` and `refusals` begin what somebody never does, unless one of the `no_habits` follows (`I don't know`),
    or wants or likes, if it is one of the `wishes` or `tastes` about all of a kind. `thats` are behind what
    somebody says or agrees on. `finites` are words without which hardly a sentence with a verb does.
    """

    lasting: str = ""
    ones: str = ""
    many: str = ""
    plurals: str = ""
    norms: str = ""
    passives: str = ""
    past: str = ""
    limits: str = ""
    idle: str = ""
    idioms: str = ""
    objects: str = ""
    no_orders: str = ""
    selves: str = ""
    refusals: str = ""
    no_habits: str = ""
    wishes: str = ""
    tastes: str = ""
    thats: str = ""
    finites: str = ""
