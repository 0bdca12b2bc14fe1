"""Terms in place of words: the same within a conversation, and nothing to anybody else."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.strategies.search_terms import index_messages, new_secret, search_terms
from compactd.strategies.search_words import search_words
from compactd.strategies.steps import finished

SECRET = bytes(range(16))


@given(st.text(st.characters(codec=None), min_size=1))
def test_every_term_is_one_word_to_any_database(word: str) -> None:
    [term] = search_terms([word], SECRET)
    assert term.isascii()
    assert term.isalnum()
    assert term == term.lower()
    assert len(term) == 10


def test_terms_of_a_conversation_begin_alike() -> None:
    assert len({term[:3] for term in search_terms(["alpha", "beta", "gamma"], SECRET)}) == 1


def test_a_term_depends_on_the_secret_which_is_another_each_time() -> None:
    assert search_terms(["alpha"], SECRET) == search_terms(["alpha"], SECRET)
    assert search_terms(["alpha"], SECRET) != search_terms(["alpha"], new_secret())
    assert new_secret() != new_secret()


def test_words_of_a_large_vocabulary_have_terms_of_their_own() -> None:
    words = [f"word{number}" for number in range(50_000)]
    assert len(set(search_terms(words, SECRET))) == len(words)


def test_messages_are_indexed_by_the_terms_of_their_words() -> None:
    texts = ["alpha beta", "", "beta 北京"]
    messages = [
        StoredMessage(f"message-{at}", at, 1, datetime(2026, 1, 1, tzinfo=UTC), ChatMessage(Role.USER, text))
        for at, text in enumerate(texts, 1)
    ]
    indexed = finished(index_messages(messages, SECRET))
    assert [message.position for message in indexed] == [1, 2, 3]
    for message, text in zip(indexed, texts, strict=True):
        assert set(message.terms.split()) == set(search_terms(search_words(text), SECRET))
