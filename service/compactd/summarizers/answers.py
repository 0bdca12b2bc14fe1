"""What an answer says and what it counts, read from the provider's own JSON.

litellm's classes read it too, into objects of their own: 0.2 ms for what is a few look-ups here.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from compactd.domain.compactions import MAX_TOKENS, token_count
from compactd.summarizers.finish_reasons import UnreadableAnswer
from compactd.summarizers.providers.row import Dialect

TokenCounts = tuple[int, int, int]
"""Input (what came from a cache included), output (thoughts included), and of the input what came from a cache."""


def answer_text(body: Mapping[str, Any], dialect: Dialect) -> str | None:
    """None if there is no text. UnreadableAnswer if the body has no place for one."""
    try:
        return _TEXTS[dialect](body)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UnreadableAnswer from error


def token_counts(body: Mapping[str, Any], dialect: Dialect) -> TokenCounts:
    """Zero for what the provider does not say, or does not say as a count: an odd figure fails no answer."""
    taken, written, cached = _COUNTS[dialect](_inner(body, "usageMetadata" if dialect is Dialect.GEMINI else "usage"))
    return min(MAX_TOKENS, taken), min(MAX_TOKENS, written), cached


def named_cost(body: Mapping[str, Any]) -> float | None:
    """US dollars, where the provider says itself what an answer cost, as OpenRouter does."""
    cost = _inner(body, "usage").get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0 <= cost < float("inf"):
        return None
    return float(cost)


def _joined(texts: list[str]) -> str | None:
    return "".join(texts) or None


def _chat_text(body: Mapping[str, Any]) -> str | None:
    content: Any = body["choices"][0]["message"].get("content")
    if isinstance(content, list):
        # Mistral's models that think: their thoughts are parts of another type.
        return _joined([part["text"] for part in content if part["type"] == "text"])
    if content is not None and not isinstance(content, str):
        raise TypeError
    return content


def _messages_text(body: Mapping[str, Any]) -> str | None:
    return _joined([block["text"] for block in body["content"] if block["type"] == "text"])


def _gemini_text(body: Mapping[str, Any]) -> str | None:
    parts = (body["candidates"][0].get("content") or {}).get("parts") or ()
    return _joined([part["text"] for part in parts if "text" in part and not part.get("thought")])


def _converse_text(body: Mapping[str, Any]) -> str | None:
    blocks = body["output"]["message"]["content"]
    return "".join(block["text"] for block in blocks if "text" in block)


def _responses_text(body: Mapping[str, Any]) -> str | None:
    parts = [part for item in body["output"] if item["type"] == "message" for part in item["content"]]
    return "".join(part["text"] for part in parts if part["type"] == "output_text")


_TEXTS: Mapping[Dialect, Callable[[Mapping[str, Any]], str | None]] = MappingProxyType(
    {
        Dialect.CHAT: _chat_text,
        Dialect.MESSAGES: _messages_text,
        Dialect.GEMINI: _gemini_text,
        Dialect.CONVERSE: _converse_text,
        Dialect.RESPONSES: _responses_text,
    }
)


def _count(counts: Mapping[str, Any], name: str) -> int:
    return token_count(counts.get(name))


def _inner(counts: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under this name; an empty one where there is something else."""
    found = counts.get(name)
    return found if isinstance(found, dict) else {}


def _chat_counts(counts: Mapping[str, Any]) -> TokenCounts:
    details = _inner(counts, "prompt_tokens_details")
    # DeepSeek's name for the same.
    cached = _count(details, "cached_tokens") or _count(counts, "prompt_cache_hit_tokens")
    taken, written = _count(counts, "prompt_tokens"), _count(counts, "completion_tokens")
    thought = _count(_inner(counts, "completion_tokens_details"), "reasoning_tokens")
    # xAI counts the thoughts beside what was written; for all others they are a part of that.
    if thought and taken + written + thought == _count(counts, "total_tokens"):
        written += thought
    return taken, written, cached


def _messages_counts(counts: Mapping[str, Any]) -> TokenCounts:
    cached = _count(counts, "cache_read_input_tokens")
    written = _count(counts, "cache_creation_input_tokens")
    return _count(counts, "input_tokens") + cached + written, _count(counts, "output_tokens"), cached


def _gemini_counts(counts: Mapping[str, Any]) -> TokenCounts:
    asked, written = _count(counts, "promptTokenCount"), _count(counts, "candidatesTokenCount")
    # Some models count their thoughts as written, as the total shows.
    if asked + written != _count(counts, "totalTokenCount"):
        written += _count(counts, "thoughtsTokenCount")
    taken = asked + _count(counts, "toolUsePromptTokenCount")
    return taken, written, _count(counts, "cachedContentTokenCount")


def _converse_counts(counts: Mapping[str, Any]) -> TokenCounts:
    cached = _count(counts, "cacheReadInputTokens") or _count(counts, "cacheReadInputTokenCount")
    written = _count(counts, "cacheWriteInputTokens") or _count(counts, "cacheWriteInputTokenCount")
    return _count(counts, "inputTokens") + cached + written, _count(counts, "outputTokens"), cached


def _responses_counts(counts: Mapping[str, Any]) -> TokenCounts:
    cached = _count(_inner(counts, "input_tokens_details"), "cached_tokens")
    return _count(counts, "input_tokens"), _count(counts, "output_tokens"), cached


_COUNTS: Mapping[Dialect, Callable[[Mapping[str, Any]], TokenCounts]] = MappingProxyType(
    {
        Dialect.CHAT: _chat_counts,
        Dialect.MESSAGES: _messages_counts,
        Dialect.GEMINI: _gemini_counts,
        Dialect.CONVERSE: _converse_counts,
        Dialect.RESPONSES: _responses_counts,
    }
)
