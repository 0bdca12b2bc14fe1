"""What is known about providers and models without asking them."""

import pytest

from compactd.domain.handles import ModelHandle
from compactd.domain.model_settings import PROVIDERS as NAMES
from compactd.summarizers.catalog import LitellmCatalog


@pytest.mark.parametrize(
    ("provider", "default"),
    [
        ("anthropic", "anthropic/claude-haiku-4-5"),
        ("openai", "openai/gpt-5-mini"),
        ("google_ai", "google_ai/gemini-2.5-flash"),
        ("groq", None),
        ("local", None),
        ("unheard-of", None),
    ],
)
def test_the_light_default_of_a_provider(provider: str, default: str | None, catalog: LitellmCatalog) -> None:
    handle = catalog.light_default(provider)
    assert (str(handle) if handle else None) == default
    assert handle is None or catalog.window(handle) is not None


@pytest.mark.parametrize(
    ("handle", "window", "max_output"),
    [
        ("openai/gpt-4o", 128_000, 16_384),
        ("anthropic/claude-haiku-4-5", 200_000, 64_000),
        ("google_ai/gemini-2.5-flash", 1_048_576, 65_536),
        ("google_vertex/gemini-2.5-pro", 1_048_576, 65_535),
        ("bedrock/amazon.nova-lite-v1:0", 300_000, 10_000),
        ("bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", 200_000, 64_000),
        ("azure/gpt-4o", 128_000, 16_384),
        ("groq/openai/gpt-oss-120b", 131_072, 65_536),
        ("sglang/gpt-4o", None, None),
        ("openai/unheard-of", None, None),
        ("local/extractive", None, None),
    ],
)
def test_windows_and_limits(handle: str, window: int | None, max_output: int | None, catalog: LitellmCatalog) -> None:
    parsed = ModelHandle.parse(handle)
    assert (catalog.window(parsed), catalog.max_output(parsed)) == (window, max_output)


def test_only_chatgpt_takes_no_output_limit(catalog: LitellmCatalog) -> None:
    without = [name for name in NAMES if not catalog.sends_output_limit(ModelHandle(name, "m"))]
    assert without == ["chatgpt_oauth"]


def test_known_providers(catalog: LitellmCatalog) -> None:
    assert all(catalog.is_known_provider(ModelHandle(name, "m")) for name in NAMES)
    assert catalog.is_known_provider(ModelHandle("local", "extractive"))
    assert not catalog.is_known_provider(ModelHandle("local", "other"))
    assert not catalog.is_known_provider(ModelHandle("unheard-of", "m"))


def test_a_long_prompt_costs_what_the_provider_asks_for_long_prompts(catalog: LitellmCatalog) -> None:
    handle = ModelHandle("google_ai", "gemini-2.5-pro")
    assert catalog.priced(handle, 200_000, 1000, 0).cost_usd == pytest.approx(200_000 * 1.25e-6 + 1000 * 10e-6)
    assert catalog.priced(handle, 200_001, 1000, 0).cost_usd == pytest.approx(200_001 * 2.5e-6 + 1000 * 15e-6)
