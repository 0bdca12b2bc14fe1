"""Calls by which an agent speaks: `send_message({"message": …})`. What is in them the assistant says."""

from functools import lru_cache

from compactd.domain.messages import ToolCall
from compactd.extractive.reading.speech_names import carries_words, words_of_name
from compactd.extractive.reading.tool_data import document_of, leaves_of

_SPEAKING = frozenset(
    ("answer", "ask", "chat", "message", "reply", "respond", "response", "say", "send", "speak", "tell")
)
_BESIDE = frozenset(("a", "final", "human", "the", "to", "user"))
_THOUGHTS = frozenset(("inner", "reasoning", "thinking", "thought", "thoughts"))


def spoken_in(call: ToolCall) -> str | None:
    """What a call says to the user: the only argument of one whose name says nothing but that; None for any other.

    A call that says to whom or where it writes changes something in the world.
    """
    if not _speaks(call.name):
        return None
    leaves = leaves_of(document_of(call.arguments))
    said = [leaf for leaf in leaves if _THOUGHTS.isdisjoint(words_of_name(leaf.label))]
    return said[0].text.replace("\x00", " ") if len(said) == 1 and carries_words(said[0].label) else None


@lru_cache(maxsize=1024)
def _speaks(name: str) -> bool:
    words = frozenset(words_of_name(name))
    return not words.isdisjoint(_SPEAKING) and words <= _SPEAKING | _BESIDE
