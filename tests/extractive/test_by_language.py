"""What is made of a language is made when it is first asked for, and once."""

import pytest

from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.languages.by_language import ByLanguage


def test_nothing_is_made_of_a_language_before_it_is_met_nor_a_second_time() -> None:
    made: list[str] = []

    def make(language: Language) -> str:
        made.append(language.code)
        return language.code.upper()

    names = ByLanguage(make)
    assert not made
    assert [names["ko"], names["en"], names["ko"]] == ["KO", "EN", "KO"]
    assert made == ["ko", "en"]


def test_each_language_has_its_own_and_what_is_none_has_nothing() -> None:
    themselves = ByLanguage(lambda language: language)
    assert tuple(themselves[language.code] for language in LANGUAGES) == LANGUAGES
    with pytest.raises(KeyError):
        themselves["tlh"]
