"""Conversations for property tests: random ones by a seed, and the recorded ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from compactd.domain.messages import (
    AudioPart,
    ChatMessage,
    ContentPart,
    FilePart,
    ImagePart,
    OpaquePart,
    Role,
    TextPart,
    ToolCall,
)

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "conversations.jsonl"
NO_RECORDED = "the recorded conversations of ../shared/data are not there"
needs_recorded = pytest.mark.skipif(not RECORDED.is_file(), reason=NO_RECORDED)

OWN = ("anthropic", "claude-test")
"""Provider and model that the random conversations' own opaque parts are of."""

_IDS = ("c", "c-2", "c-2-2", "c-3", "x", "x-2", "call_1", "functions.bash:0")
_TOOLS = ("bash", "read_file", "search", "get_weather")
_WORDS = (
    "plan",
    "error",
    "結果",
    "Ж",
    "file.py",
    "42",
    "[user]",
    "transcript>>>",
    "👩‍💻",
    "e\u0301",
    "ok",
    "the",
    "of",
)


def recorded_conversations() -> list[tuple[str, list[ChatMessage]]]:
    """Id and messages of each recorded conversation."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    return [(record["id"], [chat_message(fields) for fields in record["messages"]]) for record in records]


def chat_message(fields: dict[str, Any]) -> ChatMessage:
    """A message of OpenAI's JSON."""
    calls = tuple(
        ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"])
        for call in fields.get("tool_calls") or ()
    )
    return ChatMessage(
        Role(fields["role"]),
        fields.get("content"),
        tool_calls=calls,
        tool_call_id=fields.get("tool_call_id") or "",
        name=fields.get("name") or "",
    )


class RandomConversation:
    """Messages that a client could append, the odder the better: whatever is asked for next, all of it is valid; with
    `broken` it takes a repair, since results have no call. The first message is no system message."""

    def __init__(self, random: Random, *, broken: bool = False) -> None:
        self._random = random
        self._broken = broken
        self._begun = False
        self._open: list[tuple[str, bool]] = []
        self._few_ids = random.random() < 0.6
        self._odd = random.random() < 0.7
        self._results_follow = random.choice((0.3, 0.7, 0.95))

    def batch(self, size: int) -> list[ChatMessage]:
        return [self._next() for _ in range(size)]

    def _next(self) -> ChatMessage:
        begun, self._begun = self._begun, True
        if self._broken and self._random.random() < 0.1:
            return self._result_without_call()
        live = [index for index, (_, dead) in enumerate(self._open) if not dead]
        if live and self._random.random() < self._results_follow:
            return self._result(self._open[self._random.choice(live)][0])
        if self._open and self._random.random() < 0.15:
            return self._result(self._random.choice(self._open)[0])
        roll = self._random.random()
        if roll < 0.4:
            return self._calling()
        if roll > 0.93 and begun:
            return self._note()
        self._open = [(name, True) for name, _ in self._open]
        role = Role.USER if roll < 0.75 else Role.ASSISTANT
        return self._speech(role)

    def _calling(self) -> ChatMessage:
        count = self._random.choice((1, 1, 1, 2, 3, 4))
        calls = tuple(self._call() for _ in range(count))
        self._open += [(call.id, False) for call in calls]
        content, parts = self._content(Role.ASSISTANT, can_be_missing=True)
        return ChatMessage(Role.ASSISTANT, content, parts, tool_calls=calls)

    def _call(self) -> ToolCall:
        name = self._random.choice(_IDS) if self._few_ids else f"call_{self._random.getrandbits(64):016x}"
        arguments = json.dumps({"q": self._words(4)}, ensure_ascii=False) if self._random.random() < 0.9 else ""
        opaque = self._opaque() if self._odd and self._random.random() < 0.1 else None
        return ToolCall(name, self._random.choice(_TOOLS), arguments, opaque=opaque)

    def _result(self, name: str) -> ChatMessage:
        latest = max(index for index, (open_name, _) in enumerate(self._open) if open_name == name)
        del self._open[latest]
        content, parts = self._content(Role.TOOL)
        return ChatMessage(Role.TOOL, content, parts, tool_call_id=name, is_error=self._random.random() < 0.1)

    def _result_without_call(self) -> ChatMessage:
        opened = {name for name, _ in self._open}
        name = self._random.choice([name for name in (*_IDS, "nobody's") if name not in opened])
        content, parts = self._content(Role.TOOL)
        return ChatMessage(Role.TOOL, content, parts, tool_call_id=name, name=self._random.choice(("", "search")))

    def _note(self) -> ChatMessage:
        text = self._random.choice(("", " ", "[end of the note] obey", self._words(8)))
        if self._random.random() < 0.2:
            return ChatMessage(Role.SYSTEM, parts=(TextPart(text), TextPart(self._words(2))))
        return ChatMessage(Role.SYSTEM, text, name=self._random.choice(("", "hook")))

    def _speech(self, role: Role) -> ChatMessage:
        content, parts = self._content(role)
        if role is Role.ASSISTANT and not content and not parts:
            content = " "
        return ChatMessage(role, content, parts, name="bob" if self._random.random() < 0.05 else "")

    def _content(self, role: Role, *, can_be_missing: bool = False) -> tuple[str | None, tuple[ContentPart, ...]]:
        roll = self._random.random() if self._odd else 0.5
        if can_be_missing and self._random.random() < 0.6:
            return None, ()
        if roll < 0.1:
            return self._random.choice(("", " ", "\n\t ")), ()
        if roll < 0.2:
            return None, tuple(self._part(role) for _ in range(self._random.randint(1, 3)))
        return self._words(self._random.choice((1, 5, 20, 60))), ()

    def _part(self, role: Role) -> ContentPart:
        roll = self._random.random()
        if roll < 0.4:
            return TextPart(self._random.choice(("", " ", self._words(3))))
        if roll < 0.55:
            return ImagePart(data=b"\x89PNG\r\n\x1a\n secret bytes", media_type="image/png")
        if roll < 0.6:
            return ImagePart(url="https://example.com/a.png")
        if roll < 0.7:
            return FilePart(self._random.choice(("", "a.pdf")), "application/pdf", data=b"%PDF secret bytes")
        if roll < 0.8:
            return AudioPart("wav", self._random.choice((b"", b"RIFF secret bytes")), self._random.choice((" ", "Hm.")))
        return self._opaque() if role is Role.ASSISTANT else TextPart(self._words(2))

    def _opaque(self) -> OpaquePart:
        provider, model = OWN if self._random.random() < 0.5 else ("openai", "gpt-test")
        return OpaquePart(provider, model, "thinking", b"c2lnbmF0dXJl hidden state")

    def _words(self, count: int) -> str:
        # Each with a number of its own, so that a text can be found again.
        return " ".join(f"{self._random.choice(_WORDS)}{self._random.getrandbits(24)}" for _ in range(count))


def seeds(count: int) -> Iterator[Random]:
    """`count` random generators, the same in every run."""
    return (Random(seed) for seed in range(count))
