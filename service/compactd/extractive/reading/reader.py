"""Reading messages: what comes out of a message by itself, before anything is chosen for a summary."""

from collections.abc import Container, Iterable, Sequence

from compactd.domain.messages import ChatMessage, FilePart, Role
from compactd.extractive.fixed_words import BULLET
from compactd.extractive.reading.digest import CallDigest, Digest, Named, Said
from compactd.extractive.reading.identifiers import Identifier, Kind, identifiers_in
from compactd.extractive.reading.long_lists import outstanding_in
from compactd.extractive.reading.passages import passages_of
from compactd.extractive.reading.speaking_calls import spoken_in
from compactd.extractive.reading.speech import (
    SPOKEN_AT_MOST,
    divided,
    is_mark,
    pieces_of,
    read_sentence,
    read_sentences,
    spoken_of,
)
from compactd.extractive.reading.tags import without_tags
from compactd.extractive.reading.tool_reading import output_identifiers, read_call, read_result
from compactd.extractive.reading.vocabulary import Vocabulary
from compactd.extractive.reading.voices import Voice
from compactd.strategies.placeholders import describe_file
from compactd.strategies.secrets import Redact, redact, redact_in_steps
from compactd.strategies.steps import A_STEP, Steps


class Reader:
    """Makes digests. What it knows afterwards are words and sentences, each by itself: they make reading fast, and
    change nothing."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()

    def read(self, messages: Sequence[ChatMessage]) -> Steps[list[Digest]]:
        """The digests of messages, in steps of a few milliseconds."""
        digests = []
        for message in messages:
            digests.append((yield from self.read_one(message)))
            yield
        return digests

    def read_one(self, message: ChatMessage, redact_text: Redact = redact_in_steps) -> Steps[Digest]:
        """The digest of one message. Credentials are replaced before anything else happens."""
        self._vocabulary.forget_if_full()
        text = (yield from redact_text(message.text)).replace("\x00", " ")
        files = [part for part in message.parts if isinstance(part, FilePart)]
        calls: list[CallDigest] = []
        for call in message.tool_calls:
            spoken = spoken_in(call)
            if spoken is None:
                calls.append((yield from read_call(call, self._vocabulary, redact_text)))
            else:
                text = f"{text}\n{yield from redact_text(spoken)}"
                calls.append(CallDigest(call.id, redact(call.name), (), acts=False))
            yield
        if message.role is Role.TOOL:
            text = "\n".join((text, *(redact(describe_file(file)) for file in files))) if files else text
            result = yield from read_result(message, text, self._vocabulary)
            hidden = yield from output_identifiers(text)
            return Digest(message.role, message.characters, middle=hidden, calls=tuple(calls), result=result)
        sentences: list[Said] = []
        middle: list[Named] = []
        notes: list[Named] = []
        by_user = message.role is Role.USER
        passages = yield from passages_of(text, by_user=by_user)
        spoken_texts = [passage.text for passage in passages if passage.voice is not Voice.HARNESS]
        size = sum(map(len, spoken_texts))
        room = yield from spoken_of(spoken_texts)
        for passage in passages:
            if passage.voice is Voice.HARNESS:
                notes += yield from _values_in(pieces_of(without_tags(passage.text)))
            elif size <= room:
                yield from self._speech(passage.text, passage.voice, sentences, by_user=by_user)
            else:
                beginning, between, end = divided(passage.text, room * len(passage.text) // size)
                yield from self._speech(beginning, passage.voice, sentences, by_user=by_user)
                if room < SPOKEN_AT_MOST and passage.voice is not Voice.QUOTED:
                    outstanding = yield from outstanding_in(between)
                    yield from self._speech("\n".join(outstanding), passage.voice, sentences, by_user=by_user)
                yield from self._speech(end, passage.voice, sentences, by_user=by_user)
                middle += yield from _values_in(between)
        if is_mark(mark := text.strip()):
            sentences.append(read_sentence(mark, self._vocabulary, by_user=by_user))
        sentences += map(_file_said, files)
        return Digest(
            message.role,
            message.characters,
            sentences=tuple(sentences),
            middle=tuple(dict.fromkeys(middle)),
            calls=tuple(calls),
            notes=tuple(dict.fromkeys(notes)),
        )

    def identifiers_in(self, text: str, but_for: Container[str] = ()) -> Steps[dict[str, Identifier]]:
        """The identifiers of a text by their value, line by line, `but_for` some lines (without their bullet);
        credentials are left out."""
        self._vocabulary.forget_if_full()
        found: dict[str, Identifier] = {}
        for number, line in enumerate((yield from redact_in_steps(text)).splitlines(), 1):
            if line.removeprefix(BULLET) not in but_for:
                found.update((identifier.value, identifier) for identifier in self._vocabulary.identifiers_in(line))
            if number % A_STEP == 0:
                yield
        return found

    def _speech(self, text: str, voice: Voice, sentences: list[Said], *, by_user: bool) -> Steps[None]:
        """Reads a text, and puts its sentences behind those that are there."""
        for said in read_sentences(text, self._vocabulary, voice, by_user=by_user):
            sentences.append(said)
            if len(sentences) % A_STEP == 0:
                yield


def _values_in(pieces: Iterable[str]) -> Steps[list[Named]]:
    found: dict[Named, None] = {}
    for piece in pieces:
        found.update(dict.fromkeys(identifiers_in(piece)))
        yield
    return list(found)


def _file_said(file: FilePart) -> Said:
    """A file that came with a message: its name is a value, with the blanks in it."""
    name = redact(" ".join(file.name.split()))
    values = ((name, Kind.PATH),) if name else tuple(identifiers_in(redact(file.url or file.file_id or "")))
    return Said(redact(describe_file(file)), 0, 0, 1, values, ())
