"""Messages as items of a transcript, and what of them a recording model was shown."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from compactd.application.material import Transcript
from compactd.domain.messages import ChatMessage, Role
from compactd.ports.model import ModelRequest
from compactd.strategies.chunks import TranscriptItem, items_by_message
from compactd.strategies.prompts import MERGE_REQUEST
from compactd.strategies.transcript import BEGIN, END, LINE_TOKENS
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.recording_model import RecordingModel
from tests.builders.stored_conversation import StoredConversation


async def items_of(messages: Sequence[ChatMessage], tokenizer: TiktokenTokenizer) -> list[TranscriptItem]:
    """The messages, stored from position 1 on, as one item each."""
    conversation = StoredConversation()
    conversation.append(messages, await tokenizer.count_messages(messages, "o200k_base"))
    return items_by_message(conversation.rendered(1, conversation.last_position))


async def readable(messages: Sequence[ChatMessage], tokenizer: TiktokenTokenizer) -> Transcript:
    """The same messages for a model to read."""
    lines = sum(len(message.tool_calls) + (message.role is Role.TOOL) for message in messages)
    tokens = sum(await tokenizer.count_messages(messages, "o200k_base")) + LINE_TOKENS * lines
    return transcript_with(await items_of(messages, tokenizer), tokens)


def transcript_with(items: Sequence[TranscriptItem], tokens: int) -> Transcript:
    async def whole() -> str:
        return "\n".join(text for item in items for text in item.texts)

    async def pieces() -> Sequence[TranscriptItem]:
        return items

    return Transcript(tokens, whole, pieces)


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
