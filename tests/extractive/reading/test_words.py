"""The words of a text."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive.languages.words import words_of

ASCII = st.text(st.characters(max_codepoint=127), max_size=60)


@given(ASCII)
def test_a_text_has_the_same_words_whatever_letters_stand_behind_it(text: str) -> None:
    assert [*words_of(text), "été"] == words_of(f"{text} été")


def test_a_hyphen_and_an_apostrophe_join_words_between_letters() -> None:
    assert words_of("Don't re-run step-2 - it's l'ordine") == ["don't", "re-run", "step", "it's", "l", "ordine"]
