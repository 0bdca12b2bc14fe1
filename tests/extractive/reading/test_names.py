"""Names in a sentence: what they begin with in other languages than English is none of them."""

import pytest

from compactd.extractive.reading.names import names_in


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ask Maya Lindqvist about it.", ("Maya Lindqvist",)),
        ("The review is with Tom O Neil and GitHub.", ("GitHub",)),
        ("Die Berichte dürfen eine Seite haben.", ()),
        ("Jede Zusammenfassung endet mit drei Punkten.", ()),
        ("Frag Anna Schmidt, nicht Jonas Weber.", ("Anna Schmidt", "Jonas Weber")),
        ("Les Carnets sont prêts pour Élise Martin et Paul Durand.", ("Élise Martin", "Paul Durand")),
        ("Mark Twain wrote it.", ("Mark Twain",)),
        ("We flew to El Paso.", ("El Paso",)),
        ("Протокол пишет Анна Петрова вместо Бориса Кима.", ("Анна Петрова", "Бориса Кима")),
        ("Спроси Анну Петрову.", ("Анну Петрову",)),
        ("Это Москва.", ()),
        ("Мне нужна смета.", ()),
    ],
)
def test_a_name_is_two_capitalized_words_without_what_opens_the_sentence(line: str, names: tuple[str, ...]) -> None:
    assert names_in(line) == names
