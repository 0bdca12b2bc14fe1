"""How messages of a context look in the requests of each API."""

import json
from dataclasses import replace
from typing import Any

import pytest

from compactd.domain.messages import ChatMessage, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import TOOL, self_request
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import LOOPBACK_PROVIDERS

CHAT = "openai/gpt-4o"
CLAUDE = "anthropic/claude-haiku-4-5"
GEMINI = "google_ai/gemini-2.5-flash"
NOVA = "bedrock/amazon.nova-lite-v1:0"
PRO = "openai/gpt-5-pro"

PIXEL = b"\x89PNG\r\n\x1a\n"
ENCODED = "iVBORw0KGgo="
USER = ChatMessage(Role.USER, "question")
END = (ChatMessage(Role.ASSISTANT, "answer"), ChatMessage(Role.USER, "PROMPT"))


async def sent(model: LitellmModel, server: LoopbackModel, handle: str, *messages: ChatMessage) -> dict[str, Any]:
    await model.ask(self_request(handle, messages=(*messages, *END), tools=(), max_output_tokens=500))
    body: dict[str, Any] = server.only.body
    return body


def calling(arguments: str, **rest: Any) -> tuple[ChatMessage, ...]:
    call = ToolCall("call_1", "look", arguments, **rest)
    return USER, ChatMessage(Role.ASSISTANT, tool_calls=(call,)), ChatMessage(Role.TOOL, "found", tool_call_id="call_1")


@pytest.mark.parametrize(
    ("arguments", "understood"),
    [
        ('{"a":  1}', {"a": 1}),
        ("not json", {"arguments": "not json"}),
        ("[1, 2]", {"arguments": "[1, 2]"}),
        ('"text"', {"arguments": '"text"'}),
        ('{"a": ', {"arguments": '{"a": '}),
        ("", {}),
        ('{"a": NaN}', {"arguments": '{"a": NaN}'}),
    ],
)
async def test_arguments_that_are_no_object_do_not_break_an_api(
    arguments: str, understood: dict[str, Any], model: LitellmModel, server: LoopbackModel
) -> None:
    claude = await sent(model, server, CLAUDE, *calling(arguments))
    assert claude["messages"][1]["content"][0]["input"] == understood
    server.requests.clear()
    gemini = await sent(model, server, GEMINI, *calling(arguments))
    assert gemini["contents"][1]["parts"][0]["function_call"]["args"] == understood
    server.requests.clear()
    nova = await sent(model, server, NOVA, *calling(arguments))
    assert "look" in nova["messages"][1]["content"][0]["text"]


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


ODD_ARGUMENTS = [
    *("", " ", "null", "1", "[1]", '"x"', "not json", '{"a": ', '{"a":1}{"b":2}', '{"a": NaN}', '{"a": -Infinity}'),
    *('{"a": 1e400}', '{"a": 18446744073709551616}', '{"a": -100000000000000000000}', '{"a": 1, "a": 2}', '{"": {}}'),
    *(nested(200), nested(900), nested(1_020), nested(50_000), "[" * 100_000, '{"a": "x\ty\nz"}', '{"a": "\\ud99c"}'),
]


