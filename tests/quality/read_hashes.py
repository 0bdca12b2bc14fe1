"""Prints a hash of what is read of many messages, and of the summaries and receipts made of that:
`python -m tests.quality.read_hashes [SEEDS]`.

A change that only makes reading or drafting faster prints the same lines as before. Seeded: the same texts every time.
"""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.ledger.receipt import mentioned_in, named_in, outcome_of
from compactd.extractive.reading.digest import encode_digest
from compactd.extractive.reading.reader import Reader
from compactd.message_protos import message_from_proto
from compactd.strategies.secrets import redact
from compactd.strategies.steps import finished
from tests.builders.conversations import RECORDED
from tests.builders.message_corpus import CREDENTIALS, corpus
from tests.load import workload
from tests.quality.conversations import plant
from tests.quality.credentials import PLUGINS, examples_of
from tests.quality.languages import LANGUAGES
from tests.quality.ordinary import library_texts, ordinary_texts
from tests.quality.recorded import conversations
from tests.quality.spoken import speak
from tests.quality.wrappers import messages_in

SEEDS = 2
_LIMITS = (0.05, 0.1, 0.3)
_PIECE = 16 * 1024
_RESULTS_AS_SPEECH = 4_000
"""Texts of tools that are read as a user's and the assistant's words too: most shapes of text stand in them."""

Conversations = Mapping[str, Sequence[Sequence[ChatMessage]]]


def all_conversations(seeds: int) -> Conversations:
    recorded = [messages for _, messages in conversations()] if RECORDED.is_file() else []
    found: dict[str, Sequence[Sequence[ChatMessage]]] = {
        "corpus": [[message for message, _ in corpus()]],
        "planted": [plant(seed).messages for seed in range(seeds)],
        "wrapped": [messages_in(seed) for seed in range(5 * seeds)],
        "loaded": [[message_from_proto(one, "m") for one in workload.batch(number)] for number in range(4 * seeds)],
        "recorded": recorded[: 20 * seeds],
    }
    return found | {f"spoken, {code}": [speak(code, seed).messages for seed in range(seeds)] for code in LANGUAGES}


def texts_as_messages() -> Iterator[ChatMessage]:
    """Texts of programs and of many hands as messages of every role."""
    recorded = (m.text for _, messages in conversations() for m in messages) if RECORDED.is_file() else iter(())
    library = (text[at : at + _PIECE] for text in library_texts() for at in range(0, len(text), 4 * _PIECE))
    for text in chain(ordinary_texts(2_000), library, islice(recorded, _RESULTS_AS_SPEECH), CREDENTIALS):
        yield from (ChatMessage(role, text) for role in (Role.USER, Role.ASSISTANT, Role.TOOL))


def hashed(pieces: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(b"%d:" % len(piece) + piece)
    return whole.hexdigest()[:16]


def read(messages: Iterable[ChatMessage]) -> Iterator[bytes]:
    reader = Reader()
    return (encode_digest(finished(reader.read_one(message))) for message in messages)


def summaries(all_messages: Iterable[Sequence[ChatMessage]]) -> Iterator[bytes]:
    """Of each conversation some of several lengths, the latter half as if the first one were summarized already."""
    for messages in all_messages:
        size = sum(message.characters for message in messages)
        texts = [summarize(messages, int(size * limit)) for limit in _LIMITS]
        half = len(messages) // 2
        first = summarize(messages[:half], size // 20)
        texts += first, summarize(messages[half:], size // 20, [first])
        yield from (text.encode("utf-8", "surrogatepass") for text in texts)


def receipts(all_messages: Iterable[Sequence[ChatMessage]]) -> Iterator[bytes]:
    for messages in all_messages:
        reader = Reader()
        digests = finished(reader.read(messages))
        summary = summarize(messages, sum(message.characters for message in messages) // 10)
        at = len(messages) * 4 // 5
        evicted, kept = finished(named_in(digests[:at])), finished(mentioned_in(digests[at:]))
        found = finished(outcome_of(evicted, kept, summary, finished(reader.identifiers_in(summary))))
        left, lost = found.identifiers(retained=True), found.identifiers(retained=False)
        yield repr((left, lost, found.doubtful)).encode("utf-8", "surrogatepass")


def credentials() -> Iterator[bytes]:
    for maker in PLUGINS.values():
        yield from (redact(one.text).encode("utf-8", "surrogatepass") for one in examples_of(maker, 40))


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    for name, made in all_conversations(seeds).items():
        hashes = hashed(read(chain.from_iterable(made))), hashed(summaries(made)), hashed(receipts(made))
        sys.stdout.write(f"{name:<12} digests {hashes[0]}  summaries {hashes[1]}  receipts {hashes[2]}\n")
    sys.stdout.write(f"texts in every role: digests {hashed(read(texts_as_messages()))}\n")
    sys.stdout.write(f"credentials: {hashed(credentials())}\n")


if __name__ == "__main__":
    main()
