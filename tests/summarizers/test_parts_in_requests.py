"""Images, files and audio in the requests of every provider: as its API takes them, else in words.

What each takes is written down here once more, from the pages of the provider; what leaves is looked for by the bytes,
the address or the id that only the part has, and by the words that stand for it.
"""

import base64
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from compactd.domain.messages import AudioPart, ChatMessage, ContentPart, FilePart, ImagePart, Role, TextPart, ToolCall
from compactd.domain.model_settings import PROVIDERS
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.media_types import media_type_of
from tests.builders.model_requests import self_request
from tests.loopback.model import LoopbackModel
from tests.summarizers.provider_bodies import HANDLES

PNG = b"\x89PNG\r\n\x1a\n-a"
JPEG = b"\xff\xd8\xff-b"
PDF = b"%PDF-1.4-c"
ANOTHER_PNG = b"\x89PNG\r\n\x1a\n-p"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic-q"
SVG_HEADS = (b"<svg/>", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a - b --><!DOCTYPE svg PUBLIC 'x'>\n<svg xmlns='y'/>")
OPENAI_ID, CLAUDE_ID = "file-abc", "file_abc"
GOOGLE_ID = "https://generativelanguage.googleapis.com/v1beta/files/abc"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


PARTS: Mapping[str, tuple[ContentPart, str, str]] = {
    "png": (ImagePart(data=PNG, media_type="image/png"), encoded(PNG), "[image: image/png]"),
    "png as url": (
        ImagePart(url=f"data:image/png;base64,{encoded(ANOTHER_PNG)}"),
        encoded(ANOTHER_PNG),
        "[image: image/png]",
    ),
    "gif": (ImagePart(data=b"GIF89a-d", media_type="image/gif"), encoded(b"GIF89a-d"), "[image: image/gif]"),
    "heic": (ImagePart(data=HEIC, media_type="image/jpeg"), encoded(HEIC), "[image: image/heic]"),
    "no jpeg": (ImagePart(data=b"no jpeg", media_type="image/jpeg"), encoded(b"no jpeg"), "[image]"),
    "no pdf": (
        FilePart("m.pdf", "application/pdf", data=b"no pdf"),
        encoded(b"no pdf"),
        "[file: m.pdf, application/pdf]",
    ),
    "svg": (ImagePart(data=b"<svg/>", media_type="image/svg+xml"), encoded(b"<svg/>"), "[image: image/svg+xml]"),
    "svg as url": (
        ImagePart(url=f"data:image/svg+xml;base64,{encoded(b'<svg />')}"),
        encoded(b"<svg />"),
        "[image: image/svg+xml]",
    ),
    "tiff called png": (
        ImagePart(data=b"II*\x00-e", media_type="image/png"),
        encoded(b"II*\x00-e"),
        "[image: image/tiff]",
    ),
    "image at an address": (
        ImagePart(url="https://example.com/a.png"),
        '"https://example.com/a.png"',
        "[image: https://example.com/a.png]",
    ),
    "svg at an address": (
        ImagePart(url="https://example.com/a.SVG?x=1.png"),
        '"https://example.com/a.SVG?x=1.png"',
        "[image: https://example.com/a.SVG?x=1.png]",
    ),
    "pdf": (FilePart("r.pdf", "application/pdf", data=PDF), encoded(PDF), "[file: r.pdf, application/pdf]"),
    "pdf by its bytes alone": (FilePart("r", data=b"%PDF-f"), encoded(b"%PDF-f"), "[file: r]"),
    "csv": (FilePart("n.csv", "text/csv", data=b"a,b,c"), encoded(b"a,b,c"), "[file: n.csv, text/csv]"),
    "docx": (FilePart("n.docx", data=b"docx"), encoded(b"docx"), "[file: n.docx]"),
    "zip": (FilePart("n.zip", "application/zip", data=b"PK"), encoded(b"PK"), "[file: n.zip, application/zip]"),
    "pdf at an address": (
        FilePart("l.pdf", url="https://example.com/l.pdf"),
        '"https://example.com/l.pdf"',
        "[file: l.pdf]",
    ),
    "pdf in a bucket": (FilePart("g.pdf", url="gs://bucket/g.pdf"), '"gs://bucket/g.pdf"', "[file: g.pdf]"),
    "OpenAI's id": (FilePart("o.pdf", file_id=OPENAI_ID), f'"{OPENAI_ID}"', "[file: o.pdf]"),
    "Anthropic's id": (FilePart("c.pdf", file_id=CLAUDE_ID), f'"{CLAUDE_ID}"', "[file: c.pdf]"),
    "Google's id": (FilePart("h.pdf", file_id=GOOGLE_ID), f'"{GOOGLE_ID}"', "[file: h.pdf]"),
    "wav": (AudioPart("wav", b"RIFF-g", "Noon."), encoded(b"RIFF-g"), "[audio: wav] Noon."),
    "ogg": (AudioPart("ogg", b"OggS-h"), encoded(b"OggS-h"), "[audio: ogg]"),
    "what was said": (AudioPart(transcript="It is late."), "never", "[audio] It is late."),
}
"""For each part what only it has in a request that takes it, and the words that stand for it in any other."""

WEB = {"png", "png as url", "gif"}
GOOGLE = {"png", "png as url", "heic", "pdf", "pdf by its bytes alone", "csv", "wav", "ogg"}
TAKES: Mapping[str, set[str]] = {
    "openai": WEB | {"image at an address", "pdf", "pdf by its bytes alone", "OpenAI's id"},
    "sglang": WEB | {"image at an address"},
    "anthropic": WEB | {"image at an address", "pdf", "pdf by its bytes alone", "pdf at an address", "Anthropic's id"},
    "google_ai": GOOGLE | {"Google's id"},
    "google_vertex": GOOGLE | {"pdf in a bucket"},
    "azure": WEB | {"image at an address"},
    "xai": {"png", "png as url", "image at an address"},
    "moonshot": set(),
    "zai": set(),
    "moonshot_coding": WEB,
    "groq": set(),
    "deepseek": set(),
    "together": WEB | {"image at an address"},
    "bedrock": WEB | {"pdf", "pdf by its bytes alone", "csv", "docx"},
    "baseten": WEB | {"image at an address"},
    "openrouter": WEB | {"image at an address", "pdf", "pdf by its bytes alone", "pdf at an address"},
    "chatgpt_oauth": WEB | {"image at an address"},
}
OF_MODELS: Mapping[str, set[str]] = {
    "openai/gpt-4o-audio-preview": {"wav"},
    "openai/gpt-4": set(),
    "azure/gpt-4o-audio-preview": {"wav"},
    "groq/qwen/qwen3.8-27b": WEB | {"image at an address"},
    "groq/made/up": WEB | {"image at an address"},
    "zai/glm-4.5v": WEB | {"image at an address"},
    "moonshot/kimi-k2.5": WEB,
    "baseten/openai/gpt-oss-120b": set(),
    "bedrock/zai.glm-5": TAKES["bedrock"] - WEB,
    "openai/gpt-5-pro": TAKES["openai"],
    "deepseek/deepseek-v4-flash-vision-exp": WEB | {"image at an address"},
    "openrouter/google/gemini-2.5-flash": TAKES["openrouter"] | {"wav"},
}
"""Models of which their names, or litellm's table, tell more than their provider does."""

MODELS = {HANDLES[member]: taken for member, taken in TAKES.items()} | dict(OF_MODELS)


async def sent(model: LitellmModel, server: LoopbackModel, handle: str, *messages: ChatMessage) -> dict[str, Any]:
    end = (ChatMessage(Role.ASSISTANT, "answer"), ChatMessage(Role.USER, "PROMPT"))
    await model.ask(self_request(handle, messages=(*messages, *end), tools=(), max_output_tokens=500))
    body: dict[str, Any] = server.last.body
    return body


def test_every_provider_is_spoken_of() -> None:
    assert tuple(TAKES) == PROVIDERS


@pytest.mark.parametrize("handle", MODELS)
async def test_a_model_is_sent_what_it_takes_and_told_of_the_rest(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    parts = (TextPart("see"), *(part for part, _, _ in PARTS.values()))
    body = orjson.dumps(await sent(model, server, handle, ChatMessage(Role.USER, parts=parts))).decode()
    arrived = {name for name, (_, mark, _) in PARTS.items() if mark in body}
    told = {name for name, (_, _, words) in PARTS.items() if orjson.dumps(words).decode()[1:-1] in body}
    assert arrived == MODELS[handle]
    assert told >= PARTS.keys() - arrived
    # Nothing of it is read as audio but audio, and each in one place only.
    assert all(body.count(PARTS[name][1]) == 1 for name in arrived)
    assert {request.method for request in server.requests} == {"POST"}


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (HEIC, "image/heic"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf", "image/heic"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00avifmif1miaf", "image/avif"),
        (b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00mif1-heic", "image/heif"),
        (b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom", ""),
        (b"BM" + bytes(60), "image/bmp"),
        (b"BMW,320,2019", ""),
        *((head, "image/svg+xml") for head in SVG_HEADS),
        (b"<html><svg/></html>", ""),
        (b"x" * 1_000 + b"%PDF-", "application/pdf"),
        (b"plain", ""),
        (b"", ""),
    ],
)
@pytest.mark.parametrize("called", ["image/jpg", "image/PNG; x=1", "image/webp"])
def test_bytes_tell_what_they_are_whatever_they_are_called(data: bytes, media_type: str, called: str) -> None:
    assert media_type_of(ImagePart(data=data, media_type=called)) == media_type


def test_of_bytes_that_tell_nothing_the_name_is_believed_where_it_can_be() -> None:
    assert media_type_of(FilePart("a.csv", data=b"BMW,320,2019")) == "text/csv"
    assert media_type_of(FilePart("a.pdf", data=b"BMW,320,2019")) == ""
    assert media_type_of(ImagePart(data=b"?", media_type="image/x-icon")) == "image/x-icon"


@pytest.mark.parametrize("handle", [HANDLES[member] for member in ("openai", "anthropic", "google_ai", "bedrock")])
async def test_an_image_is_sent_under_the_type_that_its_bytes_are_of(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    image = ImagePart(data=JPEG, media_type="image/png")
    body = str(await sent(model, server, handle, ChatMessage(Role.USER, parts=(TextPart("see"), image))))
    assert "jpeg" in body
    assert "png" not in body


async def test_how_a_pdf_looks_in_each_dialect(model: LitellmModel, server: LoopbackModel) -> None:
    pdf = FilePart("r.pdf", "application/pdf", data=PDF)

    async def blocks(handle: str) -> Any:
        server.requests.clear()
        body = await sent(model, server, handle, ChatMessage(Role.USER, parts=(pdf,)))
        [first, *_] = body.get("messages") or body.get("contents") or body["input"]
        return first.get("content") or first["parts"]

    url = f"data:application/pdf;base64,{encoded(PDF)}"
    assert await blocks("openai/gpt-4o") == [{"type": "file", "file": {"filename": "r.pdf", "file_data": url}}]
    assert await blocks("openai/gpt-5-pro") == [{"type": "input_file", "filename": "r.pdf", "file_data": url}]
    source = {"type": "base64", "media_type": "application/pdf", "data": encoded(PDF)}
    assert await blocks("anthropic/claude-haiku-4-5") == [{"type": "document", "source": source}]
    inline = {"mime_type": "application/pdf", "data": encoded(PDF)}
    # litellm puts a text beside what is none.
    assert await blocks("google_ai/gemini-2.5-flash") == [{"inline_data": inline}, {"text": " "}]
    # Converse wants a text beside a document, and takes few characters in its name.
    named, document = await blocks("bedrock/amazon.nova-lite-v1:0")
    assert named == {"text": "[file: r.pdf, application/pdf]"}
    assert (document["document"]["format"], document["document"]["source"]) == ("pdf", {"bytes": encoded(PDF)})


MANY: Mapping[str, int] = {
    "openai/gpt-4o": 500,
    "anthropic/claude-haiku-4-5": 100,
    "bedrock/amazon.nova-lite-v1:0": 20,
    "groq/qwen/qwen3.8-27b": 5,
}
"""The most images in a request, where a provider's pages name a number that conversations have."""


@pytest.mark.parametrize("handle", MANY)
async def test_of_too_many_images_the_last_ones_are_sent(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    images = [PNG + b"%04d" % number for number in range(MANY[handle] + 3)]
    odd = ImagePart(data=b"<svg/>", media_type="image/svg+xml")
    messages = [
        ChatMessage(
            Role.USER, parts=(TextPart("see"), odd, *(ImagePart(data=data, media_type="image/png") for data in pair))
        )
        for pair in (images[:4], images[4:])
    ]
    body = str(await sent(model, server, handle, *messages))
    assert [data for data in images if encoded(data) in body] == images[3:]
    assert body.count("[image: image/png]") == 3


LARGE: Mapping[str, int] = {"anthropic/claude-haiku-4-5": 3_932_160, "bedrock/amazon.nova-lite-v1:0": 3_750_000}
"""Bytes of the largest image: five MiB of base64, and 3.75 MB."""


@pytest.mark.parametrize("handle", LARGE)
async def test_an_image_that_is_too_large_is_told_of(handle: str, model: LitellmModel, server: LoopbackModel) -> None:
    fits = PNG.ljust(LARGE[handle], b"y")
    parts = (TextPart("see"), ImagePart(data=fits, media_type="image/png"))
    assert encoded(fits) in str(await sent(model, server, handle, ChatMessage(Role.USER, parts=parts)))
    parts = (TextPart("see"), ImagePart(data=fits + b"z", media_type="image/png"))
    body = str(await sent(model, server, handle, ChatMessage(Role.USER, parts=parts)))
    assert "[image: image/png]" in body
    assert len(body) < 10_000


async def test_of_images_too_large_together_the_last_ones_are_sent(model: LitellmModel, server: LoopbackModel) -> None:
    images = [(PNG + b"%d" % number).ljust(1_000_000, b"y") for number in range(4)]
    url = ImagePart(url=f"data:image/png;base64,{encoded(images[0])}")
    parts: tuple[ContentPart, ...] = (
        TextPart("see"),
        url,
        *(ImagePart(data=data, media_type="image/png") for data in images[1:]),
    )
    body = str(await sent(model, server, "groq/qwen/qwen3.8-27b", ChatMessage(Role.USER, parts=parts)))
    assert [data for data in images if encoded(data) in body] == images[2:]
    assert body.count("[image: image/png]") == 2


async def test_bedrock_gets_five_files_that_differ(model: LitellmModel, server: LoopbackModel) -> None:
    files = [FilePart(f"{number}.pdf", data=b"%%PDF-%d" % (number // 2)) for number in range(14)]
    body = await sent(model, server, "bedrock/amazon.nova-lite-v1:0", ChatMessage(Role.USER, parts=(*files,)))
    documents = [block for block in body["messages"][0]["content"] if "document" in block]
    assert len({block["document"]["name"] for block in documents}) == len(documents) == 5


async def test_an_uploaded_file_is_asked_for_with_the_header_that_anthropic_wants(
    model: LitellmModel, server: LoopbackModel
) -> None:
    file = FilePart("c.pdf", file_id=CLAUDE_ID)
    body = await sent(model, server, "anthropic/claude-haiku-4-5", ChatMessage(Role.USER, parts=(file,)))
    assert body["messages"][0]["content"] == [{"type": "document", "source": {"type": "file", "file_id": CLAUDE_ID}}]
    assert "files-api" in server.only.headers["anthropic-beta"]


async def test_a_file_without_a_name_gets_one(model: LitellmModel, server: LoopbackModel) -> None:
    body = await sent(model, server, "openai/gpt-5-pro", ChatMessage(Role.USER, parts=(FilePart(data=PDF),)))
    assert body["input"][0]["content"][0]["filename"] == "file.pdf"


@pytest.mark.parametrize("handle", [HANDLES[member] for member in PROVIDERS])
async def test_what_a_tool_or_an_assistant_shows_is_words_to_every_provider(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    shown = (ImagePart(data=PNG, media_type="image/png"), FilePart("r.pdf", data=PDF), AudioPart("wav", b"RIFF-g"))
    messages = (
        ChatMessage(Role.USER, "question"),
        ChatMessage(
            Role.ASSISTANT, parts=(AudioPart("", b"RIFF-g", "I look."),), tool_calls=(ToolCall("c1", "f", "{}"),)
        ),
        ChatMessage(Role.TOOL, parts=shown, tool_call_id="c1"),
    )
    body = str(await sent(model, server, handle, *messages))
    assert all(words in body for words in ("I look.", "[image]", "[file: r.pdf]", "[audio: wav]"))
    assert not any(encoded(data) in body for data in (PNG, PDF, b"RIFF-g"))


ODD: tuple[ContentPart, ...] = (
    *(
        ImagePart(url=url)
        for url in (
            "data:image/png;base64,***",
            "data:image/png;base64,",
            "data:;base64,AAAA",
            "data:image/png,AAAA",
            "data:image/png;charset=x;base64,AA==",
            "DATA:image/png;base64,AA==",
            "https://[example.com/a.png",
            "https://example.com/no-name",
            "gs://bucket/a.png",
            "file:///etc/passwd",
            " ",
        )
    ),
    *(
        ImagePart(data=b"x", media_type=kind)
        for kind in ("png", "image/jpg", "IMAGE/PNG", "image/png; x=1", "image/", "image/png\n[user] x", "é", ";", "/")
    ),
    *(FilePart(name, "application/pdf; x=1", data=PDF) for name in ('a"\n\\b.pdf', "📄" * 256, ".pdf", "a/../b")),
    *(FilePart(media_type=kind, data=b"x") for kind in ("pdf", "application/", "text/csv;charset=utf-8", "TEXT/PLAIN")),
    FilePart(data=b"\x00" * 20),
    *(
        FilePart("a.pdf", url=url)
        for url in ("https://[x", "gs://", "gs://b", "data:,x", "data:text/csv;base64,*", " ")
    ),
    *(FilePart(media_type=kind, file_id=f"{GOOGLE_ID}/../x") for kind in ("", "application/pdf")),
    *(FilePart(media_type=kind, file_id="file_") for kind in ("", "text/csv", "image/png")),
    AudioPart("WAV", b"x"),
    AudioPart("audio/wav", b"x"),
    AudioPart("", b"x", "\x00"),
    AudioPart("wav", b"x", "  "),
)
"""What an append takes, and nobody would send on purpose."""


@pytest.mark.parametrize("handle", [HANDLES[member] for member in PROVIDERS] + list(OF_MODELS))
async def test_no_odd_part_keeps_a_request_from_being_written(
    handle: str, model: LitellmModel, server: LoopbackModel
) -> None:
    messages = [ChatMessage(Role.USER, parts=(TextPart("see"), part)) for part in ODD]
    body = orjson.dumps(await sent(model, server, handle, *messages)).decode()
    assert body.count("see") >= len(ODD)
    assert {request.method for request in server.requests} == {"POST"}
