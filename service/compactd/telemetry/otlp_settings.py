"""What OpenTelemetry's own environment variables say of how spans are sent
(https://opentelemetry.io/docs/specs/otel/protocol/exporter/, …/configuration/sdk-environment-variables/)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

DEFAULT_PORT = 4317
DEFAULT_TIMEOUT_MS = 10_000

Names = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OtlpSettings:
    """`target` is host:port; `headers` go with each request, and may hold a key. The certificates are PEM, None for
    the system's roots, and for no identity of ours."""

    target: str
    is_secure: bool
    headers: Names
    timeout_seconds: float
    is_compressed: bool
    roots: bytes | None
    key: bytes | None
    certificate: bytes | None

    @classmethod
    def of(cls, endpoint: str, environment: Mapping[str, str]) -> "OtlpSettings":
        """OSError for a certificate that cannot be read, ValueError for a time-out that is no number."""
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        variables = _Variables(environment)
        return cls(
            target=f"{f'[{host}]' if ':' in host else host}:{parts.port or DEFAULT_PORT}",
            is_secure=parts.scheme == "https",
            headers=tuple((name.lower(), text) for name, text in pairs(variables["HEADERS"])),
            timeout_seconds=float(variables["TIMEOUT"] or DEFAULT_TIMEOUT_MS) / 1000,
            is_compressed=variables["COMPRESSION"] == "gzip",
            roots=_file(variables["CERTIFICATE"]),
            key=_file(variables["CLIENT_KEY"]),
            certificate=_file(variables["CLIENT_CERTIFICATE"]),
        )


class _Variables:
    """OTEL_EXPORTER_OTLP_TRACES_… goes before OTEL_EXPORTER_OTLP_…."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __getitem__(self, name: str) -> str:
        of_traces = self._environment.get(f"OTEL_EXPORTER_OTLP_TRACES_{name}", "")
        return of_traces or self._environment.get(f"OTEL_EXPORTER_OTLP_{name}", "")


def resource_of(environment: Mapping[str, str], version: str) -> dict[str, str]:
    """Which process it is: its service, its version, an id of this start, and what the operator says of it."""
    given = dict(pairs(environment.get("OTEL_RESOURCE_ATTRIBUTES", "")))
    own = {"service.name": "compactd", "service.version": version, "service.instance.id": str(uuid.uuid4())}
    named = environment.get("OTEL_SERVICE_NAME", "")
    return {**own, **given, **({"service.name": named} if named else {})}


def pairs(text: str) -> Names:
    """`a=b,c=d`, percent-encoded; what is no pair is left out."""
    split = (item.partition("=") for item in text.split(","))
    return tuple(
        (unquote(name).strip(), unquote(value).strip()) for name, sign, value in split if sign and name.strip()
    )


def _file(path: str) -> bytes | None:
    return Path(path).read_bytes() if path else None
