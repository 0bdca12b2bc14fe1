"""Chunks: how evicted messages are cut up when they do not fit the summarizer's window.

Sizes are known before asking, from the stored counts. Whole groups stay together where they fit, then whole messages;
a message that does not fit alone is split inside. Each item is in exactly one chunk and none is truncated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compactd.domain.compactions import SummaryPart
from compactd.domain.context import Entry
from compactd.domain.messages import Role
from compactd.domain.value_class import value
from compactd.strategies.groups import form_groups
from compactd.strategies.transcript import LINE_TOKENS, escape_start

MIN_CHUNK_TOKENS = 256
"""A chunk below this size that is still too long shows that no chunk will fit."""

MAX_MERGE_LEVELS = 6

_CONTINUED = " (continued)"

LONGEST_SEARCH = 256
"""Bytes before the end of a slice in which a better place to cut is looked for, in large chunks: some forty words."""

# What one line or sentence says is read together: better places to cut come first. In JSON lines end with an escape.
_PLACES_TO_CUT = (("\n",), (r"\n", ". ", "! ", "? ", "。", "！", "？"), (" ",))
_CUTS = tuple(tuple(place.encode() for place in places) for places in _PLACES_TO_CUT)


@dataclass(frozen=True, slots=True)
class TranscriptItem:
    """Rendered messages that are kept together, each with its size in tokens (an upper estimate from stored counts)."""

    texts: tuple[str, ...]
    sizes: tuple[int, ...]

    @property
    def tokens(self) -> int:
        return sum(self.sizes)


@value
class RenderedMessage:
    """An entry, and the message as a transcript shows it."""

    entry: Entry
    text: str

    @property
    def size(self) -> int:
        """The stored count with its lines, or the bytes of the text if they are fewer (a token is at least one byte):
        images and opaque parts count much, and are shown as a few words."""
        entry = self.entry
        return min(_counted(entry.token_count, entry.role, entry.call_count), len(self.text.encode()) + 1)


def items_by_group(rendered: Sequence[RenderedMessage]) -> list[TranscriptItem]:
    """Evicted messages, in order, as one item for each group."""
    groups = form_groups([message.entry for message in rendered], to_the_end=False)
    return [_item(rendered[group.first : group.last + 1]) for group in groups]


def items_by_message(rendered: Sequence[RenderedMessage]) -> list[TranscriptItem]:
    """The messages, in order, as one item each."""
    return [_item((message,)) for message in rendered]


def _item(rendered: Sequence[RenderedMessage]) -> TranscriptItem:
    return TranscriptItem(tuple(message.text for message in rendered), tuple(message.size for message in rendered))


def _counted(token_count: int, role: Role, call_count: int) -> int:
    return token_count + LINE_TOKENS * (call_count + (role is Role.TOOL))


def pack(items: Sequence[TranscriptItem], size: int) -> Iterator[list[TranscriptItem]]:
    """Fills chunks of at most `size` tokens, in order, splitting only what does not fit by itself."""
    chunk: list[TranscriptItem] = []
    used = 0
    for item in _fitting(items, size):
        if chunk and used + item.tokens > size:
            yield chunk
            chunk, used = [], 0
        chunk.append(item)
        used += item.tokens
    if chunk:
        yield chunk


def total_tokens(items: Sequence[TranscriptItem]) -> int:
    return sum(item.tokens for item in items)


def chunk_count(entries: Sequence[Entry], size: int) -> int:
    """How many chunks of `size` tokens evicted messages would fill, told from figures alone."""
    chunks, used = 1, 0
    for group in form_groups(entries, to_the_end=False):
        for tokens in _fitting_sizes(entries[group.first : group.last + 1], size):
            if used and used + tokens > size:
                chunks, used = chunks + 1, 0
            used += tokens
    return chunks


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
            yield from [min(size, -(-tokens // slices) + LINE_TOKENS + _search(size))] * slices


def _fitting(items: Iterable[TranscriptItem], size: int) -> Iterator[TranscriptItem]:
    for item in items:
        if item.tokens <= size:
            yield item
        elif len(item.texts) > 1:
            alone = (TranscriptItem((text,), (tokens,)) for text, tokens in zip(item.texts, item.sizes, strict=True))
            yield from _fitting(alone, size)
        else:
            yield from _split(item, size)


def _split(item: TranscriptItem, size: int) -> Iterator[TranscriptItem]:
    """Cuts one message into slices of about equal bytes; its heading stands over each of them."""
    heading, _, body = item.texts[0].partition("\n")
    if not body:
        heading, body = "", heading
    slices = list(_slices(body, _slice_count(item.tokens, size), _search(size)))
    tokens = min(size, -(-item.tokens // len(slices)) + LINE_TOKENS + _search(size))
    for number, content in enumerate(slices):
        title = heading if number == 0 or not heading else f"{heading.removesuffix(_CONTINUED)}{_CONTINUED}"
        text = f"{title}\n{escape_start(content)}" if title else escape_start(content)
        yield TranscriptItem((text,), (tokens,))


def _slice_count(tokens: int, size: int) -> int:
    return -(-tokens // (size - LINE_TOKENS - _search(size)))


def _search(size: int) -> int:
    """Bytes by which a slice may begin earlier than it would among equal ones; as many tokens at most."""
    return min(size // 8, LONGEST_SEARCH)


def _slices(text: str, count: int, search: int) -> Iterator[str]:
    """`count` slices, fewer where one would be empty: bytes are the nearer to tokens where scripts are mixed. Each ends
    up to `search` bytes before its share does, with a line, a sentence or a word; no code point is cut."""
    encoded = text.encode()
    step = max(4, -(-len(encoded) // count))
    start = 0
    for share in range(step, len(encoded) + step, step):
        end = _place_to_cut(encoded, max(start, share - search), share)
        if end > start:
            yield encoded[start:end].decode()
            start = end


def _place_to_cut(encoded: bytes, first: int, last: int) -> int:
    """Behind the last line end, sentence end or blank between, else the last place between two code points."""
    if last >= len(encoded):
        return len(encoded)
    for places in _CUTS:
        end = max(at + len(place) if (at := encoded.rfind(place, first, last)) >= 0 else -1 for place in places)
        if end > first:
            return end
    while encoded[last] & 0xC0 == 0x80:
        last -= 1
    return last


@dataclass(frozen=True, slots=True)
class TranscriptRoom:
    """How many tokens of transcript a request may hold, and the parts that are shown beside it as reference."""

    tokens: int
    earlier: Sequence[SummaryPart] = ()

    @property
    def earlier_tokens(self) -> int:
        return sum(part.tokens for part in self.earlier)


def share_room(room: int, parts: Sequence[SummaryPart]) -> TranscriptRoom:
    """`room` tokens for a transcript and the latest of the parts, in order, that together take at most a quarter of
    it; none of them where they would leave less than the smallest chunk."""
    used, first = 0, len(parts)
    while first and used + parts[first - 1].tokens <= room // 4:
        first -= 1
        used += parts[first].tokens
    return TranscriptRoom(room - used, parts[first:]) if room - used >= MIN_CHUNK_TOKENS else TranscriptRoom(room)
