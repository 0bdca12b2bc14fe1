"""What is read of one message by itself, so that it is read once: its sentences, its values, its calls, its result.

Whatever rules of reading there are, a digest holds what they found, and nothing that depends on other messages or on
the room there is: what is said elsewhere about a value, and what becomes of a sentence, is decided when a summary is
drafted. A field more or less, or a rule that finds something else (or takes out another credential,
`strategies.secrets`), raises VERSION; digests of other versions are not decoded, and their messages are read again.
"""

import msgspec

from compactd.domain.messages import Role
from compactd.extractive.reading.identifiers import Kind

VERSION = 19
"""Of the fields below and of everything that fills them; 1 to 255."""

_MARK = bytes((VERSION,))

Named = tuple[str, Kind]
"""A value and what it is."""

Labelled = tuple[str, Kind, str]
"""A value, what it is, and the key under which it stood; empty where it stood under none."""

Token = tuple[str, str, Kind]
"""A token of a program's output, the token without the punctuation around it, and what that is."""


# In these classes a field is told by its place, not by its name, and none of them can be part of a cycle that the
# garbage collector would have to find: 5,000 digests are decoded in 40 ms.
class Said(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One sentence, on one line. `cues` are bits of Cue, `traits` of Trait; `terms` counts its distinct content words;
    `names` are capitalized ones; `standing`, `changes`, `releases` and `asks` are the scores of one that a user says
    (`standing_score`), else 0. One that its message only shows has Trait.QUOTED, and stands in quotes."""

    text: str
    cues: int
    traits: int
    terms: int
    identifiers: tuple[Named, ...]
    names: tuple[str, ...]
    standing: int = 0
    changes: int = 0
    releases: int = 0
    asks: int = 0


class CallDigest(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A tool call: the values in its arguments, and whether it `acts`, that is, changes something.

    Of one that acts, `arguments` are those that its line may show, in their order, and `given` the texts of all of
    them up to 1,024 code points: what a result repeats of them is nothing that the call made.
    """

    id: str
    name: str
    values: tuple[Labelled, ...]
    acts: bool
    arguments: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


class ResultDigest(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A tool's result, as it is read without knowing its call.

    `failure` is None for a success, else what the tool says of it, in quotes; empty where that must not be repeated.
    `made` are (label, value) of what the call may have made, level by level of a JSON document. `values` are the
    scalars of a document; of any other text `tokens` are what names something, and `words` those that count only where
    somebody else wrote them. `errors` are the lines that report a failure.
    """

    call_id: str
    reporter: str
    failure: str | None
    made: tuple[tuple[tuple[str, str], ...], ...]
    values: tuple[Labelled, ...]
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    errors: tuple[Said, ...]


class Digest(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One message. `characters` are those of ChatMessage; `middle` are the identifiers of the part of a very long
    message that is not read by sentences, or of a tool's result those that are neither values nor tokens; `notes` are
    those of what a harness, the program around the agent, put into a user's message: of that there are no sentences,
    because it is nobody's will."""

    role: Role
    characters: int
    sentences: tuple[Said, ...] = ()
    middle: tuple[Named, ...] = ()
    calls: tuple[CallDigest, ...] = ()
    result: ResultDigest | None = None
    notes: tuple[Named, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Digest)


def encode_digest(digest: Digest) -> bytes:
    """The digest as bytes, its version first."""
    return _MARK + _encoder.encode(digest)


def is_current(data: bytes | None) -> bool:
    """Whether the bytes are a digest of today's version; None is none."""
    return data is not None and data[:1] == _MARK


def decode_digest(data: bytes) -> Digest:
    """The digest that encode_digest made. ValueError for one of another version."""
    if not is_current(data):
        raise ValueError("the digest is of another version: read the message again.")
    return _decoder.decode(memoryview(data)[1:])
