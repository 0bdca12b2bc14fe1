"""What two sentences are about in general is found without a word in common, in any language."""

import pytest

from compactd.extractive.importance.rules.themes import entries, themes_of
from compactd.extractive.languages import LANGUAGES


def test_each_theme_has_words_in_every_language() -> None:
    assert set(entries()) == {language.code for language in LANGUAGES}
    themes = [{theme for its in table.values() for theme, _ in its} for table in entries().values()]
    assert all(one == themes[0] for one in themes)


@pytest.mark.parametrize(
    ("first", "then", "theme"),
    [
        ("Keep it short.", "Go into detail again.", "length"),
        ("Nur montags bitte.", "Donnerstag wäre mir lieber.", "days"),
        ("Donne les prix en dollars.", "Passe aux euros.", "money"),
        ("Отвечай по-английски.", "Лучше на немецком языке.", "language"),
        ("أرسل لي التحذيرات بالبريد.", "برسالة نصية أفضل.", "channel"),
        ("तापमान फ़ारेनहाइट में दो।", "सेल्सियस में चाहिए।", "units"),
        ("只用公制单位。", "改用英尺吧。", "units"),
        ("敬語で話してください。", "ため口でいいよ。", "tone"),
        ("채팅으로 알려 주세요.", "전화가 더 좋아요.", "channel"),
    ],
)
def test_two_sentences_without_a_word_in_common_have_a_theme(first: str, then: str, theme: str) -> None:
    own, other = themes_of(first), themes_of(then)
    assert theme in own.keys() & other.keys()
    assert own[theme].isdisjoint(other[theme])


def test_a_joined_german_word_has_the_theme_of_its_parts() -> None:
    assert "data store" in themes_of("Die Testdatenbank bleibt unberührt.")


def test_a_short_word_is_no_beginning_of_another_one() -> None:
    assert "house" not in themes_of("The catalogue is concatenated.")
