"""Everything that makes spans and sends them, where that is configured; not imported where it is not."""

import os
from importlib.metadata import version

from compactd.domain.startup import CannotStart
from compactd.telemetry.otlp_exporter import OtlpExporter
from compactd.telemetry.otlp_messages import SpanMessages
from compactd.telemetry.otlp_settings import OtlpSettings, resource_of
from compactd.telemetry.span_observer import SpanObserver
from compactd.telemetry.span_tracer import SpanTracer


class Tracing:
    """`tracer` makes spans of calls and their steps, `observer` of what it is told; `exporter` sends them."""

    def __init__(self, endpoint: str, ratio: float, database: str) -> None:
        """CannotStart for a variable of OpenTelemetry's that cannot be used."""
        own_version = version("compactd")
        try:
            settings = OtlpSettings.of(endpoint, os.environ)
        except (OSError, ValueError) as error:
            raise CannotStart(f"a variable OTEL_EXPORTER_OTLP_… cannot be used: {error}") from error
        self.exporter = OtlpExporter(settings, SpanMessages(resource_of(os.environ, own_version), own_version))
        self.tracer = SpanTracer(self.exporter.add, ratio)
        self.observer = SpanObserver(self.tracer, database)
