"""What texts are found by, whatever the language, and what a query asks for."""

from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import AudioPart, ChatMessage, FilePart, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.strategies.search_words import MAX_QUERY, MOST_WORDS, message_words, query_words, search_words
from compactd.strategies.steps import finished
from compactd.strategies.stretches import STRETCH

LETTERS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


def finds(query: str, text: str) -> bool:
    asked = query_words(query)
    return bool(asked) and asked <= search_words(text)


def message_finds(query: str, message: ChatMessage) -> bool:
    return query_words(query) <= finished(message_words(message))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("gamma ALPHA", "Alpha, beta; gamma."),
        ("“alpha”", "(alpha)"),
        ("ORD-5521", "About ORD-5521: paid."),
        ("5521", "About ORD-5521: paid."),
        ("ord 5521", "About ORD-5521: paid."),
        ("src/app.py", "open /srv/src/app.py now"),
        ("app.py", "open `src/app.py`"),
        ("app", "open src/app.py"),
        ("foo_bar", "def foo_bar(x):"),
        ("bar", "def foo_bar(x):"),
        ("a@b.c", "<a@b.c>"),
        ("https://example.com/x?y=1", "see https://example.com/x?y=1."),
        ("12,000.50", "12,000.50 EUR"),
        ("C:\\new\\test", "in C:\\new\\test.txt"),
        ("cafe", "Café"),
        ("CAFÉ", "cafe\u0301"),
        ("strasse", "Straße"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("istanbul", "İstanbul"),
        ("елка", "Ёлка"),
        ("كتب", "كَتَبَ"),
        ("שלום", "שָׁלוֹם"),
        ("हिन्दी", "यह हिन्दी है।"),
        ("ＡＢＣ１２", "abc12"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("猫", "黒い猫です"),
        ("天気", "今日の天気はどうですか"),
        ("北京大学", "他在北京大学学习"),
        ("第12章", "第12章を読む"),
        ("API", "APIキー"),
        ("학교", "학교에서"),
        ("ประเทศ", "ในประเทศไทย"),
        ("ខ្មែរ", "ភាសាខ្មែរ"),
        ("မြန်မာ", "မြန်မာစာ"),
        ("二", "\u2f06"),
        ("订单A-103", "您的订单 A-103 已发货"),
        ("订单 A-103", "您的订单A-103已发货"),
        ("订单A-103", "订单号：A-103"),
        ("金额是EUR", "金额是 EUR 500"),
        ("注文A-103", "注文 A-103 です"),
        ("주문A-103", "주문 A-103은"),
        ("คำสั่งA-103", "คำสั่ง A-103"),
        ("订单103", "订单 103"),
        ("3月18日", "3 月 18 日"),
        ("3 月", "3月"),
    ],
)
def test_a_text_is_found_by(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("alpha delta", "alpha beta"),
        ("in", "into"),
        ("ORD-5521", "ORD-77 and 5521"),
        ("src/app.py", "app of src, in py"),
        ("天気", "天は気"),
        ("か", "が"),
        ("3月18日", "8月3日 18時"),
        ("订单A-103", "订单 A-77, 103"),
        ("订单A", "单子 A 订了"),
        ("हिन्द", "हिन्दी"),
        ("...", "..."),
        ("_", "a_b"),
    ],
)
def test_a_text_is_not_found_by(query: str, text: str) -> None:
    assert not finds(query, text)


@pytest.mark.parametrize(
    "text",
    [
        '{"note": "line one\\nsecond line\\tthird"}',
        "'line one\\\\nsecond line\\\\tthird'",
        '{"inner": "{\\"note\\": \\"line one\\\\nsecond\\\\tthird\\"}"}',
    ],
)
def test_words_behind_an_escaped_line_end_are_found(text: str) -> None:
    assert finds("second third", text)


@pytest.mark.parametrize("backslash", ["\\", "\\\\"])
def test_characters_that_json_has_escaped_are_found(backslash: str) -> None:
    text = '{"city": "\\u5317\\u4eac d\\u00e9j\\u00e0 \\ud842\\udfb7"}'.replace("\\", backslash)
    assert finds("北京", text)
    assert finds("déjà", text)
    assert finds("\U00020bb7", text)


@given(st.lists(LETTERS, min_size=1, max_size=8), st.data())
def test_every_choice_of_its_words_finds_a_text_however_they_are_written(words: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1))
    form: Any = data.draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    assert finds(normalize(form, " ".join(chosen)), " ".join(words))


