"""How to ask: the second of the two choices that a mode makes, as the messages of a model request."""

from collections.abc import Iterable, Sequence

from compactd.domain.compactions import Ask
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.settings import CompactionMode
from compactd.strategies.prompts import ACKNOWLEDGEMENT, KEPT_SUMMARY, MERGE_REQUEST, PAUSE, REQUEST
from compactd.strategies.transcript import enclose, escape
from compactd.strategies.view import ViewEntry

ASK_OF_MODE = {
    CompactionMode.ALL: Ask.TRANSCRIPT,
    CompactionMode.SLIDING_WINDOW: Ask.TRANSCRIPT,
    CompactionMode.SELF_COMPACT_ALL: Ask.SELF,
    CompactionMode.SELF_COMPACT_SLIDING_WINDOW: Ask.SELF,
}

# Providers whose conversations have to open with a user message: an acknowledgement can only follow a prompt that is
# one. Gemini and Bedrock refuse an assistant's opening; Anthropic's API documents the same rule.
OPENED_BY_USER = frozenset({"google_ai", "google_vertex", "bedrock", "anthropic", "moonshot_coding"})

FRAME_TOKENS = 112
"""Upper bound of the fixed lines of a transcript request: markers, request, acknowledgement, reference, roles."""

PARTIAL_LINE_TOKENS = 12
"""Upper bound of the line over a partial summary."""


def ask_transcript(
    prompt: str,
    rendered: Iterable[str],
    *,
    provider: str,
    acknowledge: bool = False,
    earlier: Sequence[str] = (),
    merge: bool = False,
) -> list[ChatMessage]:
    """Prompt, acknowledgement, and the transcript with its request.

    `earlier` are the parts before this one, shown as reference that is not to be repeated. With `merge` the rendered
    texts are partial summaries.
    """
    as_user = acknowledge and provider in OPENED_BY_USER
    messages = [ChatMessage(Role.USER if as_user else Role.SYSTEM, prompt)]
    if acknowledge:
        messages.append(ChatMessage(Role.ASSISTANT, ACKNOWLEDGEMENT))
    pieces = [_reference(earlier)] if earlier else []
    pieces += [enclose(rendered), REQUEST]
    if merge:
        pieces.append(MERGE_REQUEST)
    messages.append(ChatMessage(Role.USER, "\n\n".join(pieces)))
    return messages


def ask_self(prompt: str, view: Sequence[ViewEntry], *, summarized: bool = False) -> list[ChatMessage]:
    """The context as the model knows it, then the prompt as a user message. `summarized`: it begins with a summary."""
    messages = [entry.message for entry in view]
    if messages[-1].role is not Role.ASSISTANT:
        messages.append(ChatMessage(Role.ASSISTANT, PAUSE))
    messages.append(ChatMessage(Role.USER, f"{prompt}\n\n{KEPT_SUMMARY}" if summarized else prompt))
    return messages


def render_partial(number: int, text: str) -> str:
    """A partial summary as an entry of the transcript that a merge reads."""
    return f"[partial summary {number}]\n{escape(text)}"


def _reference(earlier: Sequence[str]) -> str:
    parts = "\n\n".join(escape(part) for part in earlier)
    return f"Already summarized before the transcript, for reference only, not to be repeated:\n{parts}"
