"""An observer that makes spans of what it is told of: requests to models and units of work, each in the step that it
was done for. It is told in the task that did them."""

from compactd.domain.compactions import Compaction
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.keys import ConversationKey
from compactd.ports.observer import (
    CircuitChange,
    EndedAttempt,
    EndedCall,
    EndedChore,
    EndedModelRequest,
    EndedUnitOfWork,
    FailedCompaction,
    ProviderWait,
    StartedCall,
)
from compactd.ports.trace import Facts
from compactd.telemetry.span_tracer import CLIENT, INTERNAL, SpanTracer

PROVIDER_NAMES = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "google_ai": "gcp.gemini",
    "google_vertex": "gcp.vertex_ai",
    "xai": "x_ai",
}
"""OpenTelemetry's names of providers, where they are not ours
(https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/)."""


class SpanObserver:
    """`database` is OpenTelemetry's name of the database's kind, such as `postgresql`."""

    def __init__(self, tracer: SpanTracer, database: str) -> None:
        self._tracer = tracer
        self._database = database

    def call_started(self, call: StartedCall) -> None:
        """Nothing: its span has begun."""

    def call_ended(self, call: EndedCall) -> None:
        # What is no call has none.
        if call.namespace:
            self._tracer.current().note({"compactd.namespace": call.namespace})

    def model_request_ended(self, request: EndedModelRequest) -> None:
        provider, name = request.model.provider, request.model.name
        facts: dict[str, str | int] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": PROVIDER_NAMES.get(provider, provider),
            "gen_ai.request.model": name,
        }
        if request.usage is not None:
            facts["gen_ai.usage.input_tokens"] = request.usage.input_tokens
            facts["gen_ai.usage.output_tokens"] = request.usage.output_tokens
        self._tracer.happened(f"chat {name}", CLIENT, request.seconds, request.error, facts)

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        facts: Facts = {"db.system.name": self._database, "db.operation.name": unit.name}
        self._tracer.happened(unit.name, CLIENT, unit.seconds, unit.error, facts)

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:
        """Nothing: the commit is a unit of work, and its step."""

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:
        """Nothing, likewise."""

    def compaction_failed(self, failed: FailedCompaction) -> None:
        """Nothing: the steps that failed say so."""

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        """Nothing: its transactions are steps."""

    def circuit_changed(self, change: CircuitChange) -> None:
        """Nothing: it is no step of a call."""

    def provider_waited(self, wait: ProviderWait) -> None:
        if not wait.begins:
            facts: Facts = {"gen_ai.provider.name": PROVIDER_NAMES.get(wait.provider, wait.provider)}
            self._tracer.happened("wait for provider", INTERNAL, wait.seconds, "", facts)

    def attempt_ended(self, attempt: EndedAttempt) -> None:
        """Nothing: it has a span, in which it is."""

    def chore_ended(self, chore: EndedChore) -> None:
        """Nothing: what it does is in no trace."""
