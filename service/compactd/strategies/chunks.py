"""Chunks: how evicted messages are cut up when they do not fit the summarizer's window.

Sizes are known before asking, from the stored counts. Whole groups stay together where they fit, then whole messages;
a message that does not fit alone is split inside. Each piece is in exactly one chunk and none is truncated.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from compactd.domain.compactions import Part
from compactd.domain.context import Entry
from compactd.domain.messages import StoredMessage
from compactd.strategies.groups import Group
from compactd.strategies.transcript import LINE_TOKENS, render

MIN_CHUNK_TOKENS = 256
"""A chunk below this size that is still too long shows that no chunk will fit."""

MAX_MERGE_LEVELS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Rendered text that is kept in one, with its size in tokens (an upper estimate from stored counts)."""

    texts: tuple[str, ...]
    tokens: int


def render_groups(groups: Sequence[Group], messages: Sequence[StoredMessage], tools: Mapping[str, str]) -> list[Piece]:
    """The evicted messages, in order, as one piece per group. `messages` has one item per index of the groups."""
    pieces = []
    for group in groups:
        inside = messages[group.first : group.last + 1]
        pieces.append(Piece(tuple(render(stored.message, tools) for stored in inside), _size(inside)))
    return pieces


def render_messages(messages: Sequence[StoredMessage], tools: Mapping[str, str]) -> list[Piece]:
    """The messages, in order, as one piece each."""
    return [Piece((render(stored.message, tools),), _size((stored,))) for stored in messages]


def _size(messages: Sequence[StoredMessage]) -> int:
    return sum(stored.token_count + LINE_TOKENS * (1 + len(stored.message.tool_calls)) for stored in messages)


def pack(pieces: Sequence[Piece], size: int) -> Iterator[list[Piece]]:
    """Fills chunks of at most `size` tokens, in order, splitting only what does not fit by itself."""
    chunk: list[Piece] = []
    used = 0
    for piece in _fitting(pieces, size):
        if chunk and used + piece.tokens > size:
            yield chunk
            chunk, used = [], 0
        chunk.append(piece)
        used += piece.tokens
    if chunk:
        yield chunk


def total_tokens(pieces: Sequence[Piece]) -> int:
    return sum(piece.tokens for piece in pieces)


def chunk_count(groups: Sequence[Group], entries: Sequence[Entry], size: int) -> int:
    """How many chunks of `size` tokens these groups would fill, told from figures alone."""
    chunks, used = 1, 0
    for group in groups:
        inside = entries[group.first : group.last + 1]
        tokens = sum(entry.token_count + LINE_TOKENS * (1 + entry.call_count) for entry in inside)
        if used + tokens <= size:
            used += tokens
        else:
            chunks += (used > 0) + (tokens - 1) // max(1, size)
            used = tokens % max(1, size)
    return chunks


def _fitting(pieces: Sequence[Piece], size: int) -> Iterator[Piece]:
    for piece in pieces:
        if piece.tokens <= size:
            yield piece
        elif len(piece.texts) > 1:
            yield from _fitting(_by_message(piece), size)
        else:
            yield from _split(piece, size)


def _by_message(piece: Piece) -> list[Piece]:
    """One piece per message; the tokens are shared out by length, since the texts are all that is left of them."""
    length = max(1, sum(len(text) for text in piece.texts))
    return [Piece((text,), -(-piece.tokens * len(text) // length)) for text in piece.texts]


def _split(piece: Piece, size: int) -> Iterator[Piece]:
    """Cuts one text into equal slices; the heading of the message stands over each of them."""
    heading, _, body = piece.texts[0].partition("\n")
    if not body:
        heading, body = "", heading
    count = -(-piece.tokens // max(1, size - 2 * LINE_TOKENS))
    step = max(1, -(-len(body) // count))
    starts = range(0, max(1, len(body)), step)
    for number, start in enumerate(starts):
        title = heading if number == 0 else f"{heading} (continued)"
        text = f"{title}\n{body[start : start + step]}" if heading else body[start : start + step]
        yield Piece((text,), min(size, -(-piece.tokens // len(starts)) + 2 * LINE_TOKENS))


def earlier_texts(parts: Sequence[Part], room: int) -> list[str]:
    """The latest of the parts that together take at most a quarter of `room` tokens, in order, as reference."""
    texts: list[str] = []
    used = 0
    for part in reversed(parts):
        used += part.tokens
        if used > room // 4:
            break
        texts.append(part.text)
    return texts[::-1]
