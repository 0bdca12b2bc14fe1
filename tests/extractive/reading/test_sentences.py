"""Where sentences end, in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive.reading.sentences import LONGEST, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("First one. Second one! Third?", ["First one.", "Second one!", "Third?"]),
        ("See src/main.py v1.2 e.g. here. then go", ["See src/main.py v1.2 e.g. here.", "then go"]),
        ("Dr. Aalto came. She left.", ["Dr. Aalto came.", "She left."]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("Es ist am 3. Mai um 9 Uhr. Um 12. Danach nicht.", ["Es ist am 3. Mai um 9 Uhr.", "Um 12.", "Danach nicht."]),
        ("Es kostet 5 Mio. Euro heute. Danke.", ["Es kostet 5 Mio. Euro heute.", "Danke."]),
        ("Es sind 5 Mio. Wir gehen.", ["Es sind 5 Mio.", "Wir gehen."]),
        ("Стоит 3 тыс. руб. за штуку. Звони.", ["Стоит 3 тыс. руб. за штуку.", "Звони."]),
        ("订单号是ORD-1。请查！好吗？", ["订单号是ORD-1。", "请查！", "好吗？"]),
        ("他说：“好的。”然后走了。", ["他说：“好的。”", "然后走了。"]),
        ("納品は3月5日です。「はい。」と言った。", ["納品は3月5日です。", "「はい。」", "と言った。"]),
        ("- one\n- two\n\n1. three", ["- one", "- two", "1. three"]),
        ("هل وصل الطلب؟ نعم.", ["هل وصل الطلب؟", "نعم."]),
        ("That is all. ###STOP### Ship it.", ["That is all.", "Ship it."]),
        ("###STOP###", []),
        ("## Heading\n### Part 2 ###", ["## Heading", "### Part 2 ###"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_splits(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_splits_what_has_no_end() -> None:
    pieces = split_sentences("好" * 1000)
    assert "".join(pieces) == "好" * 1000
    assert max(map(len, pieces)) <= LONGEST


def test_prefers_the_end_of_a_clause() -> None:
    pieces = split_sentences("word " * 40 + "clause, " + "word " * 40)
    assert pieces[0].endswith("clause,")


@given(st.text())
def test_loses_nothing_but_space(text: str) -> None:
    pieces = split_sentences(text)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece and len(piece) <= LONGEST for piece in pieces)
