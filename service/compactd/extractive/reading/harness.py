"""What a harness, the program around an agent, writes into the messages of users: blocks in tags, lines in brackets.

Told by shape: its tags have names of several words, stand apart from what is said, and nobody announces them or speaks
of them. What a person typed within such a tag is told by what the name says it is (`speech_names`).
"""

import re
from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from compactd.extractive.reading.asides import asides_of, without_asides
from compactd.extractive.reading.documents import document_in, heading_before, names_file
from compactd.extractive.reading.marked_blocks import marked_blocks
from compactd.extractive.reading.quotes import fences_of
from compactd.extractive.reading.speech_names import is_of_harness, is_of_person, is_template, tells_person
from compactd.extractive.reading.tags import Block, blocks_of, stands_apart
from compactd.extractive.reading.voices import Passage, Voice

_COLONS = (":", "：")
_NEAR = 200
"""Code points before a block that may announce it."""
_OF_FILE = "file of harness"
_NAME = re.compile(r"[^\W\d_][\w:.-]*+")
_LETTER = re.compile(r"[^\W\d_]")


class _Layout(NamedTuple):
    """How the blocks of a message lie: the outermost ones whose words are not the author's, the tags around words that
    are, and what is typed by a person within the former."""

    outer: list[Block]
    tags: list["_Span"]
    typed: dict[Block, list[Block]]


class _Span(NamedTuple):
    """A place that is not the author's; without a voice, a tag."""

    start: int
    end: int
    voice: Voice | None


def by_harness(text: str) -> Iterator[Passage]:
    """What a user says in a message, what is shown in it, and what a harness put in, in their order."""
    for passage in _by_tags(text):
        if passage.voice is Voice.OWN:
            yield from _by_asides(passage.text)
        else:
            yield passage


def _by_asides(text: str) -> Iterator[Passage]:
    document = document_in(text)
    if document is not None:
        yield from _without_asides(text[: document[0]])
        yield Passage(Voice.QUOTED, text[document[0] : document[1]])
        yield from _without_asides(text[document[1] :])
    else:
        yield from _without_asides(text)


def _without_asides(text: str) -> Iterator[Passage]:
    at = 0
    for start, end in asides_of(text):
        yield Passage(Voice.OWN, text[at:start])
        yield Passage(Voice.HARNESS, text[start:end])
        at = end
    yield Passage(Voice.OWN, text[at:])


def _by_tags(text: str) -> Iterator[Passage]:
    blocks = _blocks_of(text)
    at = 0
    for span in _spans(text, blocks) if blocks else ():
        if span.start >= at:
            yield Passage(Voice.OWN, text[at : span.start])
            if span.voice is not None:
                yield Passage(span.voice, text[span.start : span.end])
            at = span.end
    yield Passage(Voice.OWN, text[at:])


def _blocks_of(text: str) -> list[Block]:
    """The blocks of a text that are none of the words around them, by their beginnings, one within another too."""
    fences = fences_of(text)
    blocks = [_headed(text, block) for block in blocks_of(text, fences) if stands_apart(text, block)]
    marked = list(marked_blocks(text, fences))
    return sorted([*blocks, *marked], key=attrgetter("start")) if marked else blocks


def _headed(text: str, block: Block) -> Block:
    """The block; under a heading that names a file it holds the file, and has the heading: `# AGENTS.md for /srv`."""
    heading = heading_before(text, block.start)
    if not heading.startswith("#") or not names_file(heading):
        return block
    return block._replace(name=_OF_FILE, start=text.rindex(heading, 0, block.start))


def _spans(text: str, blocks: Sequence[Block]) -> list[_Span]:
    """The places that are not the author's, in order. Where nothing else is said in the message, a tag of one word
    wraps what is said, and a block of a harness may hold what a person typed."""
    layout = _layout(blocks, one_word_wraps=False)
    spoken = _outside(text, layout)
    if not _LETTER.search(spoken):
        layout = _layout(blocks, one_word_wraps=True)
        spoken = _outside(text, layout)
    alone = not _LETTER.search(spoken)
    named = frozenset(_NAME.findall(spoken))
    spans = list(layout.tags)
    for block in layout.outer:
        announced = text[max(0, block.start - _NEAR) : block.start].rstrip().endswith(_COLONS)
        shown = announced or block.name in named or not (block.has_value or is_of_harness(block.name))
        voice = Voice.QUOTED if shown else Voice.HARNESS
        at = block.start
        for typed in layout.typed.get(block, ()) if alone else ():
            spans += _Span(at, typed.start, voice), _Span(typed.start, typed.first, None)
            at = typed.last
        spans.append(_Span(at, block.end, voice))
    return sorted(spans, key=itemgetter(0, 1))


def _layout(blocks: Sequence[Block], *, one_word_wraps: bool) -> _Layout:
    layout = _Layout([], [], {})
    wrapped = any(tells_person(block.name) for block in blocks)
    until = typed_until = 0
    for block in blocks:
        if block.start < until:
            if typed_until <= block.start and block.end <= until and is_of_person(block.name):
                layout.typed.setdefault(layout.outer[-1], []).append(block)
                typed_until = block.end
        elif wrapped and is_template(block.name):
            layout.outer.append(block._replace(name=f"{block.name} of harness"))
            until = block.end
        elif is_of_person(block.name) or (one_word_wraps and not block.has_value and not is_of_harness(block.name)):
            layout.tags.append(_Span(block.start, block.first, None))
            layout.tags.append(_Span(block.last, block.end, None))
        elif block.has_lines or block.has_value or is_of_harness(block.name):
            layout.outer.append(block)
            until = block.end
    return layout


def _outside(text: str, layout: _Layout) -> str:
    """What stands in no block and is no tag and no aside."""
    spans = sorted([*layout.tags, *(_Span(block.start, block.end, None) for block in layout.outer)], key=itemgetter(0))
    pieces: list[str] = []
    at = 0
    for start, end, _ in spans:
        pieces.append(text[at:start])
        at = max(at, end)
    pieces.append(text[at:])
    return without_asides("\n".join(pieces))
