"""Content parts as other APIs and frameworks write them: taken, and given back in the one shape."""

from typing import Any

import httpx
import pytest

from tests.builders.chat import history_of
from tests.builders.rest_resources import context_of, new_conversation
from tests.gateway.message_parts import DATA_URL, PDF, PDF_URL, PNG, URL, WAV_DATA
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

PDF_DATA = PDF_URL.partition(",")[2]
PNG_DATA = DATA_URL.partition(",")[2]
A_PDF = {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF_URL}}
A_WAV = {"type": "input_audio", "input_audio": {"data": WAV_DATA, "format": "wav"}}
A_PNG = {"type": "image_url", "image_url": {"url": DATA_URL}}
AT_URL = {"type": "image_url", "image_url": {"url": URL}}
TEXT = {"type": "text", "text": "Hello."}

OTHER_SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "litellm: an address as id": (
        {"type": "file", "file": {"file_id": URL, "format": "application/pdf"}},
        {"type": "file", "file": {"file_id": URL, "format": "application/pdf"}},
    ),
    "a type beside bare base64": (
        {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF_DATA, "format": "application/pdf"}},
        A_PDF,
    ),
    "base64 in lines": (
        {"type": "file", "file": {"filename": "a.pdf", "file_data": f"{PDF_URL[:40]}\r\n {PDF_URL[40:]}\n"}},
        A_PDF,
    ),
    "base64 for URLs, without padding": (
        {"type": "file", "file": {"filename": "a.txt", "file_data": "-_8"}},
        {"type": "file", "file": {"filename": "a.txt", "file_data": "+/8="}},
    ),
    "nulls": (
        {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF_URL, "file_id": None}, "cache_control": None},
        A_PDF,
    ),
    "responses: text": ({"type": "input_text", "text": "Hello."}, TEXT),
    "responses: an answer's text": ({"type": "output_text", "text": "Hello.", "annotations": []}, TEXT),
    "responses: a file": ({"type": "input_file", "filename": "a.pdf", "file_data": PDF_URL}, A_PDF),
    "responses: a file's address": (
        {"type": "input_file", "file_url": URL},
        {"type": "file", "file": {"file_data": URL}},
    ),
    "an image's address alone": ({"type": "image_url", "image_url": URL}, AT_URL),
    "an image's bytes alone": ({"type": "image_url", "image_url": DATA_URL}, A_PNG),
    "responses: an image": ({"type": "input_image", "image_url": URL, "detail": "auto"}, AT_URL),
    "LangChain: a file": (
        {"type": "file", "base64": PDF_DATA, "mime_type": "application/pdf", "extras": {"filename": "a.pdf"}},
        A_PDF,
    ),
    "LangChain 0: a file": (
        {
            "type": "file",
            "source_type": "base64",
            "data": PDF_DATA,
            "mime_type": "application/pdf",
            "metadata": {"name": "a.pdf"},
        },
        A_PDF,
    ),
    "LangChain: a file's address": (
        {"type": "file", "url": URL, "mime_type": "application/pdf"},
        {"type": "file", "file": {"file_data": URL, "format": "application/pdf"}},
    ),
    "LangChain: a file's id": (
        {"type": "file", "id": "lc-1", "file_id": "file-1"},
        {"type": "file", "file": {"file_id": "file-1"}},
    ),
    "LangChain 0: a file's id": (
        {"type": "file", "source_type": "id", "id": "file-1"},
        {"type": "file", "file": {"file_id": "file-1"}},
    ),
    "LangChain: audio": ({"type": "audio", "base64": WAV_DATA, "mime_type": "audio/x-wav"}, A_WAV),
    "audio as a data: URL": (
        {"type": "input_audio", "input_audio": {"data": f"data:audio/wav;base64,{WAV_DATA}"}},
        A_WAV,
    ),
    "LangChain: an image": ({"type": "image", "base64": PNG_DATA, "mime_type": "image/png"}, A_PNG),
    "LangChain: an image's address": ({"type": "image", "url": URL}, AT_URL),
    "Letta: an image": (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG_DATA}},
        A_PNG,
    ),
    "Letta: an image's address": ({"type": "image", "source": {"type": "url", "url": URL}}, AT_URL),
}


@pytest.mark.parametrize(("given", "answered"), OTHER_SHAPES.values(), ids=OTHER_SHAPES)
async def test_other_shapes_are_taken_and_given_back_in_one(
    rest: httpx.AsyncClient, given: dict[str, Any], answered: dict[str, Any]
) -> None:
    conversation = await new_conversation(rest, [{"role": "user", "content": [given]}])
    assert (await context_of(rest, conversation["id"]))["messages"][1] == {"role": "user", "content": [answered]}


async def test_a_refusal_among_the_parts_is_what_the_assistant_said(rest: httpx.AsyncClient) -> None:
    refused = {"role": "assistant", "content": [{"type": "refusal", "refusal": "I can not."}]}
    conversation = await new_conversation(rest, [{"role": "user", "content": "Do."}, refused])
    said = (await context_of(rest, conversation["id"]))["messages"][2]
    assert said["content"] == [{"type": "text", "text": "I can not."}]


async def test_both_doors_keep_the_same(rest: httpx.AsyncClient, client: Client) -> None:
    conversation = await new_conversation(rest, [{"role": "user", "content": [A_PDF, A_WAV, A_PNG]}])
    [_, stored] = await history_of(client, conversation["id"])
    file, audio, image = stored.message.parts
    assert (file.file.name, file.file.media_type, file.file.data) == ("a.pdf", "application/pdf", PDF)
    assert (audio.audio.format, audio.audio.data) == ("wav", b"RIFF")
    assert image.image.inline.data == PNG
