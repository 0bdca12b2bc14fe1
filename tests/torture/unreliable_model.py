"""A model on loopback that mostly answers, each time with another text, and now and then does not."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply

KEPT_REQUESTS = 100
"""Requests are long: the last ones are enough."""

SOON = (0.0, 0.3)
LATE = (1.0, 5.0)
"""Seconds that an answer takes, at least and at most."""


@dataclass(frozen=True, slots=True)
class Mood:
    """`weight` is how many of a thousand requests, or nearly, meet it; `reply` is made of a text that would do."""

    weight: int
    reply: Callable[[str], Reply]
    delay: tuple[float, float] = (0.0, 0.0)


def _answer(text: str) -> Reply:
    return Reply(openai_chat(text))


def _error(status: int, **headers: str) -> Callable[[str], Reply]:
    return lambda _: Reply({"error": {"message": "not now"}}, status=status, headers=headers)


MOODS: Mapping[str, Mood] = {
    "answer": Mood(800, _answer, SOON),
    "slow": Mood(50, _answer, LATE),
    "hang": Mood(12, _answer, (45.0, 45.0)),
    "rate limit": Mood(20, _error(429, **{"retry-after": "1"})),
    "error 500": Mood(20, _error(500)),
    "error 400": Mood(8, _error(400)),
    "reset": Mood(15, lambda text: Reply(openai_chat(text), fault="reset"), SOON),
    "half a body": Mood(8, lambda text: Reply(openai_chat(text), fault="half_body")),
    "garbage": Mood(8, lambda _: Reply(b"<html>not JSON</html>")),
    "empty": Mood(8, lambda _: _answer(" ")),
    "cut off": Mood(8, lambda text: Reply(openai_chat(text, finish="length"))),
    "refusal": Mood(8, lambda _: _answer("I'm sorry, but I can't help with that.")),
    "too long": Mood(5, lambda text: _answer(text * 400)),
}


class UnreliableModel(LoopbackModel):
    """Speaks OpenAI's chat API. `met` counts what it did, by name; while it is `calm` it only answers."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._random = random
        self.met: Counter[str] = Counter()
        self.calm = False

    def reply_to(self, request: Received) -> Reply:
        del self.requests[:-KEPT_REQUESTS]
        weights = [mood.weight for mood in MOODS.values()]
        name = "answer" if self.calm else self._random.choices(list(MOODS), weights)[0]
        self.met[name] += 1
        text = f"Summary {self.met.total()}: invoices were looked at, and all of them were paid."
        reply = MOODS[name].reply(text)
        return Reply(
            reply.body, reply.status, reply.headers, delay=self._random.uniform(*MOODS[name].delay), fault=reply.fault
        )
