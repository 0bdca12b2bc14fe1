"""Seeded conversations of an agent at work: messages of 100 to 200 tokens, turns with tool calls."""

import json
import random
from collections.abc import Sequence
from functools import cache

from compaction.v1 import message_pb2 as pb

BATCH = 100
"""Messages in one AppendMessages."""

VARIANTS = 40
"""How many different batches there are; a long conversation goes through them again and again."""

_VERBS = ("parse", "retry", "flush", "merge", "resolve", "validate", "stream", "rotate", "encode", "measure")
_NOUNS = ("cursor", "invoice", "token", "session", "snapshot", "ledger", "payload", "migration", "queue", "index")
_FOLDERS = ("billing", "auth", "search", "ingest", "reports", "gateway")
_FRAMES = (
    "We have to {verb} the {noun} in src/{folder}/{noun}_{number}.py before the release: the old {other} breaks.",
    "The test {folder}_{verb}_{number} fails with exit code {small}, and the {other} stays locked for {number} ms.",
    "I looked at the {noun} again: it does {verb} the {other} twice when port {number} is busy, which nobody expected.",
    "Please keep the limit of {number} rows for each {noun}, and do not {verb} anything under {folder}/archive.",
    "After the change the {noun} takes {small} seconds less, but {folder} still needs a {other} with id {number}.",
    "Decision: {verb} every {noun} at append, never at read, so that {folder} sees one {other} for request {number}.",
)
_SENTENCES = 6
_TOOLS = ("read_file", "run_tests", "search_code")


@cache
def sentences() -> Sequence[str]:
    source = random.Random(7)
    return tuple(
        source.choice(_FRAMES).format(
            verb=source.choice(_VERBS),
            noun=source.choice(_NOUNS),
            other=source.choice(_NOUNS),
            folder=source.choice(_FOLDERS),
            number=source.randint(1000, 9999),
            small=source.randint(2, 60),
        )
        for _ in range(600)
    )


@cache
def batch(variant: int, size: int = BATCH) -> Sequence[pb.ChatMessage]:
    """`size` messages in whole turns: any batch may follow any other."""
    source = random.Random(variant * 1009 + size)
    messages: list[pb.ChatMessage] = []
    while len(messages) < size:
        turn = _turn(source, f"call_{variant}_{len(messages)}")
        # What does not fit any more is replaced by plain talk, so that no call stays without its result.
        fits = len(messages) + len(turn) <= size
        messages += turn if fits else [_said(source, pb.MESSAGE_ROLE_USER)]
    return tuple(messages)


def batches(count: int, offset: int) -> list[tuple[int, int]]:
    """(variant, size) of the batches that make `count` messages; `offset` makes conversations differ."""
    sizes = [BATCH] * (count // BATCH) + ([count % BATCH] if count % BATCH else [])
    return [((offset + number) % VARIANTS, size) for number, size in enumerate(sizes)]


def _turn(source: random.Random, call_id: str) -> list[pb.ChatMessage]:
    turn = [_said(source, pb.MESSAGE_ROLE_USER)]
    for number in range(source.randint(0, 2)):
        called, name = f"{call_id}_{number}", source.choice(_TOOLS)
        turn.append(_called(source, called, name))
        turn.append(_said(source, pb.MESSAGE_ROLE_TOOL, tool_call_id=called, name=name))
    turn.append(_said(source, pb.MESSAGE_ROLE_ASSISTANT))
    return turn


def _said(
    source: random.Random, role: pb.MessageRole.ValueType, tool_call_id: str = "", name: str = ""
) -> pb.ChatMessage:
    text = " ".join(source.choices(sentences(), k=_SENTENCES))
    return pb.ChatMessage(role=role, content=text, tool_call_id=tool_call_id, name=name)


def _called(source: random.Random, call_id: str, name: str) -> pb.ChatMessage:
    first, second, *others = source.choices(sentences(), k=_SENTENCES)
    arguments = json.dumps({"query": second, "path": f"src/{source.choice(_FOLDERS)}", "why": others})
    call = pb.ToolCall(id=call_id, type="function", function=pb.FunctionCall(name=name, arguments=arguments))
    return pb.ChatMessage(role=pb.MESSAGE_ROLE_ASSISTANT, content=first, tool_calls=[call])
