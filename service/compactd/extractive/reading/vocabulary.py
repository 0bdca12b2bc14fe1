"""What the words of conversations name, and their sentences say, each looked at once however often it is written."""

from collections.abc import Iterable

from compactd.extractive.reading.digest import Said
from compactd.extractive.reading.identifiers import (
    Identifier,
    Kind,
    classify,
    identifier_of,
    is_token,
    phrases_of,
    tokens_of,
)

KNOWN_AT_MOST = 50_000
"""Words, and tokens, that are remembered; who knows more of them begins anew. About 10 MB."""

SENTENCES_AT_MOST = 4_000
"""Sentences that are remembered, about 4 MB; who knows more of them begins anew. Of what conversations with the same
agents say much is said in each of them: of 21 recorded ones the same instructions, a half of all sentences."""

# Punctuation that makes nothing else of an ordinary word.
_AROUND = ".,;:!?()\"'"


class Vocabulary(dict[str, tuple[Identifier, ...]]):
    """Word (text without a space in it) → its identifiers, found when it is asked for first.

    `tokens` are those of the output of programs: token → the token without punctuation, and what it is. `sentences` are
    what was read of them by themselves, by their texts and whether a user said them.
    """

    def __init__(self) -> None:
        self.tokens = _Tokens()
        self.sentences: dict[tuple[str, bool], Said] = {}

    def __missing__(self, word: str) -> tuple[Identifier, ...]:
        plain = word.strip(_AROUND)
        found: tuple[Identifier, ...] = ()
        if plain.isalpha() and (plain.islower() or plain.istitle()):
            pass
        elif is_token(word):
            named = identifier_of(word)
            found = (named,) if named is not None else ()
        else:
            found = tuple(named for token in tokens_of(word) if (named := identifier_of(token)) is not None)
        self[word] = found
        return found

    def identifiers_in(self, text: str) -> list[Identifier]:
        """The identifiers of a text that is free of credentials already, as the function of this name finds them."""
        found, rest = phrases_of(text)
        self.add_to(found, rest.split())
        return list(found.values())

    def add_to(self, found: dict[str, Identifier], words: Iterable[str]) -> None:
        """Adds what the words name to what was `found` before them, by value."""
        # Most words name nothing.
        for identifiers in filter(None, map(self.__getitem__, words)):
            for identifier in identifiers:
                found.setdefault(identifier[0], identifier)

    def forget_if_full(self) -> None:
        """Begins anew if more words or sentences are known than are to be remembered."""
        for known in (self, self.tokens):
            if len(known) > KNOWN_AT_MOST:
                known.clear()
        if len(self.sentences) > SENTENCES_AT_MOST:
            self.sentences.clear()


class _Tokens(dict[str, tuple[str, Kind | None]]):
    def __missing__(self, token: str) -> tuple[str, Kind | None]:
        found = self[token] = classify(token)
        return found
