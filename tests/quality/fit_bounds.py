"""Prints what is kept with each value of the numbers that were chosen by hand, and which value is chosen by that:
`python -m tests.quality.fit_bounds [NAME …]`.

A name is that of a group (`open`, `room`, `rules`), of a module, or of a number. With `check` before the names it
fails if the code holds another value than the one that is chosen (`grid.py` says how). Where it does, it says what both
keep of what no value is chosen by, too. One value after the other is looked at, with the others as they stand: what was
changed by it is looked at once more.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

from compactd.extractive.drafting import filling, outcomes, report, reserved, spare_room
from compactd.extractive.importance import reply_clauses, sentence_worth, weights, word_forms
from compactd.extractive.importance.corrections import restatements
from compactd.extractive.importance.requests import (
    announcements,
    answers,
    intent,
    open_bounds,
    said_besides,
    withdrawals,
)
from compactd.extractive.importance.rules import (
    data_lines,
    how_long,
    in_force,
    instructions,
    recounted,
    replacing,
    tasks,
    voided,
    voiding,
)
from tests.quality.grid import Bound, Measure, Tried, tried
from tests.quality.open_measure import OpenRequests
from tests.quality.room_measure import Room
from tests.quality.rules_measure import Rules

Grids = Mapping[ModuleType, Mapping[str, Sequence[float]]]

OPEN: Grids = {
    open_bounds: {
        "LOOKED_BACK_AT": (2, 3, 4, 6, 8, 12),
        "PASSED": (0, 1, 2, 3),
        "FEW_TERMS": (1, 2, 3, 4, 5),
        "POLITE_TERMS": (3, 4, 5, 6, 7, 8),
        "FEW_LETTERS": (12, 16, 18, 20, 22, 24, 26, 28, 32),
        "LETTERS_OF_SYLLABLE": (1, 2, 3, 4),
        # Beyond, what takes a rule's place stands as a request (test_exceptions.py): no measure here counts that.
        "RULE": (0.15, 0.5, 1.0, 1.5, 2.0),
        "SURELY": (0, 16, 32, 48, 64),
        "HARDLY": (-64, -48, -32, -16, 0),
        "PERHAPS": (-48, -32, -22, -11, 0, 16),
        "SAYS_SOMETHING": (1, 2, 3, 4),
        "OF_ITS_OWN": (1, 2, 3, 4),
        "LISTED": (2, 3, 4, 5),
        "LONG_REPLY": (2, 3, 4, 5, 6, 7, 8, 10),
        # Below, what was done in other words stands as open (test_answered.py, test_half_done.py): few of the ends here
        # are so.
        "LIKELY": (20, 30, 40),
        "DOUBTED": (-16, 0, 20),
        "POSSIBLY": (-16, -8, 0, 8, 16),
        "UNLIKELY": (-96, -64, -32, 0),
        "SURELY_DONE": (-128, -64, -32, 0, 32),
    },
    word_forms: {"_RUN": (3, 4, 5, 6, 7), "_RUN_OF_KOREAN": (1, 2, 3), "_SHORTEST": (2, 3, 4, 5)},
    withdrawals: {"_FEW_TERMS": (1, 2, 3, 4, 5)},
    reply_clauses: {"_NAME": (1, 2, 3, 4, 5)},
    said_besides: {"_MOST_TERMS": (1, 2, 3, 4, 5, 6), "_PHRASE": (0, 1, 2, 3, 4, 5)},
    reserved: {"_OPEN": (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)},
}
"""What is asked for and what is done, by what is named as open."""

ROOM: Grids = {
    announcements: {"_LISTED": (3, 6, 12, 24), "_SHORT": (20, 40, 60, 90)},
    answers: {"_LONGEST": (40, 60, 80, 120, 160)},
    intent: {"_SHORT": (20, 40, 60, 90)},
    filling: {
        "_SENTENCE_WORTH": (1.0, 2.0, 3.0),
        "_VALUE_WORTH": (0.3, 0.6, 0.9, 1.2),
        "_SENTENCE_POWER": (0.6, 0.7, 0.8),
        "_VALUE_POWER": (0.4, 0.5, 0.6),
        "_LABEL": (0.0, 0.5, 1.0, 1.5, 2.0, 2.5),
        "_CROWDED": (0.3, 0.4, 0.5),
        "_CROWDED_SPOKEN": (0.0, 0.1, 0.2, 0.3),
        "_GAP_WORTH": (0.1, 0.3, 0.6),
        "_COMMANDS": (0.03, 0.07, 0.12),
    },
    reserved: {
        "_LAST": (0.0, 0.04, 0.08, 0.12, 0.16),
        "_LAST_WORTH": (2.0, 4.0, 6.0),
        "_GOALS": (0.1, 0.15, 0.2, 0.65),
        "_WANTED": (0.35, 0.45, 0.55),
        "_BRIEFLY_WANTED": (0.6, 0.75, 0.9),
        "_SAME_GOAL": (0.3, 0.5, 0.7),
        "_FIRM": (0.4, 0.55, 0.7),
        "_BESIDE": (0.05, 0.1, 0.15, 0.3, 1.0),
    },
    outcomes: {
        "_MOST": (0.15, 0.25, 0.35),
        "_FIRST": (150, 225, 300),
        "_SHARE": (0.0, 0.01, 0.02),
        "_WORTH": (1.0, 2.0, 3.0),
    },
    report: {"_SHARE": (0.0, 0.01, 0.02, 0.03, 0.06)},
    spare_room: {"_LEAST_WORTH": (-5.0, -3.0, -1.0)},
    restatements: {"_SHARE": (0.2, 0.33, 0.5)},
    sentence_worth: {
        "_VALUE_IN_SENTENCE": (0.2, 0.5, 0.8),
        "_STATES": (1.2, 1.7, 2.2),
        "_MAY_STAND": (1.0, 2.0, 3.0),
        "_OWN_WORD": (0.8, 1.2, 1.6),
        "_SPECIFIC": (0.0, 0.5, 1.0, 1.5),
        "_OPENING": (0.0, 1.2, 2.4),
        "_BY_USER": (1.0, 1.5, 2.0),
        "_NAME": (1.2, 1.8, 2.4),
        "_TERM": (0.05, 0.1, 0.15),
        "_FURTHER_CUES": (0.2, 0.35, 0.5),
        "_ERROR_LINE": (2.0, 3.0, 4.0),
        "_OLD_VALUE": (1.5, 3.0, 4.5),
        "_CORRECTS": (1.5, 3.0, 4.5),
        "_CAUSE": (4.0, 7.0, 10.0),
        "_SAYS_NOTHING": (1.5, 3.0, 4.5),
        "_FORMULA": (1.5, 3.0, 4.5),
    },
    weights: {
        "_USER": (3.6, 4.2, 4.8),
        "_ASSISTANT": (2.2, 2.5, 2.8),
        "_ARGUMENT": (2.0, 2.5, 3.0),
        "_RESULT": (1.5, 2.0, 2.5),
        "_HANDLE": (1.2, 1.4, 1.6),
        "_UNSAID": (0.2, 0.4, 0.6, 1.0),
        "_ARGUED": (0.15, 0.25, 0.35),
        "_CROWD": (0.3, 0.4, 0.5),
        "_RECENT": (0.0, 0.1, 0.2, 0.3, 0.4),
        "_RECENT_RESULT": (0.0, 0.1, 0.2, 0.3, 0.4),
        "_CORRECTED": (2.0, 4.0, 6.0),
        "_A_FEW": (3, 5, 8),
        "_TIME_STAMP": (0.15, 0.3, 0.6),
        "_NOTE": (0.5, 1.0, 1.5),
    },
}
"""What sentences and values are worth, by what of facts, identifiers and later needs is kept."""

RULES: Grids = {
    in_force: {"STANDING": (-0.5, 0.0, 0.15, 0.3, 0.6), "REPLACEABLE": (-2.0, -1.6, -1.2, -0.8, -0.4)},
    instructions: {
        "FIRM": (0.2, 0.3, 0.4, 0.5, 0.6, 0.8),
        "_ANNOUNCED": (1.5, 2.0, 3.0, 4.0),
        "_NAMES_ONE": (-1.6, -1.2, -0.8, -0.4, 0.0),
        "_CONFINED": (0.0, 0.2, 0.4, 0.6, 0.8),
        "_JOINED": (0.0, 0.4, 0.8, 1.2, 1.6),
        "_POSSIBLE": (-3.0, -2.5, -2.0, -1.5),
    },
    voided: {
        "CORRECTING": (0.0, 0.15, 0.3, 0.6),
        "UNLIKELY": (0.5, 1.0, 1.5, 1.75, 2.0, 2.5),
        "_STATES": (-3.5, -3.0, -2.5, -2.0, -1.5),
        "_LIKELY": (-4.0, -3.0, -2.0, -1.0),
        "_LIKELY_OF_REMARKS": (0.0, 0.4, 0.8, 1.2),
    },
    voiding: {
        "MAY_VOID": (-3.0, -2.5, -2.0, -1.5, -1.0),
        "_SURE": (0.4, 0.7, 1.0, 1.3, 1.6),
    },
    how_long: {"_TERMS": (1, 2, 3, 4, 5), "_WORDS": (0, 1, 2, 3, 4)},
    recounted: {"_STEM": (3, 4, 5, 6), "_SHARE": (0.25, 0.34, 0.5, 0.67, 1.0)},
    replacing: {"_SAME": (0.5, 0.67, 0.75, 1.0), "_NEAR": (0.34, 0.5, 0.67)},
    tasks: {"_AT_MOST": (1, 4, 16, 64)},
    data_lines: {"_FEW": (1, 2, 3, 4)},
    reserved: {"_STANDING": (0.0, 0.03, 0.06, 0.1, 0.15)},
}
"""What is to hold and what voids it, by pairs of sentences, by conversations, and by what else has room."""

LIMITS = frozenset(
    (
        "in_force._OF_ONE_WORD",
        "in_force._LATEST",
        "in_force._NEAR",
        "instructions._STATED",
        "instructions._WEIGHED_A_STEP",
    )
)
"""What has no grid: they bound the time that a long conversation takes, and decide nothing in a short one."""

LEARNED_WITH = frozenset(
    (
        *("later_sentence._HINTS", "later_sentence._TAKES_BACK"),
        *("likeness._RUN", "likeness._RUN_OF_SCRIPT", "likeness._RUN_OF_KOREAN"),
        *("pair_features._AT_MOST", "pair_features._MANY", "pair_sides._BUCKETS"),
        *("subjects._SHORT", "subjects._HEADS", "themes._BEGINNING", "themes._LONGEST"),
        *("voiding._BOTH", "voiding._APART"),
    )
)
"""Nor have those which the weights of pairs were learned with: with another value they have to be learned anew, and
`fit_voiding check` says what is told rightly then."""

GROUPS: Mapping[str, tuple[Grids, Callable[[], Measure]]] = {
    "open": (OPEN, OpenRequests),
    "room": (ROOM, Room),
    "rules": (RULES, Rules),
}


def bounds_of(grids: Grids) -> list[Bound]:
    return [Bound(module, name, values) for module, its in grids.items() for name, values in its.items()]


def _is_asked_for(bound: Bound, group: str, names: Sequence[str]) -> bool:
    module = bound.title.partition(".")[0]
    return not names or not {group, module, bound.name, bound.title}.isdisjoint(names)


def _compared(one: Tried, measure: Measure) -> str:
    """What the chosen value and the one in the code keep of what no value is chosen by."""
    with one.bound.at(one.chosen):
        chosen = measure.unseen()
    return f"    of what no value is chosen by {chosen:.4f} with {one.chosen:g}, {measure.unseen():.4f} as it is"


def main() -> None:
    names = [word for word in sys.argv[1:] if word != "check"]
    differ = 0
    for group, (grids, maker) in GROUPS.items():
        wanted = [bound for bound in bounds_of(grids) if _is_asked_for(bound, group, names)]
        measure = maker() if wanted else None
        for bound in wanted:
            assert measure is not None
            one = tried(bound, measure)
            sys.stdout.write(f"{one.shown()}\n")
            if not one.is_held:
                differ += 1
                sys.stdout.write(f"{_compared(one, measure)}\n")
            sys.stdout.flush()
    if differ and "check" in sys.argv:
        sys.exit(f"{differ} numbers are not what is chosen")


if __name__ == "__main__":
    main()
