"""OpenTelemetry's variables."""

from pathlib import Path

import pytest

from compactd.telemetry.otlp_settings import OtlpSettings, resource_of


@pytest.mark.parametrize(
    ("endpoint", "target", "is_secure"),
    [
        ("http://collector:4317", "collector:4317", False),
        ("http://collector/", "collector:4317", False),
        ("https://[::1]:9", "[::1]:9", True),
        ("https://[::1]", "[::1]:4317", True),
        ("http://ines:pw@collector", "collector:4317", False),
    ],
)
def test_an_endpoint_is_a_target_with_or_without_tls(endpoint: str, target: str, *, is_secure: bool) -> None:
    settings = OtlpSettings.of(endpoint, {})
    assert (settings.target, settings.is_secure) == (target, is_secure)
    assert (settings.timeout_seconds, settings.is_compressed, settings.headers) == (10.0, False, ())


def test_what_is_said_of_traces_goes_before_what_is_said_of_all(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(b"roots")
    variables = {
        "OTEL_EXPORTER_OTLP_HEADERS": "Api-Key=a%2Cb, x = y ,nonsense",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "3000",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "500",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_CERTIFICATE": str(roots),
    }
    settings = OtlpSettings.of("https://collector", variables)
    assert settings.headers == (("api-key", "a,b"), ("x", "y"))
    assert (settings.timeout_seconds, settings.is_compressed, settings.roots) == (0.5, True, b"roots")


def test_a_process_says_which_it_is() -> None:
    first, second = resource_of({}, "1.2"), resource_of({}, "1.2")
    assert (first["service.name"], first["service.version"]) == ("compactd", "1.2")
    assert first["service.instance.id"] != second["service.instance.id"]
    given = {"OTEL_RESOURCE_ATTRIBUTES": "service.name=a,deployment.environment.name=b%20c", "OTEL_SERVICE_NAME": "d"}
    assert resource_of(given, "1").items() >= {"service.name": "d", "deployment.environment.name": "b c"}.items()