@given(st.text(), st.text(st.characters(categories=["Lo"])), st.text())
def test_what_is_written_in_chinese_is_found_wherever_it_stands(before: str, said: str, after: str) -> None:
    # Latin and other letters before it would be its neighbours in a word.
    han = "".join(character for character in said if "\u4e00" <= character <= "\u9fff") or "山"
    assert query_words(han) <= search_words(f"{before}\n{han}\n{after}")


@given(st.text(st.characters(exclude_categories=["L", "N", "M", "S", "Cn"])))
def test_marks_alone_ask_for_nothing(query: str) -> None:
    assert query_words(query) == set()


@given(st.text())
def test_a_text_holds_what_a_query_of_its_own_words_asks_for(text: str) -> None:
    assert query_words(text) <= search_words(text)


@given(st.text(st.characters(codec=None)))
def test_any_characters_are_taken_halves_of_surrogate_pairs_and_nul_too(text: str) -> None:
    assert search_words(f"{text}\ud800 \0 alpha") >= {"alpha"}


@pytest.mark.parametrize("filler", ["word ", "語", "。"])
def test_a_long_text_is_found_by_what_stands_at_the_ends_of_its_stretches(filler: str) -> None:
    for end in (STRETCH, STRETCH + MAX_QUERY):
        for shift in (-3, -1, 0, 1, 3):
            before = (filler * STRETCH)[: end + shift - 2]
            text = f"{before} 北京大学/src/app.py {filler * STRETCH}"
            assert finds("北京大学", text)
            assert finds("src/app.py", text)


@pytest.mark.parametrize(
    ("query", "spaced"), [("3月", "3 月"), ("订单103", "订单 103"), ("３月", "３\u3000月"), ("²月", "² 月")]
)
def test_a_long_text_does_not_end_a_stretch_at_a_blank_that_may_be_left_out(query: str, spaced: str) -> None:
    for shift in range(-4, 5):
        text = f"{('word ' * STRETCH)[: STRETCH + shift]} {spaced} {'word ' * STRETCH}"
        assert finds(query, text)


def test_a_long_row_of_numbers_is_cut_at_its_blanks() -> None:
    numbers = [str(number) for number in range(10_000, 10_000 + STRETCH)]
    assert search_words(" ".join(numbers)) == set(numbers)


def test_a_message_is_found_by_what_it_says_calls_and_names() -> None:
    message = ChatMessage(
        Role.ASSISTANT,
        parts=(
            TextPart("alpha"),
            FilePart(name="Umsatz_2026.xlsx", data=b"bravo"),
            AudioPart("wav", b"x", "charlie"),
            ImagePart(url="https://example.com/delta.png"),
            OpaquePart("openai", "gpt-5", "echo", b"foxtrot"),
        ),
        tool_calls=(ToolCall("golf", "find_invoice", '{"number": "INV-0001"}'),),
        reasoning="hotel",
    )
    for query in ("alpha", "umsatz_2026.xlsx", "charlie", "find_invoice", "invoice", "INV-0001"):
        assert message_finds(query, message)
    for query in ("bravo", "delta", "openai", "echo", "foxtrot", "golf", "hotel"):
        assert not message_finds(query, message)


def test_credentials_and_what_is_encoded_are_not_indexed() -> None:
    key = "sk-proj-" + "Ab3dE6gH9jK2mN5p" * 3
    blob = "QUJDREVGR0hJSktMTU5P" * 80
    message = ChatMessage(Role.USER, f"My key is {key}, the file is data:image/png;base64,{blob} alpha")
    words = finished(message_words(message))
    assert "alpha" in words
    assert not {word for word in words if key.lower()[8:] in word or blob.lower()[:20] in word}
    assert "secret" not in words


def test_credentials_that_json_has_escaped_are_not_indexed() -> None:
    call = ToolCall("c", "login", '{"url": "https:\\/\\/ada:Zq81xPw7\\u0040example.com\\/x", "alpha": 1}')
    words = finished(message_words(ChatMessage(Role.ASSISTANT, tool_calls=(call,))))
    assert "alpha" in words
    assert not {word for word in words if "zq81xpw7" in word}


def test_a_message_has_no_more_words_than_an_index_takes_and_they_are_the_first_ones() -> None:
    numbers = [f"n{number}" for number in range(MOST_WORDS + 50_000)]
    call = ToolCall("c1", "look", f'"{numbers[-1]}"')
    words = finished(message_words(ChatMessage(Role.ASSISTANT, " ".join(numbers), tool_calls=(call,))))
    assert len(words) == MOST_WORDS
    assert words.issuperset(numbers[: MOST_WORDS * 3 // 4])
    assert words.isdisjoint(numbers[MOST_WORDS + STRETCH :])
