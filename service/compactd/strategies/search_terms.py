"""Search terms: what a database indexes in place of search words, so that its index says nothing by itself.

A term is the keyed hash of a word, with a secret of the conversation's own (a blind index). So postings of one
conversation never meet another's, whatever both speak of; every term has the same form, whatever the word; and once
the secret is deleted, what an index still holds of the conversation, in pages and segments that wait to be merged,
tells nobody anything. All terms of a conversation begin alike, so that they stand side by side in an index, however
large: indexing and searching one conversation touches few of its pages.
"""

import secrets
from base64 import b32encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from compactd.domain.messages import StoredMessage
from compactd.domain.value_class import value
from compactd.strategies.search_words import message_words
from compactd.strategies.steps import Steps

_SECRET_BYTES = 16
_BEGINNING = 3
_TERM = 10
"""Letters and digits of base32: a term is 15 bits of the conversation's, which set 32,768 groups of them apart, and 35
of the word's. Of a hundred thousand words, three in a million are found by another's term."""


@value
class IndexedMessage:
    """A message by its position, and its terms with blanks between; empty if it has none."""

    position: int
    terms: str


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def search_terms(words: Iterable[str], secret: bytes) -> list[str]:
    """A term for each word, in their order."""
    beginning = _hash("", secret)[:_BEGINNING]
    return [(beginning + _hash(word, secret))[:_TERM] for word in words]


def index_messages(messages: Sequence[StoredMessage], secret: bytes) -> Steps[list[IndexedMessage]]:
    """The messages as they are indexed, in steps of a stretch of their texts."""
    known: dict[str, str] = {}
    indexed: list[IndexedMessage] = []
    for stored in messages:
        words = yield from message_words(stored.message)
        new = [*(words - known.keys())]
        known.update(zip(new, search_terms(new, secret), strict=True))
        indexed.append(IndexedMessage(stored.position, " ".join([known[word] for word in words])))
        yield
    return indexed


def _hash(word: str, secret: bytes) -> str:
    digest = blake2b(word.encode("utf-8", "surrogatepass"), key=secret, digest_size=5).digest()
    return b32encode(digest).decode().lower()
