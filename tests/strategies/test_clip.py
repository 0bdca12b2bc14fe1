"""Where a text is cut off."""

import pytest
import regex

from compactd.strategies.clip import clip
from tests.builders.conversations import seeds

FAMILY = "👩‍👩‍👧‍👦"
ACCENT = "e\u0301\u0323"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("One two. Three four. Five six seven", 24, "One two. Three four.…"),
        # A sentence that ends exactly where the room does.
        ("One two three four. Five", 20, "One two three four.…"),
        ("Wir gehen. Jetzt aber schnell weiter", 30, "Wir gehen. Jetzt aber schnell…"),
        ("version 1.2.3.4.5.6 is the one we want", 20, "version 1.2.3.4.5.6…"),
        ("これは文です。次の文はここまで続きます。", 8, "これは文です。…"),
        ("ab" + FAMILY * 3, 12, "ab" + FAMILY + "…"),
        ("abc" + ACCENT * 3, 8, "abc" + ACCENT + "…"),
        (FAMILY, 3, "…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("One two. Three four.", -3, ""),
    ],
)
def test_a_summary_is_cut_where_it_reads_best(text: str, limit: int, expected: str) -> None:
    assert clip(text, limit) == expected


def test_a_cut_never_exceeds_the_limit_nor_splits_a_grapheme() -> None:
    alphabet = ("word ", "next. ", "結", "。", FAMILY, ACCENT, "\n", "🇩🇪", "x")
    for random in seeds(3_000):
        text = "".join(random.choice(alphabet) for _ in range(random.randint(1, 40)))
        limit = random.randint(1, len(text) + 2)
        cut = clip(text, limit)
        assert len(cut) <= limit
        if len(text) > limit:
            assert cut.endswith("…")
            assert text.startswith(cut[:-1])
            ends = {match.end() for match in regex.finditer(r"\X", text)} | {0}
            assert len(cut) - 1 in ends
        else:
            assert cut == text
