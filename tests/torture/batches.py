"""Random batches of messages for a conversation that several clients append to at once, all of them valid."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from random import Random

from compaction.v1 import message_pb2
from tests.builders.chat import assistant, call, result, system, user

MAX_BATCH = 20

_WORDS = (
    "invoice",
    "carrier",
    "paid",
    "error",
    "route",
    "結果",
    "Ж",
    "file.py",
    "ok",
    "the",
    "of",
    "March",
    "42",
    "👩‍💻",
)


class Batches:
    """One client's. It answers only calls of its own, whose append was acknowledged: at once, in the next batch, or
    late, and some never."""

    def __init__(self, client: int, random: Random) -> None:
        self._client = client
        self._random = random
        self._count = 0
        self._open: defaultdict[str, list[str]] = defaultdict(list)

    def batch(self, conversation_id: str) -> list[message_pb2.ChatMessage]:
        size = min(MAX_BATCH, 1 + int(self._random.expovariate(0.25)))
        messages: list[message_pb2.ChatMessage] = []
        waiting = self._open[conversation_id]
        own: list[str] = []
        while len(messages) < size:
            roll = self._random.random()
            if own and roll < 0.6:
                messages.append(result(own.pop(0), self._text(30)))
            elif waiting and roll < 0.2:
                messages.append(result(waiting.pop(self._random.randrange(len(waiting))), self._text(30)))
            elif roll < 0.4:
                calls = [self._call() for _ in range(self._random.choice((1, 1, 2, 3)))]
                own += [made.id for made in calls]
                messages.append(assistant(self._random.choice((None, self._text(10))), *calls))
            elif roll < 0.7:
                messages.append(user(self._text(60)))
            elif roll < 0.75 and messages:
                # First of all it would be the conversation's own.
                messages.append(system(self._text(10)))
            else:
                messages.append(assistant(self._text(60)))
        return messages

    def acknowledged(self, conversation_id: str, messages: Sequence[message_pb2.ChatMessage]) -> None:
        """Its calls without results are there to be answered."""
        made = [made.id for message in messages for made in message.tool_calls]
        answered = {message.tool_call_id for message in messages}
        self._open[conversation_id] += [call_id for call_id in made if call_id not in answered]

    def _call(self) -> message_pb2.ToolCall:
        self._count += 1
        return call(f"call_{self._client}_{self._count}", "find_invoice", json.dumps({"q": self._text(3)}))

    def _text(self, most: int) -> str:
        """Begins with what no other text begins with."""
        self._count += 1
        words = " ".join(self._random.choices(_WORDS, k=self._random.randint(1, most)))
        return f"{self._client}.{self._count} {words}"


def mark_of(message: message_pb2.ChatMessage) -> str:
    """A hash of all that the message says."""
    calls = [(made.id, made.function.name, made.function.arguments) for made in message.tool_calls]
    content = message.content if message.HasField("content") else None
    whole = json.dumps([message.role, content, calls, message.tool_call_id, message.is_error])
    return hashlib.sha256(whole.encode()).hexdigest()[:24]
