"""litellm's table of models: the facts that it knows of each. Read without litellm."""

import functools
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from compactd.domain.handles import ModelHandle
from compactd.summarizers.model_facts import ModelFacts, Prices
from compactd.summarizers.providers.row import Provider
from compactd.summarizers.providers.table import PROVIDERS

_EFFORTS = ("none", "minimal", "low", "xhigh", "max")
_DEAR_ABOVE = (("_above_128k_tokens", 128_000), ("_above_200k_tokens", 200_000), ("_above_272k_tokens", 272_000))


class ModelTable:
    """The facts by handle; None for a model that the table does not know."""

    def __init__(self, raw: Mapping[str, Mapping[str, Any]]) -> None:
        self._facts = {
            (provider.name, name): _facts(entry, provider.table_schema_flag)
            for provider in PROVIDERS.values()
            for name, entry in _entries(provider, raw)
        }

    @classmethod
    @functools.cache
    def load(cls) -> "ModelTable":
        """From the JSON file in litellm's wheel; about 50 ms, once in a process or in the one that it was forked from.
        RuntimeError if litellm is not installed."""
        spec = importlib.util.find_spec("litellm")
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError("litellm is not installed: its wheel holds the table of models")
        folder = Path(spec.submodule_search_locations[0])
        return cls(orjson.loads((folder / "model_prices_and_context_window_backup.json").read_bytes()))

    def __getitem__(self, handle: ModelHandle) -> ModelFacts | None:
        return self._facts.get((handle.provider, handle.name))


def _entries(provider: Provider, raw: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """(model name, entry) of one provider, the most particular entry of a name last."""
    found = []
    for prefix in provider.table_prefixes or (f"{provider.route}/",):
        for key, entry in raw.items():
            owner = entry.get("litellm_provider", "")
            if (
                key.startswith(prefix)
                and owner.startswith(provider.route)
                and entry.get("mode") in ("chat", "responses")
            ):
                found.append((key.removeprefix(prefix), entry))
    return found


def _facts(entry: Mapping[str, Any], schema_flag: str) -> ModelFacts:
    efforts = {
        level: bool(entry[f"supports_{level}_reasoning_effort"])
        for level in _EFFORTS
        if f"supports_{level}_reasoning_effort" in entry
    }
    return ModelFacts(
        window=_count(entry.get("max_input_tokens")),
        max_output=_count(entry.get("max_output_tokens")),
        prices=_prices(entry, ""),
        reasons=bool(entry.get("supports_reasoning")),
        efforts=efforts,
        default_effort=entry.get("default_reasoning_effort"),
        takes_effort=bool(entry.get("supports_output_config")) or any(efforts.values()),
        takes_schema=bool(entry.get(schema_flag)),
        samples=entry.get("supports_sampling_params") is not False,
        thinks_by_budget=bool(entry.get("supports_reasoning"))
        and (bool(entry.get("supports_legacy_thinking")) or not entry.get("supports_adaptive_thinking")),
        speaks_responses=entry.get("mode") == "responses",
        sees=entry.get("supports_vision"),
    )


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) and value > 0 else None


def _prices(entry: Mapping[str, Any], suffix: str) -> Prices | None:
    taken = entry.get(f"input_cost_per_token{suffix}")
    given = entry.get(f"output_cost_per_token{suffix}")
    if taken is None or given is None:
        return None
    cached = entry.get(f"cache_read_input_token_cost{suffix}", taken)
    dear_above, dear = None, None
    if not suffix:
        for dear_suffix, above in _DEAR_ABOVE:
            if (prices := _prices(entry, dear_suffix)) is not None:
                dear_above, dear = above, prices
                break
    return Prices(float(taken), float(given), float(cached), dear_above, dear)
