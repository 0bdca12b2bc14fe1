"""How much of a summary's limit a part may take."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.compactions import SummaryPart
from compactd.strategies.part_room import LEAST_PART_CHARS, room_for_part
from compactd.strategies.summary_parts import JOINT, join

LIMITS = st.integers(0, 20_000)
TOKENS = st.integers(0, 200_000)


def part(characters: int, source_tokens: int) -> SummaryPart:
    return SummaryPart(1, 2, characters // 4, "x" * characters, source_tokens=source_tokens)


PARTS = st.lists(st.builds(part, st.integers(0, 5_000), TOKENS), max_size=6)


def test_a_first_part_may_have_all_of_it() -> None:
    assert room_for_part((), 500, 3_000) == 3_000
    assert room_for_part((), 0, 3_000) == 3_000


def test_the_next_one_has_what_is_left_or_its_fair_share() -> None:
    assert room_for_part([part(1_000, 500)], 500, 3_000) == 3_000 - 1_000 - len(JOINT)
    assert room_for_part([part(3_000, 500)], 500, 3_000) == (3_000 - len(JOINT)) // 2
    assert room_for_part([part(3_000, 1_500)], 500, 3_000) == (3_000 - len(JOINT)) // 4


@given(PARTS, TOKENS, LIMITS)
def test_no_part_is_dropped_whole(others: list[SummaryPart], tokens: int, limit: int) -> None:
    assert room_for_part(others, tokens, limit) >= LEAST_PART_CHARS


@given(PARTS, TOKENS, LIMITS)
def test_parts_that_all_have_their_fair_shares_are_within_the_limit(
    parts: list[SummaryPart], tokens: int, limit: int
) -> None:
    sources = [tokens, *(each.source_tokens for each in parts)]
    empty = [part(limit, source) for source in sources]
    rooms = [room_for_part([*empty[:at], *empty[at + 1 :]], source, limit) for at, source in enumerate(sources)]
    if all(room > LEAST_PART_CHARS for room in rooms) and len(rooms) > 1:
        assert len(join([part(room, 0) for room in rooms])) <= limit
