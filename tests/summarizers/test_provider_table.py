"""The table of providers fits the contract, the settings of the service and the models of litellm."""

from typing import get_args

import pytest

from compactd.config import Config
from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import PROVIDERS as NAMES
from compactd.domain.model_settings import CommonModelSettings, ModelSettings
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.providers.row import Endpoint
from compactd.summarizers.providers.table import ENDPOINT_SETTINGS, PROVIDERS, openai_model


def test_every_provider_of_the_contract_has_its_row() -> None:
    assert tuple(PROVIDERS) == NAMES


def test_the_settings_that_rows_name_are_those_of_the_service() -> None:
    of_providers = {name for name in Config.model_fields if name.endswith(("_base_url", "_api_key"))}
    assert set(ENDPOINT_SETTINGS) == of_providers
    assert len(ENDPOINT_SETTINGS) == len(of_providers), "two providers share a setting"


@pytest.mark.parametrize("kind", get_args(ModelSettings), ids=lambda kind: str(kind.provider))
def test_what_is_never_sent_is_a_field_of_every_provider(kind: type[CommonModelSettings]) -> None:
    assert PROVIDERS[kind.provider].never_sent <= set(CommonModelSettings.model_fields)


@pytest.mark.parametrize("name", NAMES)
def test_a_light_default_is_a_model_of_the_table(name: str, catalog: LitellmCatalog) -> None:
    handle = catalog.light_default(name)
    assert handle is None or catalog.window(handle) is not None


def test_only_openai_and_azure_are_sent_turns_as_they_are(catalog: LitellmCatalog) -> None:
    assert [name for name in NAMES if not catalog.strict_turns(ModelHandle(name, "m"))] == ["openai", "azure"]
    assert not catalog.strict_turns(ModelHandle("local", "extractive"))


@pytest.mark.parametrize(
    ("handle", "name"),
    [
        ("openai/gpt-4o", "gpt-4o"),
        ("azure/gpt-4o", "gpt-4o"),
        ("azure/eu/gpt-4o", "gpt-4o"),
        ("azure/global-standard/gpt-5.2", "gpt-5.2"),
        ("chatgpt_oauth/gpt-5.2", "gpt-5.2"),
        ("openrouter/openai/gpt-4o", "gpt-4o"),
        ("sglang/openai/gpt-oss-20b", "gpt-oss-20b"),
        ("sglang/someone/openai/gpt-oss-20b", None),
        ("bedrock/openai.gpt-oss-20b-1:0", "gpt-oss-20b-1:0"),
        ("openrouter/someone/gpt-4o", None),
        ("bedrock/gpt-4o", None),
        ("sglang/gpt-4o", None),
        ("local/extractive", None),
        ("unheard-of/openai/gpt-4o", None),
    ],
)
def test_openais_own_name_of_a_model(handle: str, name: str | None) -> None:
    assert openai_model(ModelHandle.parse(handle)) == name


ENDPOINT = Endpoint("url", "key")


@pytest.mark.parametrize(
    ("endpoint", "settings", "has_url", "has_key", "arguments"),
    [
        (ENDPOINT, {}, True, False, {}),
        (ENDPOINT, {"url": "", "key": ""}, True, False, {}),
        (ENDPOINT, {"url": "u", "key": "k"}, True, True, {"api_base": "u", "api_key": "k"}),
        (Endpoint("url"), {"url": "u"}, True, True, {"api_base": "u"}),
        (Endpoint("url", needs_url=True), {}, False, True, {}),
        (Endpoint("url", needs_url=True), {"url": "u"}, True, True, {"api_base": "u"}),
        (Endpoint("url", "key", "default", "none"), {}, True, True, {"api_base": "default", "api_key": "none"}),
        (
            Endpoint("url", "key", "default", "none"),
            {"url": "u", "key": "k"},
            True,
            True,
            {"api_base": "u", "api_key": "k"},
        ),
    ],
)
def test_an_endpoint_is_made_of_settings_and_defaults(
    endpoint: Endpoint, settings: dict[str, str], has_url: bool, has_key: bool, arguments: dict[str, str]
) -> None:
    assert endpoint.has_url(settings) is has_url
    assert endpoint.has_key(settings) is has_key
    assert endpoint.arguments(settings) == arguments
