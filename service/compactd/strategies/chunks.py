"""Chunks: how evicted messages are cut up when they do not fit the summarizer's window.

Sizes are known before asking, from the stored counts. Whole groups stay together where they fit, then whole messages;
a message that does not fit alone is split inside. Each piece is in exactly one chunk and none is truncated.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compactd.domain.compactions import SummaryPart
from compactd.domain.context import Entry
from compactd.domain.messages import Role, StoredMessage
from compactd.strategies.groups import Group
from compactd.strategies.transcript import LINE_TOKENS, escape_start, render

MIN_CHUNK_TOKENS = 256
"""A chunk below this size that is still too long shows that no chunk will fit."""

MAX_MERGE_LEVELS = 6

_CONTINUED = " (continued)"


@dataclass(frozen=True, slots=True)
class Piece:
    """Rendered messages that are kept together, each with its size in tokens (an upper estimate from stored counts)."""

    texts: tuple[str, ...]
    sizes: tuple[int, ...]

    @property
    def tokens(self) -> int:
        return sum(self.sizes)


def render_groups(groups: Sequence[Group], messages: Sequence[StoredMessage], tools: Mapping[int, str]) -> list[Piece]:
    """The evicted messages, in order, as one piece per group. `messages` has one item per index of the groups, `tools`
    the tool of each result by position."""
    return [_render_piece(messages[group.first : group.last + 1], tools) for group in groups]


def render_messages(messages: Sequence[StoredMessage], tools: Mapping[int, str]) -> list[Piece]:
    """The messages, in order, as one piece each."""
    return [_render_piece((stored,), tools) for stored in messages]


def _render_piece(messages: Sequence[StoredMessage], tools: Mapping[int, str]) -> Piece:
    texts = tuple(render(stored.message, tools.get(stored.position, "")) for stored in messages)
    return Piece(texts, tuple(_size(stored, text) for stored, text in zip(messages, texts, strict=True)))


def _size(stored: StoredMessage, text: str) -> int:
    """The stored count with its lines, or the bytes of the text if they are fewer (a token is at least one byte):
    images and opaque parts count much, and are shown as a few words."""
    counted = _counted(stored.token_count, stored.message.role, len(stored.message.tool_calls))
    return min(counted, len(text.encode()) + 1)


def _counted(token_count: int, role: Role, call_count: int) -> int:
    return token_count + LINE_TOKENS * (call_count + (role is Role.TOOL))


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
        for tokens in _fitting_sizes(entries[group.first : group.last + 1], size):
            if used and used + tokens > size:
                chunks, used = chunks + 1, 0
            used += tokens
    return chunks


def transcript_tokens(entries: Sequence[Entry]) -> int:
    """The size of these messages as a transcript, told from figures alone."""
    return sum(_counted(entry.token_count, entry.role, entry.call_count) for entry in entries)


def _fitting_sizes(entries: Sequence[Entry], size: int) -> Iterator[int]:
    """The sizes into which `_fitting` would cut one group."""
    sizes = [_counted(entry.token_count, entry.role, entry.call_count) for entry in entries]
    if sum(sizes) <= size:
        yield sum(sizes)
        return
    for tokens in sizes:
        if tokens <= size:
            yield tokens
        else:
            slices = _slice_count(tokens, size)
            yield from [min(size, -(-tokens // slices) + LINE_TOKENS)] * slices


def _fitting(pieces: Iterable[Piece], size: int) -> Iterator[Piece]:
    for piece in pieces:
        if piece.tokens <= size:
            yield piece
        elif len(piece.texts) > 1:
            alone = (Piece((text,), (tokens,)) for text, tokens in zip(piece.texts, piece.sizes, strict=True))
            yield from _fitting(alone, size)
        else:
            yield from _split(piece, size)


def _split(piece: Piece, size: int) -> Iterator[Piece]:
    """Cuts one message into slices of equal bytes; its heading stands over each of them."""
    heading, _, body = piece.texts[0].partition("\n")
    if not body:
        heading, body = "", heading
    slices = list(_slices(body, _slice_count(piece.tokens, size)))
    tokens = min(size, -(-piece.tokens // len(slices)) + LINE_TOKENS)
    for number, part in enumerate(slices):
        title = heading if number == 0 or not heading else f"{heading.removesuffix(_CONTINUED)}{_CONTINUED}"
        text = f"{title}\n{escape_start(part)}" if title else escape_start(part)
        yield Piece((text,), (tokens,))


def _slice_count(tokens: int, size: int) -> int:
    return -(-tokens // (size - LINE_TOKENS))


def _slices(text: str, count: int) -> Iterator[str]:
    """About `count` slices: bytes are the nearer to tokens where scripts are mixed. No code point is cut."""
    encoded = text.encode()
    step = max(4, -(-len(encoded) // count))
    start = 0
    while start < len(encoded):
        end = start + step
        while end < len(encoded) and encoded[end] & 0xC0 == 0x80:
            end -= 1
        yield encoded[start:end].decode()
        start = end


@dataclass(frozen=True, slots=True)
class Room:
    """How many tokens of transcript a request may hold, and the parts that are shown beside it as reference."""

    tokens: int
    earlier: Sequence[SummaryPart] = ()

    @property
    def earlier_tokens(self) -> int:
        return sum(part.tokens for part in self.earlier)


def share_room(room: int, parts: Sequence[SummaryPart]) -> Room:
    """`room` tokens for a transcript and the latest of the parts, in order, that together take at most a quarter of
    it; none of them where they would leave less than the smallest chunk."""
    used, first = 0, len(parts)
    while first and used + parts[first - 1].tokens <= room // 4:
        first -= 1
        used += parts[first].tokens
    return Room(room - used, parts[first:]) if room - used >= MIN_CHUNK_TOKENS else Room(room)
