"""What the words of a conversation say by themselves, each looked at once however often it is written."""

from typing import NamedTuple

from compactd.summarizers.extractive.cues import cues_of_words, may_begin_phrase, words_of
from compactd.summarizers.extractive.identifiers import Identifier, identifier_of, tokens_of

_CONTENT_LENGTH = 4
_STEM = 7


class Entry(NamedTuple):
    """What stands between two spaces: its words, the cues of each alone, whether they may begin a longer one, the stems
    of its long words, its identifiers."""

    words: tuple[str, ...]
    cues: int
    may_begin: bool
    terms: tuple[str, ...]
    identifiers: tuple[Identifier, ...]


class Vocabulary(dict[str, Entry]):
    """Text without a space in it → its entry, made when it is asked for the first time; lives for one summary."""

    def __missing__(self, text: str) -> Entry:
        words = words_of(text)
        entry = self[text] = Entry(
            words=tuple(words),
            cues=cues_of_words(words),
            may_begin=may_begin_phrase(words),
            terms=tuple(word[:_STEM] for word in words if len(word) >= _CONTENT_LENGTH),
            identifiers=tuple(found for token in tokens_of(text) if (found := identifier_of(token)) is not None),
        )
        return entry
