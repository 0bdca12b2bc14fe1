"""What the words of a conversation name, each looked at once however often it is written."""

from collections.abc import Collection

from compactd.extractive.identifiers import Identifier, identifier_of, is_token, phrases_of, tokens_of

# Punctuation that makes nothing else of an ordinary word.
_AROUND = ".,;:!?()\"'"


class Vocabulary(dict[str, tuple[Identifier, ...]]):
    """Word (text without a space in it) → its identifiers, found when it is asked for first; lives for one summary."""

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

    def identifiers_in(self, text: str, ordinary: Collection[str] = ()) -> list[Identifier]:
        """The identifiers of a text that is free of credentials already, as the function of this name finds them;
        `ordinary` are words in lower case that need no look."""
        found, rest = phrases_of(text)
        for word in rest.split():
            if word not in ordinary and not (word.islower() and word.isalpha()):
                for identifier in self[word]:
                    found.setdefault(identifier[0], identifier)
        return list(found.values())
