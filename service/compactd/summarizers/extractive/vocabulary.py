"""What the words of a conversation name, each looked at once however often it is written."""

from collections.abc import Collection

from compactd.summarizers.extractive.identifiers import Identifier, identifier_of, is_token, phrases_of, tokens_of

# Punctuation that makes nothing else of an ordinary word.
_AROUND = ".,;:!?()\"'"


class Vocabulary(dict[str, tuple[Identifier, ...]]):
    """Text without a space in it → its identifiers, found when it is asked for first; lives for one summary."""

    def __missing__(self, piece: str) -> tuple[Identifier, ...]:
        plain = piece.strip(_AROUND)
        found: tuple[Identifier, ...] = ()
        if plain.isalpha() and (plain.islower() or plain.istitle()):
            pass
        elif is_token(piece):
            named = identifier_of(piece)
            found = (named,) if named is not None else ()
        else:
            found = tuple(named for token in tokens_of(piece) if (named := identifier_of(token)) is not None)
        self[piece] = found
        return found

    def identifiers_in(self, text: str, ordinary: Collection[str] = ()) -> list[Identifier]:
        """As the function of this name: the identifiers of a text that is free of credentials already; `ordinary` are
        words in lower case that need no look."""
        found, rest = phrases_of(text)
        for piece in rest.split():
            if piece not in ordinary and not (piece.islower() and piece.isalpha()):
                for identifier in self[piece]:
                    found.setdefault(identifier[0], identifier)
        return list(found.values())
