"""Requests as they leave the process, written and not sent: those of the self modes and those with a transcript."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.ports.model import ModelRequest
from compactd.strategies.call_naming import named_tools
from compactd.strategies.kept_thoughts import thoughts_of
from compactd.strategies.modes import Cut
from compactd.strategies.request_forms import AnswerLength, self_request, transcript_request
from compactd.strategies.view import build_view
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_requests.loading import load_writer, writer_module
from compactd.summarizers.provider_requests import provider_request, spoken_dialect
from compactd.summarizers.providers.table import PROVIDERS
from tests.builders.stored_conversation import StoredConversation
from tests.dialect_rules.generated import odd_conversation, tools_of
from tests.dialect_rules.values import strict_json
from tests.loopback.providers import (
    LOOPBACK_PROVIDERS,
    endpoint_settings,
    private_key,
    provider_variables,
    write_logins,
)

NOWHERE = "http://127.0.0.1:9"

HANDLES = (
    *(provider.handle for name, provider in LOOPBACK_PROVIDERS.items() if name != "google_vertex"),
    "openai/gpt-4.1",
    "openai/gpt-5-pro",
    "anthropic/claude-sonnet-4-5",
    "google_ai/gemini-3-pro-preview",
    "bedrock/amazon.nova-lite-v1:0",
    "bedrock/mistral.mistral-large-2407-v1:0",
    "azure/mistral-large-2411",
    "sglang/mistralai/Mistral-Small-3.2-24B-Instruct-2506",
    "sglang/google/gemma-3-27b-it",
    "together/mistralai/Mixtral-8x7B-Instruct-v0.1",
    "openrouter/mistralai/devstral-medium",
    "openrouter/anthropic/claude-sonnet-4.5",
)
"""Every provider but Vertex AI, whose token is got over the network and whose requests are Gemini's; and models of
makers with rules of their own, at those who pass them on."""


class RequestWriters:
    """Writes the bodies of requests without a socket."""

    def __init__(self, catalog: LitellmCatalog, folder: Path, environment: pytest.MonkeyPatch) -> None:
        self.catalog = catalog
        self._writers: dict[str, Any] = {}
        for name, value in provider_variables(NOWHERE, folder).items():
            environment.setenv(name, value)
        write_logins(folder, NOWHERE, private_key())

    def body(self, request: ModelRequest) -> dict[str, Any]:
        provider = PROVIDERS[request.handle.provider]
        facts = self.catalog.facts(request.handle)
        speaks_responses = facts is not None and facts.speaks_responses
        dialect = spoken_dialect(provider, speaks_responses=speaks_responses)
        write = self._writer(writer_module(provider, dialect))
        written = provider_request(request, endpoint_settings(NOWHERE), facts)
        body: dict[str, Any] = strict_json(write(written).body)
        return body

    def _writer(self, module: str) -> Any:
        if module not in self._writers:
            self._writers[module] = load_writer(module)
        return self._writers[module]

    def requests(
        self, handle: str, conversation: StoredConversation, tools: Sequence[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """What the model of this handle is sent for a conversation: its own context, and the transcript of it."""
        parsed = ModelHandle.parse(handle)
        try:
            plan = conversation.plan(Cut.ALL, 0.3, 1_000_000)
        except (CannotHelp, NothingToCompact):
            return
        context, naming = conversation.context, self.catalog.call_naming(parsed)
        evicted = [entry for entry in context.entries if entry.position <= plan.last_evicted]
        bodies = conversation.bodies[: 1 + (context.summary is not None) + len(evicted)]
        keep = thoughts_of(parsed.provider, parsed.name)
        up_to_cut = replace(context, entries=evicted)
        view = build_view(up_to_cut, bodies, keep, naming=naming)
        own = self_request("PROMPT", view, summarized=context.summary is not None, length=AnswerLength(500, 100))
        yield self.body(ModelRequest(parsed, None, own, 500, named_tools(tools, naming), self_context=True))
        rendered = [message.text for message in conversation.rendered(plan.first_evicted, plan.last_evicted)]
        for acknowledge in (False, True):
            yield self.body(ModelRequest(parsed, None, self._transcript(parsed, rendered, acknowledge), 500))

    def _transcript(self, handle: ModelHandle, rendered: Sequence[str], acknowledge: bool) -> list[ChatMessage]:
        strict = self.catalog.strict_turns(handle)
        return transcript_request("PROMPT", rendered, strict_turns=strict, acknowledge=acknowledge, earlier=["EARLIER"])


def random_requests(handle: str, number: int, writers: RequestWriters) -> Iterator[dict[str, Any]]:
    """Those about one conversation, which the handle and the number decide."""
    random = Random(f"{handle} {number}")
    messages = odd_conversation(random, random.choice((2, 5, 12, 30)), handle)
    conversation = StoredConversation()
    conversation.append(messages, [20] * len(messages))
    yield from writers.requests(handle, conversation, tools_of(messages) if random.random() < 0.7 else ())
