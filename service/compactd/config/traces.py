"""Where spans are sent, and of how many calls."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class TraceSettings(BaseSettings):
    """A section of Config."""

    otlp_endpoint: Annotated[
        str,
        Field(
            description="Where spans are sent, by OTLP over gRPC: http://collector:4317, or https:// with TLS. If it "
            "is not set, there are no spans. OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and "
            "OTEL_EXPORTER_OTLP_HEADERS, …_TIMEOUT, …_COMPRESSION, …_CERTIFICATE, …_CLIENT_KEY and "
            "…_CLIENT_CERTIFICATE have OpenTelemetry's meaning."
        ),
    ] = ""
    trace_ratio: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="The share of calls with spans, for calls whose traceparent does not decide it.",
        ),
    ] = 1.0

    @field_validator("otlp_endpoint")
    @classmethod
    def _an_address(cls, endpoint: str) -> str:
        if endpoint and not _is_address(endpoint):
            raise ValueError(
                "write the endpoint as http://host:port or https://host:port, of a collector's gRPC port; keys are "
                "given in OTEL_EXPORTER_OTLP_HEADERS."
            )
        return endpoint


def _is_address(endpoint: str) -> bool:
    """A name, a password or a query would never reach the collector, and be shown wherever settings are."""
    try:
        parts = urlsplit(endpoint)
        _ = parts.port
    except ValueError:
        return False
    beside = parts.query or parts.fragment or "@" in parts.netloc or parts.path not in ("", "/")
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not beside
