"""Random conversations with the ids, names and arguments that agents really make, and worse ones."""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from compactd.domain.handles import ModelHandle
from compactd.domain.messages import (
    REASONING_DETAILS,
    AudioPart,
    ChatMessage,
    ContentPart,
    FilePart,
    ImagePart,
    OpaquePart,
    ReasoningField,
    Role,
    ToolCall,
)
from tests.builders.conversations import OWN, RandomConversation

_IDS = (
    "functions.bash:0",
    "toolu_01A09q90qw90lq917835lq9",
    "call_" + "x" * 59,
    "call_" + "x" * 60,
    "call|fc_" + "9" * 75,
    "call:fc_" + "9" * 75,
    "a|b",
    "a:b",
    "abc123XYZ",
    "D681PevKs",
    "-",
    "id with blanks",
    "結果",
    "z" * 256,
)
_NAMES = (
    "bash",
    "default_api:Bash",
    "default_api.Bash",
    "browser.navigate",
    "mcp__" + "x" * 60,
    "mcp__" + "x" * 61,
    "3d render",
    "名前",
    "-",
    "a" * 64,
)
_ARGUMENTS = (
    "",
    "{}",
    "null",
    "[1]",
    '{"cmd": "echo half',
    '{"a":1}{"b":2}',
    '{"a": NaN}',
    '{"a": 1e400}',
    '{"wei": 18446744073709551616}',
    '{"a":' * 60 + "1" + "}" * 60,
    '{"a":' * 900 + "1" + "}" * 900,
    '{"a": 1, "a": 2}',
    '{"d": "\\ud99c half"}',
    '{"a": "x\ty"}',
    '{"ä": "ß", "": null}',
)

_THOUGHTS = ("thinking", REASONING_DETAILS, "reasoning_content", "other")

_SHOWN: tuple[ContentPart, ...] = (
    *(
        ImagePart(data=b"x", media_type=f"image/{kind}")
        for kind in ("png", "jpg", "JPEG", "gif", "webp", "heic", "svg+xml", "tiff", "bmp", "avif")
    ),
    ImagePart(data=b"II*\x00", media_type="image/png"),
    ImagePart(url="data:image/svg+xml;base64,PHN2Zy8+"),
    ImagePart(url="data:image/png;base64,*"),
    ImagePart(url="https://example.com/a.svg"),
    FilePart("a b.pdf", data=b"%PDF-1.4"),
    FilePart(media_type="application/zip", data=b"PK"),
    FilePart("n.csv", "text/csv", data=b"a,b"),
    FilePart(file_id="file-1"),
    FilePart("c.pdf", file_id="file_1"),
    *(AudioPart(form, b"x", "Noon.") for form in ("wav", "mp3", "ogg", "", "audio/wav")),
)


def odd_conversation(random: Random, size: int, handle: str) -> list[ChatMessage]:
    """Messages of which a half has odd ids, a half odd names, and a half odd images, files and audio; opaque parts are
    of this model or of another."""
    ids: dict[str, str] = {}
    odd_ids, odd_names, odd_parts = random.random() < 0.5, random.random() < 0.5, random.random() < 0.5
    pool = list(_IDS)
    random.shuffle(pool)

    def shown_id(call_id: str) -> str:
        if odd_ids and call_id not in ids and pool:
            ids[call_id] = pool.pop()
        return ids.get(call_id, call_id)

    def changed(message: ChatMessage) -> ChatMessage:
        calls = tuple(_call(random, call, shown_id(call.id), odd_names, handle) for call in message.tool_calls)
        parts = tuple(_shown(random, part, odd_parts, handle) for part in message.parts)
        answered = shown_id(message.tool_call_id) if message.tool_call_id else ""
        changed = replace(message, tool_calls=calls, tool_call_id=answered, parts=parts)
        return _with_thoughts(random, changed, handle) if message.role is Role.ASSISTANT else changed

    return [changed(message) for message in RandomConversation(random).batch(size)]


def _call(random: Random, call: ToolCall, call_id: str, odd_names: bool, handle: str) -> ToolCall:
    name = random.choice(_NAMES) if odd_names else call.name
    arguments = random.choice(_ARGUMENTS) if random.random() < 0.2 else call.arguments
    opaque = _owned(call.opaque, handle, "thinking") if call.opaque is not None else None
    return replace(call, id=call_id, name=name, arguments=arguments, opaque=opaque)


def _shown(random: Random, part: ContentPart, odd: bool, handle: str) -> ContentPart:
    if isinstance(part, OpaquePart):
        return _owned(part, handle, random.choice(_THOUGHTS))
    return random.choice(_SHOWN) if odd and isinstance(part, ImagePart | FilePart | AudioPart) else part


def _with_thoughts(random: Random, message: ChatMessage, handle: str) -> ChatMessage:
    if random.random() < 0.8:
        return message
    field = random.choice(list(ReasoningField))
    return replace(message, reasoning="hm", reasoning_field=field, model=random.choice((handle, "openai/gpt-test")))


def _owned(part: OpaquePart, handle: str, kind: str) -> OpaquePart:
    """Of the asked model what the builder has as its own: a thought, as Anthropic's API gives one, or OpenRouter's."""
    if (part.provider, part.model) != OWN:
        return part
    parsed = ModelHandle.parse(handle)
    data = json.dumps({"type": kind, "thinking": "hm", "signature": "c2ln"}).encode()
    return OpaquePart(parsed.provider, parsed.name, kind, data)


def tools_of(messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
    """Schemas of the tools that are called, and of one that never is."""
    names = {call.name for message in messages for call in message.tool_calls} | {"never.called"}
    parameters = {"type": "object", "properties": {"q": {"type": "string"}}}
    return [{"type": "function", "function": {"name": name, "parameters": parameters}} for name in sorted(names)]