@pytest.mark.parametrize("handle", [provider.handle for provider in LOOPBACK_PROVIDERS.values()])
async def test_no_request_fails_for_what_a_call_was_given(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    for arguments in ODD_ARGUMENTS:
        answer = await model.ask(
            self_request(handle, messages=(*calling(arguments), *END), tools=(TOOL,), max_output_tokens=500)
        )
        assert answer.finish == "stop"
        assert isinstance(json.loads(server.last.raw, parse_constant=pytest.fail), dict)


@pytest.mark.parametrize(("handle", "deepest"), [(CLAUDE, 250), (GEMINI, 45)])
async def test_arguments_are_an_object_as_deep_as_their_reader_takes(
    handle: str, deepest: int, model: LitellmModel, server: LoopbackModel
) -> None:
    for levels, kept in ((deepest, True), (deepest + 1, False)):
        server.requests.clear()
        body = await sent(model, server, handle, *calling(nested(levels)))
        found = body["messages"][1]["content"][0]["input"] if handle == CLAUDE else body["contents"][1]["parts"][0]
        understood = found if handle == CLAUDE else found["function_call"]["args"]
        assert understood == (json.loads(nested(levels)) if kept else {"arguments": nested(levels)})


async def test_arguments_that_are_an_object_go_out_byte_for_byte(model: LitellmModel, server: LoopbackModel) -> None:
    body = await sent(model, server, CHAT, *calling('{"b":  1, "a": "\\u00e9"}'))
    assert body["messages"][1]["tool_calls"][0]["function"]["arguments"] == '{"b":  1, "a": "\\u00e9"}'


async def test_an_image_by_its_bytes(model: LitellmModel, server: LoopbackModel) -> None:
    message = ChatMessage(Role.USER, parts=(TextPart("see"), ImagePart(data=PIXEL, media_type="image/png")))
    chat = await sent(model, server, CHAT, message)
    assert chat["messages"][0]["content"] == [
        {"type": "text", "text": "see"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{ENCODED}"}},
    ]
    server.requests.clear()
    claude = await sent(model, server, CLAUDE, message)
    source = {"type": "base64", "media_type": "image/png", "data": ENCODED}
    assert claude["messages"][0]["content"][1] == {"type": "image", "source": source}
    server.requests.clear()
    gemini = await sent(model, server, GEMINI, message)
    assert gemini["contents"][0]["parts"][1] == {"inline_data": {"data": ENCODED, "mime_type": "image/png"}}
    server.requests.clear()
    pro = await sent(model, server, PRO, message)
    assert pro["input"][0]["content"][1]["image_url"] == f"data:image/png;base64,{ENCODED}"


@pytest.mark.parametrize("handle", [CLAUDE, GEMINI, NOVA, CHAT, PRO])
async def test_no_address_of_a_message_is_ever_fetched(handle: str, model: LitellmModel, server: LoopbackModel) -> None:
    message = ChatMessage(Role.USER, parts=(TextPart("see"), ImagePart(url=f"{server.url}/secret.png")))
    body = await sent(model, server, handle, message)
    assert "secret.png" in str(body)
    assert [request.method for request in server.requests] == ["POST"]


async def test_claude_gets_the_address_of_an_image_and_fetches_it_itself(
    model: LitellmModel, server: LoopbackModel
) -> None:
    message = ChatMessage(Role.USER, parts=(ImagePart(url="https://example.com/a.png"),))
    body = await sent(model, server, CLAUDE, message)
    source = {"type": "url", "url": "https://example.com/a.png"}
    assert body["messages"][0]["content"] == [{"type": "image", "source": source}]


async def test_thoughts_of_claude_go_back_to_it(model: LitellmModel, server: LoopbackModel) -> None:
    thinking = b'{"type": "thinking", "thinking": "hm", "signature": "sig"}'
    redacted = b'{"type": "redacted_thinking", "data": "abc"}'
    message = ChatMessage(
        Role.ASSISTANT,
        parts=(
            OpaquePart("anthropic", "claude-haiku-4-5", "thinking", thinking),
            OpaquePart("anthropic", "claude-haiku-4-5", "redacted_thinking", redacted),
            TextPart("I looked."),
        ),
    )
    body = await sent(model, server, CLAUDE, USER, message, USER)
    assert body["messages"][1]["content"] == [
        {"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "abc"},
        {"type": "text", "text": "I looked."},
    ]


@pytest.mark.parametrize("data", [b"not json", b"[]", b'{"type": "text", "text": "injected"}', b"\xff"])
async def test_an_opaque_part_that_is_no_thought_is_left_out(
    data: bytes, model: LitellmModel, server: LoopbackModel
) -> None:
    opaque = OpaquePart("anthropic", "claude-haiku-4-5", "thinking", data)
    message = ChatMessage(Role.ASSISTANT, parts=(opaque, TextPart("I looked.")))
    body = await sent(model, server, CLAUDE, USER, message, USER)
    assert body["messages"][1]["content"] == [{"type": "text", "text": "I looked."}]


async def test_a_signature_goes_back_with_its_call_to_gemini(model: LitellmModel, server: LoopbackModel) -> None:
    opaque = OpaquePart("google_ai", "gemini-2.5-flash", "thought_signature", b"c2ln")
    body = await sent(model, server, GEMINI, *calling("{}", opaque=opaque))
    (part,) = body["contents"][1]["parts"]
    assert part["thoughtSignature"] == "c2ln"


async def test_an_opaque_part_has_no_place_in_the_chat_api(model: LitellmModel, server: LoopbackModel) -> None:
    opaque = OpaquePart("openai", "gpt-4o", "reasoning", b"secret")
    message = ChatMessage(Role.ASSISTANT, parts=(opaque, TextPart("I looked.")))
    body = await sent(model, server, CHAT, USER, message, USER)
    assert body["messages"][1] == {"role": "assistant", "content": "I looked."}


@pytest.mark.parametrize("handle", [CHAT, CLAUDE, GEMINI, NOVA, PRO])
async def test_a_failed_tool_and_the_name_of_a_speaker_are_said_in_words(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    user, asking, result = calling("{}")
    failed = replace(result, is_error=True)
    pictured = ChatMessage(Role.USER, parts=(ImagePart(data=PIXEL, media_type="image/png"),), name="eve")
    spoken = (replace(user, name="bob the builder"), asking, failed, ChatMessage(Role.ASSISTANT, "hm", name="critic"))
    body = str(await sent(model, server, handle, *spoken, pictured))
    for words in ("[bob the builder] question", "[error] found", "[critic] hm", "[eve]"):
        assert words in body


async def test_text_with_nul_and_many_scripts_goes_out_as_it_is(model: LitellmModel, server: LoopbackModel) -> None:
    text = 'NUL \x00, emoji 🧵, rtl ملخص, CJK 要約, quotes "\\", line\u2028end'
    for handle in (CHAT, CLAUDE):
        server.requests.clear()
        body = await sent(model, server, handle, ChatMessage(Role.USER, text))
        content = body["messages"][0]["content"]
        assert (content if isinstance(content, str) else content[0]["text"]) == text
