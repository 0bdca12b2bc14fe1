"""Whether a model in the summarizer's place is shown every fact of what is evicted: in all modes, in one request or in
chunks, wherever the fact stands and however JSON writes it."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from random import Random
from statistics import mean
from typing import Any

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.message_protos import message_to_proto
from tests.builders.chat import append, compact, new_agent, new_conversation
from tests.loopback.model import LoopbackModel
from tests.quality.rows import Row
from tests.quality.served import served
from tests.server import Client

MODES = {"all": 1, "sliding_window": 2, "self_compact_all": 3, "self_compact_sliding_window": 4}
LARGE, SMALL = 128_000, 4_000
"""Windows in tokens: one request, and several."""

MODEL = "openai/gpt-4.1"
_PLACES = ("user", "assistant", "arguments", "result", "document", "document in a document")
_WORDS = ("Zürich", "결과", "путь", "résumé", "東京", "naïve 😀", "मूल्य", "a/b-7")
_LONG, _LONG_EVERY = 300, 11
"""Sentences around one of so many facts: such a message does not fit a chunk of the small window."""

_FILLER = "The weather stays mild, and nobody had anything to add about the schedule of the week. "


def coverage(seeds: int) -> list[Row]:
    """A row for each mode and window: the share of the facts of the evicted messages that the model was shown; the size
    is that of its requests as a share of the characters of those messages."""
    return asyncio.run(_rows(seeds))


async def _rows(seeds: int) -> list[Row]:
    rows: list[Row] = []
    async with served() as (client, model):
        for name, mode in MODES.items():
            for window in (LARGE, SMALL):
                outcomes = [await shown_share(client, model, mode, window, seed) for seed in range(seeds)]
                chunked = "in chunks" if window == SMALL else "in one request"
                shares = tuple(share for share, _ in outcomes)
                rows.append(Row(f"coverage, {name}", chunked, shares, mean(size for _, size in outcomes)))
    return rows


async def shown_share(client: Client, model: LoopbackModel, mode: int, window: int, seed: int) -> tuple[float, float]:
    """What a compaction of one conversation shows of the facts that it evicts, and the size of its requests."""
    agent = await new_agent(client, model=MODEL, context_window_limit=window, compaction_settings={"model": MODEL})
    planted = list(facts_in_places(Random(seed), 30))
    conversation_id = await new_conversation(client, agent_id=agent.id)
    messages = [message for _, group in planted for message in group]
    await append(client, conversation_id, [message_to_proto(message) for message in messages])
    before = len(model.requests)
    done = await compact(client, conversation_id, mode)
    evicted = done.compaction.evicted_count
    text = "\n".join(_shown(request.body) for request in model.requests[before:])
    facts, position = [], 0
    for fact, group in planted:
        position += len(group)
        if position <= evicted:
            facts.append(fact)
    characters = sum(message.characters for message in messages[:evicted])
    return mean(fact in text for fact in facts), len(text) / characters


def facts_in_places(random: Random, count: int) -> Iterator[tuple[str, Sequence[ChatMessage]]]:
    """Facts, each with the group of messages that states it, in each of the places in turn."""
    for number in range(count):
        fact = f"{random.choice(_WORDS)} {random.randrange(10**6):06d}"
        place = _PLACES[number % len(_PLACES)]
        around = _LONG if number % _LONG_EVERY == 1 else 8
        said = f"{_FILLER * random.randint(0, around)}Note {fact}. {_FILLER * random.randint(around // 2, around)}"
        if place in ("user", "assistant"):
            yield fact, (ChatMessage(Role(place), said),)
            continue
        call = ToolCall(f"call_{number}", "note", json.dumps({"text": said if place == "arguments" else "look"}))
        result = {"result": said, "document": json.dumps({"found": said})}.get(place, "ok")
        if place == "document in a document":
            result = json.dumps({"output": json.dumps({"found": said})})
        yield (
            fact,
            (
                ChatMessage(Role.ASSISTANT, None, tool_calls=(call,)),
                ChatMessage(Role.TOOL, result, tool_call_id=call.id),
            ),
        )


def _shown(request: Any) -> str:
    """All texts of a request. Its own context a model knows as JSON, which its provider reads for it."""
    pieces: list[str] = []
    for message in request["messages"]:
        pieces.append(str(message.get("content") or ""))
        pieces += [_read(call["function"]["arguments"]) for call in message.get("tool_calls") or ()]
    own = len(request["messages"]) > 2
    return "\n".join(_read(piece) if own else piece for piece in pieces)


def _read(text: str) -> str:
    """JSON text, and JSON text within, as a reader of it sees it."""
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return "\n".join(map(_read, _strings(document)))


def _strings(document: Any) -> Iterator[str]:
    match document:
        case str():
            yield document
        case dict():
            for value in document.values():
                yield from _strings(value)
        case list():
            for value in document:
                yield from _strings(value)
