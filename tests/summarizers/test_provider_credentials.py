"""Without a key, an address or a login nothing is sent."""

from pathlib import Path

import pytest

from compactd.domain.model_failures import ProviderKeyMissing, ProviderUnauthenticated, ProviderUnavailable
from compactd.domain.model_settings import PROVIDERS
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import transcript_request
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import LOOPBACK_PROVIDERS, endpoint_settings

ENVIRONMENT = [name for name, provider in LOOPBACK_PROVIDERS.items() if provider.login in provider.variables]
SETTINGS = [name for name, provider in LOOPBACK_PROVIDERS.items() if provider.login in provider.settings]


def test_only_two_providers_want_no_login_of_ours() -> None:
    # SGLang may be started without a key; Amazon's credentials are found in many ways.
    assert set(PROVIDERS) - {*ENVIRONMENT, *SETTINGS} == {"sglang", "bedrock"}


@pytest.mark.parametrize("name", ENVIRONMENT)
async def test_without_a_key_nothing_is_sent(
    name: str, model: LitellmModel, server: LoopbackModel, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    provider = LOOPBACK_PROVIDERS[name]
    variable = str(provider.login)
    if variable.endswith("_KEY"):
        environment.delenv(variable)
    else:
        environment.setenv(variable, str(tmp_path / "nothing"))
    environment.setenv("GCE_METADATA_HOST", "127.0.0.1:9")
    with pytest.raises(ProviderUnauthenticated):
        await model.ask(transcript_request(provider.handle, max_output_tokens=500))
    assert server.requests == []


@pytest.mark.parametrize("name", SETTINGS)
async def test_without_a_key_among_our_settings_nothing_is_sent(
    name: str, catalog: LitellmCatalog, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> None:
    provider = LOOPBACK_PROVIDERS[name]
    settings = {key: value for key, value in endpoint_settings(server.url).items() if key != provider.login}
    model = LitellmModel(catalog, settings)
    with pytest.raises(ProviderKeyMissing, match=f"has to set COMPACTD_{str(provider.login).upper()}"):
        await model.ask(transcript_request(provider.handle, max_output_tokens=500))
    assert server.requests == []


async def test_the_variables_that_may_hold_a_missing_key_are_named(
    model: LitellmModel, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> None:
    for variable in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        environment.delenv(variable, raising=False)
    variables = "GEMINI_API_KEY or GOOGLE_API_KEY"
    sentence = f"The server has no key for google_ai/gemini-2.5-flash: the operator has to set {variables}."
    with pytest.raises(ProviderKeyMissing) as raised:
        await model.ask(transcript_request("google_ai/gemini-2.5-flash"))
    assert (str(raised.value), raised.value.reason) == (sentence, "PROVIDER_UNAUTHENTICATED")
    assert server.requests == []


async def test_the_providers_of_our_own_variables_need_them(
    catalog: LitellmCatalog, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> None:
    unset = LitellmModel(catalog, {})
    with pytest.raises(ProviderUnauthenticated):
        await unset.ask(transcript_request("moonshot_coding/kimi-for-coding"))
    with pytest.raises(ProviderUnavailable):
        await unset.ask(transcript_request("sglang/qwen"))
    assert server.requests == []
