"""Reading messages: what comes out of a message by itself, before anything is chosen for a summary."""

from collections.abc import Sequence
from itertools import chain

from compactd.domain.messages import ChatMessage, FilePart, Role
from compactd.extractive.digest import CallDigest, Digest, Named, Said
from compactd.extractive.identifiers import Kind, identifiers_in
from compactd.extractive.speech import divided, read_sentences
from compactd.extractive.tool_reading import read_call, read_result
from compactd.extractive.vocabulary import Vocabulary
from compactd.strategies.placeholders import describe_file
from compactd.strategies.secrets import redact, redact_in_steps
from compactd.strategies.steps import Steps

_SENTENCES_A_STEP = 64
"""About two milliseconds of CPU."""


class Reader:
    """Makes digests. What it knows afterwards are words, each by itself: they make reading fast and change nothing."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()

    def read(self, messages: Sequence[ChatMessage]) -> Steps[list[Digest]]:
        """The digests of messages, in steps of a few milliseconds."""
        digests = []
        for message in messages:
            digests.append((yield from self.read_one(message)))
            yield
        return digests

    def read_one(self, message: ChatMessage) -> Steps[Digest]:
        """The digest of one message. Credentials are replaced before anything else happens."""
        self._vocabulary.forget_if_full()
        text = (yield from redact_in_steps(message.text)).replace("\x00", " ")
        files = [part for part in message.parts if isinstance(part, FilePart)]
        calls: list[CallDigest] = []
        for call in message.tool_calls:
            calls.append((yield from read_call(call, self._vocabulary)))
            yield
        if message.role is Role.TOOL:
            text = "\n".join((text, *(redact(describe_file(file)) for file in files))) if files else text
            result = yield from read_result(message, text, self._vocabulary)
            return Digest(message.role, message.characters, calls=tuple(calls), result=result)
        sentences, middle = yield from self._speech(text)
        sentences += map(_file_said, files)
        return Digest(message.role, message.characters, tuple(sentences), tuple(middle), tuple(calls))

    def _speech(self, text: str) -> Steps[tuple[list[Said], list[Named]]]:
        beginning, stretches, end = divided(text)
        sentences: list[Said] = []
        for said in chain(read_sentences(beginning, self._vocabulary), read_sentences(end, self._vocabulary)):
            sentences.append(said)
            if len(sentences) % _SENTENCES_A_STEP == 0:
                yield
        middle: dict[Named, None] = {}
        for stretch in stretches:
            middle.update(dict.fromkeys(identifiers_in(stretch)))
            yield
        return sentences, list(middle)


def _file_said(file: FilePart) -> Said:
    """A file that came with a message: its name is a value, with the blanks in it."""
    name = redact(" ".join(file.name.split()))
    values = ((name, Kind.PATH),) if name else tuple(identifiers_in(redact(file.url or file.file_id or "")))
    return Said(redact(describe_file(file)), 0, 0, 1, values, ())
