"""Images, files and audio: kept as they came, and sent to nobody who would refuse the request for them."""

import httpx
import pytest

from tests.builders.chat import context_of
from tests.builders.rest_resources import new_conversation
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import compacted, parcel_talk, said, self_request, shown, stored
from tests.gateway.error_bodies import error_of
from tests.loopback.model import LoopbackModel
from tests.server import Client

pytestmark = [needs_cases, pytest.mark.asyncio(loop_scope="session")]

PDF_DATA = "JVBERi0xLjQgdGlueQ=="


async def test_blocks_of_another_api_are_refused_with_the_types_that_there_are(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest)
    body = {"messages": messages_of("B07")}
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", json=body))
    assert (error.reason, error.fields) == ("INVALID_FIELD", ("messages[1].parts[1].type", "messages[2].parts[0].type"))
    for kind in ("text", "image_url", "file", "input_audio", "opaque"):
        assert kind in error.sentence
    assert len(await shown(rest, conversation["id"])) == 1


async def test_a_pdf_and_a_recording_are_kept_and_given_back(rest: httpx.AsyncClient, client: Client) -> None:
    for messages in messages_of("B08"):
        conversation_id = await stored(rest, messages)
        assert (await shown(rest, conversation_id))[1:] == messages
    first, _ = messages_of("B08")
    by_grpc = await context_of(client, await stored(rest, first))
    file = by_grpc.messages[1].parts[1].file
    assert (file.name, file.media_type, file.data) == ("report.pdf", "application/pdf", b"%PDF-1.4 tiny")


async def test_a_summarizer_reads_the_name_of_a_file_and_none_of_its_bytes(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    document, recording = messages_of("B08")
    messages = [*document, *recording, {"role": "assistant", "content": "I hear nothing."}, *parcel_talk(2)]
    await compacted(rest, await stored(rest, messages, "openai/gpt-5-mini"), mode="all")
    assert "[file: report.pdf, application/pdf]" in said(model.only.body)
    assert "[audio: wav]" in said(model.only.body)
    summary = (await compacted(rest, await stored(rest, messages), mode="all"))["summary"]
    assert "report.pdf" in summary
    for text in (said(model.only.body), summary):
        assert PDF_DATA not in text
        assert "UklGRg" not in text


@pytest.mark.parametrize(
    ("handle", "taken"),
    [("openai/gpt-4.1", True), ("anthropic/claude-sonnet-4-5", True), ("groq/llama-3.3-70b-versatile", False)],
)
async def test_a_model_reads_a_pdf_itself_where_its_provider_takes_one(
    rest: httpx.AsyncClient, model: LoopbackModel, handle: str, taken: bool
) -> None:
    document, _ = messages_of("B08")
    request = said(await self_request(rest, model, handle, [*document, *parcel_talk(2)]))
    assert (PDF_DATA in request) is taken
    assert ("[file: report.pdf, application/pdf]" in request) is not taken


@pytest.mark.parametrize("handle", ["openai/gpt-4.1", "anthropic/claude-sonnet-4-5", "google_ai/gemini-2.5-flash"])
async def test_no_provider_is_sent_an_svg_or_the_picture_of_a_tool(
    rest: httpx.AsyncClient, model: LoopbackModel, handle: str
) -> None:
    messages = messages_of("B44")
    request = said(await self_request(rest, model, handle, messages))
    assert "PHN2Zy8+" not in request
    assert "iVBORw0KGgo" not in request
    assert "[image: image/svg+xml]" in request
    assert "taken\\n[image]" in request
