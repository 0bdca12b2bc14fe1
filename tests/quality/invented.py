"""Nothing invented: every identifier of a summary stands in the messages that it is about."""

import json
import random
import re
from collections.abc import Iterator

from compactd.domain.messages import ChatMessage
from compactd.extractive import extract_identifiers
from tests.quality import hosts
from tests.quality.compare import Case, Verdict, rows_at
from tests.quality.conversations import plant
from tests.quality.languages import LANGUAGES
from tests.quality.rows import Row
from tests.quality.scoring import transcript
from tests.quality.spoken import speak

BUDGET = 0.10


def rows(seeds: int) -> list[Row]:
    cases = [_case(messages) for seed in range(seeds) for messages in _conversations(seed)]
    return rows_at("identifiers that the originals hold", cases, BUDGET)


def _conversations(seed: int) -> Iterator[tuple[ChatMessage, ...]]:
    yield tuple(hosts.host(random.Random(f"invented/{seed}")))
    yield plant(seed).messages
    yield speak(LANGUAGES[seed % len(LANGUAGES)], seed).messages


def _case(messages: tuple[ChatMessage, ...]) -> Case:
    original = _squeezed("\n".join(_readable(message) for message in messages))

    def judge(summary: str) -> Verdict:
        values = {identifier.value for identifier in extract_identifiers(summary)}
        if not values:
            return Verdict(1.0)
        return Verdict(sum(_squeezed(value) in original for value in values) / len(values))

    return Case(messages, judge)


def _readable(message: ChatMessage) -> str:
    """A message as it stands, and once more what its JSON says without escapes."""
    texts = [transcript((message,))]
    for text in (message.text, *(call.arguments for call in message.tool_calls)):
        try:
            texts.append(json.dumps(json.loads(text), ensure_ascii=False))
        except ValueError:
            continue
    return "\n".join(texts)


def _squeezed(text: str) -> str:
    """Without blanks and escapes, in lower case: a value may be broken into lines where it stands."""
    return re.sub(r"[\s\\]+", "", text).casefold()
