"""Messages as items of a transcript, and what of them a recording model was shown."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from compactd.domain.messages import ChatMessage, Role
from compactd.ports.model import ModelRequest
from compactd.strategies.chunks import TranscriptItem, render_messages
from compactd.strategies.prompts import MERGE_REQUEST
from compactd.strategies.transcript import BEGIN, END, tool_names
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.recording_model import RecordingModel
from tests.builders.stored_conversation import stored


async def items_of(messages: Sequence[ChatMessage], tokenizer: TiktokenTokenizer) -> list[TranscriptItem]:
    """The messages, stored from position 1 on, as one item each."""
    counts = await tokenizer.count_messages(messages, "o200k_base")
    evicted = [stored(at, message, count) for at, (message, count) in enumerate(zip(messages, counts, strict=True), 1)]
    return render_messages(evicted, tool_names(evicted))


def distinct_words(random: Random, count: int, longest: int) -> list[ChatMessage]:
    """User messages whose words are all different, so that each can be found."""
    words = ("fact", "結果", "путь", "x")
    return [
        ChatMessage(
            Role.USER,
            " ".join(
                f"{random.choice(words)}{number}_{word}"
                for word in range(random.choice((1, 5, 50, random.randint(1, longest))))
            ),
        )
        for number in range(count)
    ]


def chunk_requests(model: RecordingModel) -> list[ModelRequest]:
    """Answered requests for a chunk, in order."""
    return [request for request in model.answered if MERGE_REQUEST not in request.messages[-1].text]


def merge_requests(model: RecordingModel) -> list[ModelRequest]:
    """Answered requests for a merge, in order."""
    return [request for request in model.answered if MERGE_REQUEST in request.messages[-1].text]


def transcript_of(request: ModelRequest) -> str:
    """What stands between the markers."""
    return request.messages[-1].text.rsplit(f"{BEGIN}\n", 1)[1].rsplit(f"\n{END}", 1)[0]


def assert_never_sent_twice(model: RecordingModel) -> None:
    """Nothing that was too long is sent again as it was."""

    def sent(request: ModelRequest) -> tuple[object, ...]:
        return (request.max_output_tokens, *((message.role, message.text) for message in request.messages))

    times = Counter(sent(request) for request in model.requests)
    answered = {id(request) for request in model.answered}
    assert all(times[sent(request)] == 1 for request in model.requests if id(request) not in answered)
