"""Credentials that people and tools paste: they are in no summary, and no other provider sees them."""

import re
from random import Random

import httpx
import pytest

from tests.builders.rest_resources import Json, append, context_of
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import compacted, parcel_talk, said, stored
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.quality.credentials import OTHERS, of_others

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHAPES = {
    "openai": "sk-proj-{w48}", "github": "ghp_{a36}", "aws_secret": "{b40}", "google": "AIza{w35}", "pg": "{a14}",
    "basic": "{b30}0=", "npm": "npm_{a36}", "stripe_wh": "whsec_{a32}", "docker": "dckr_pat_{w27}",
    "digitalocean": "dop_v1_{h64}", "age": "AGE-SECRET-KEY-1{q58}", "netrc": "{a14}", "cookie": "s%3A{a32}.{a20}",
    "pin": "{n4}", "xapikey": "{a32}", "sso": "ATATT3xFfGF0{w60}", "firebase": "{a40}",
}  # fmt: skip
"""What stands in the lines of the case, by its name there."""

MADE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r'|"(?:created_at|prompt_sha256)": ?"[^"]*"|"duration_ms": ?[0-9]+'
)
"""What the service makes itself, a microsecond among it: the four digits of a PIN stand in one by chance."""

MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")


def filled() -> tuple[list[str], list[str]]:
    """The lines of the case with a secret in each, and the secrets."""
    lines, secrets = [], []
    for number, (name, line) in enumerate(messages_of("B51")["lines"].items()):
        one = of_others(Random(number), SHAPES[name])
        lines.append(line.replace(f"<{name}>", one.text))
        secrets.append(one.secret)
    return lines, secrets


def told() -> tuple[str, list[str]]:
    """A text with a secret of every maker, and the secrets."""
    examples = [of_others(Random(number), shape) for number, shape in enumerate(OTHERS.values())]
    return "\n".join(one.text for one in examples), [one.secret for one in examples]


def conversation(lines: list[str]) -> list[Json]:
    """Each line said by the user, asked of a tool, given back by it, and written by the assistant."""
    messages: list[Json] = []
    for number, line in enumerate(lines):
        call = {
            "id": f"c{number}",
            "type": "function",
            "function": {"name": "run", "arguments": f'{{"cmd": {line!r}}}'},
        }
        messages += [
            {"role": "user", "content": f"Please keep in mind: {line}"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"c{number}", "content": f"done\n{line}\n"},
            {"role": "assistant", "content": f"I did it. {line}"},
        ]
    return messages


@needs_cases
async def test_what_is_pasted_is_in_no_extractive_summary(rest: httpx.AsyncClient) -> None:
    lines, secrets = filled()
    conversation_id = await stored(rest, conversation(lines))
    summary = (await compacted(rest, conversation_id, mode="all"))["summary"]
    assert [secret for secret in secrets if secret in summary] == []


@needs_cases
async def test_what_is_pasted_reaches_no_summarizer(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    lines, secrets = filled()
    text, more = told()
    conversation_id = await stored(rest, conversation([*lines, text]))
    await compacted(rest, conversation_id, mode="all", model="openai/gpt-4.1")
    asked = said(model.only.body)
    assert [secret for secret in (*secrets, *more) if secret in asked] == []
    assert "I did it." in asked


@pytest.mark.parametrize("mode", MODES)
async def test_what_a_model_repeats_is_in_no_summary(rest: httpx.AsyncClient, model: LoopbackModel, mode: str) -> None:
    text, secrets = told()
    conversation_id = await stored(rest, parcel_talk(120), "openai/gpt-4.1")
    model.answer(openai_chat(f"Parcels came.\n{text}\nAll is done."))
    done = await compacted(rest, conversation_id, mode=mode)
    record = await rest.get(f"/v1/conversations/{conversation_id}/compactions")
    seen = done["summary"] + MADE.sub("", said(await context_of(rest, conversation_id)) + record.text)
    assert [secret for secret in secrets if secret in seen] == []
    assert done["summary"].startswith("Parcels came.")
    assert done["summary"].endswith("All is done.")


async def test_what_a_model_repeats_of_a_chunk_reaches_no_other_request(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    secrets: list[str] = []

    def repeats(request: Received) -> Reply:
        one = of_others(Random(len(secrets)), "The password of the depot is {a10}4x.")
        secrets.append(one.secret)
        return Reply(openai_chat(f"Parcels came. {one.text}"))

    model.otherwise = repeats
    conversation_id = await stored(rest, parcel_talk(100), "openai/gpt-5-mini")
    done = await compacted(rest, conversation_id, mode="all", model="openai/gpt-4")
    await append(rest, conversation_id, parcel_talk(10, 100))
    merged = await compacted(rest, conversation_id, mode="all", model="openai/gpt-4", clip_chars=60)
    asked = "".join(said(request.body) for request in model.requests)
    assert done["compaction"]["method"] == "model_chunked"
    assert [part["state"] for part in merged["compaction"]["parts"]] == ["merged"]
    assert [secret for secret in secrets if secret in asked + done["summary"] + merged["summary"]] == []
    assert len(merged["summary"]) <= 60


async def test_the_agents_own_provider_gets_its_context_as_it_is(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    token = "ghp_0123456789abcdef0123456789abcdef0123"
    talk = [{"role": "user", "content": f"The token is {token}."}, *parcel_talk(8)]
    conversation_id = await stored(rest, talk, "openai/gpt-4.1")
    await compacted(rest, conversation_id, mode="self_compact_all", prompt=f"Summarize. Never say {token}.")
    assert said(model.only.body).count(token) == 2
