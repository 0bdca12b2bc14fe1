"""What of the settings is shown to an operator."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from compactd.config import PREFIX, Config
from compactd.config.shown import shown_settings

TEXTS = sorted(name for name, field in Config.model_fields.items() if field.annotation in (str, SecretStr))


@pytest.mark.parametrize("url", ["https://ines:canary@host.example/v1", "https://host.example/v1?key=canary#canary"])
@pytest.mark.parametrize("name", TEXTS)
def test_no_setting_shows_what_a_url_may_hide(name: str, url: str) -> None:
    is_secret = Config.model_fields[name].annotation is SecretStr
    given = f"postgresql{url.removeprefix('https')}" if name == "database_url" else url
    values: dict[str, Any] = {name: SecretStr(given) if is_secret else given}
    shown = shown_settings(Config.model_construct(**values))
    assert shown[f"{PREFIX}{name.upper()}"]
    assert "canary" not in str(shown)


@pytest.mark.parametrize("name", ["sglang_base_url", "otlp_endpoint", "auth_jwt_keys"])
@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://host.example:4317", "http://host.example:4317"),
        ("http://ines:can?ary@host.example", "http://***@host.example?***"),
        ("http://ines:can/ary@host.example/v1", "http://***@host.example/v1"),
        ("http://host.example/v1?", "http://host.example/v1?***"),
    ],
)
def test_the_rest_of_a_url_is_shown(name: str, url: str, masked: str) -> None:
    values: dict[str, Any] = {name: url}
    assert shown_settings(Config.model_construct(**values))[f"{PREFIX}{name.upper()}"] == masked


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://ines:canary@collector",
        "http://collector:4317?key=canary",
        "http://collector:4317#canary",
        "http://collector:canary",
        "http://collector:4317/canary",
        "ines:canary@collector:4317",
    ],
)
def test_an_endpoint_of_spans_is_a_host_and_a_port(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="OTEL_EXPORTER_OTLP_HEADERS") as raised:
        Config(otlp_endpoint=endpoint)
    assert "canary" not in str(raised.value)
