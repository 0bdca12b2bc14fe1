"""Request forms: what a summarizer model reads, a transcript or its own context, as the messages of a request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compactd.domain.messages import ChatMessage, Role
from compactd.strategies.prompts import (
    ACKNOWLEDGEMENT,
    CHARACTERS_PROMISE,
    CHARACTERS_REQUEST,
    EARLIER_REQUEST,
    KEPT_SUMMARY,
    LONGEST_SUMMARY,
    MERGE_REQUEST,
    PAUSE,
    REQUEST,
    WORDS_PROMISE,
    WORDS_REQUEST,
)
from compactd.strategies.transcript import enclose, enclose_earlier, escape
from compactd.strategies.view import ViewEntry

FRAME_TOKENS = 132
"""Upper bound of the fixed lines of a transcript request: markers, requests, acknowledgement, limits, roles."""

PARTIAL_LINE_TOKENS = 12
"""Upper bound of the line over a partial summary."""

TOKENS_PER_WORD = 2
"""On the safe side, since most languages take more of them than English."""


@dataclass(frozen=True, slots=True)
class AnswerLength:
    """How long the answer may be; 0 where nothing has to be said: `characters` where the summary has a limit, `words`
    where the output limit is below what a prompt may allow."""

    characters: int = 0
    words: int = 0


def answer_length(characters: int, answer_tokens: int) -> AnswerLength:
    """What to say to a model whose answer, without its thoughts, may take `answer_tokens`."""
    words = answer_tokens // TOKENS_PER_WORD
    return AnswerLength(characters, words if words < LONGEST_SUMMARY else 0)


def transcript_request(
    prompt: str,
    rendered: Iterable[str],
    *,
    strict_turns: bool,
    acknowledge: bool = False,
    earlier: Sequence[str] = (),
    merge: bool = False,
    length: AnswerLength = AnswerLength(),
) -> list[ChatMessage]:
    """Prompt, acknowledgement, and the transcript with its request.

    With `strict_turns`, a user opens, an acknowledgement can only follow a prompt that is a user message.
    `earlier` are the parts before this one, shown as reference that is not to be repeated. With `merge` the rendered
    texts are partial summaries.
    """
    as_user = acknowledge and strict_turns
    messages = [ChatMessage(Role.USER if as_user else Role.SYSTEM, prompt)]
    if acknowledge:
        messages.append(ChatMessage(Role.ASSISTANT, ACKNOWLEDGEMENT))
    paragraphs = [enclose_earlier(earlier)] if earlier else []
    paragraphs += [enclose(rendered), REQUEST]
    if earlier:
        paragraphs.append(EARLIER_REQUEST)
    if merge:
        paragraphs.append(MERGE_REQUEST)
    paragraphs += _limits(length, CHARACTERS_REQUEST, WORDS_REQUEST)
    messages.append(ChatMessage(Role.USER, "\n\n".join(paragraphs)))
    return messages


def self_request(
    prompt: str,
    view: Sequence[ViewEntry],
    *,
    summarized: bool = False,
    length: AnswerLength = AnswerLength(),
) -> list[ChatMessage]:
    """The context as the model knows it, then the prompt alone as a user message. `summarized`: it begins with a
    summary. What else has to be said, the assistant says before the prompt."""
    messages = [entry.message for entry in view]
    sentences = [KEPT_SUMMARY] if summarized else []
    sentences += _limits(length, CHARACTERS_PROMISE, WORDS_PROMISE)
    if sentences or messages[-1].role is not Role.ASSISTANT:
        messages.append(ChatMessage(Role.ASSISTANT, " ".join((PAUSE, *sentences))))
    messages.append(ChatMessage(Role.USER, prompt))
    return messages


def render_partial(number: int, text: str) -> str:
    """A partial summary as an entry of the transcript that a merge reads."""
    return f"[partial summary {number}]\n{escape(text)}"


def _limits(length: AnswerLength, characters: str, words: str) -> list[str]:
    lines = [characters.format(characters=length.characters)] if length.characters else []
    return [*lines, words.format(words=length.words)] if length.words else lines
