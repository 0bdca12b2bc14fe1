"""What compactd replaces inside litellm is there, and is missed loudly where it is not."""

import os
from collections.abc import Iterator
from types import ModuleType

import pytest

from compactd.summarizers.litellm_model import _load


@pytest.fixture
def calls() -> Iterator[ModuleType]:
    before = dict(os.environ)
    yield _load()
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize(
    ("module", "name"),
    # The third, litellm.utils.update_response_metadata, litellm finds again by itself when it is missing.
    [("litellm.main", "_encoding_cache"), ("litellm.utils", "_dispatch_success_logging")],
)
def test_a_litellm_without_what_is_replaced_is_an_error(
    module: str, name: str, calls: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(f"{module}.{name}")
    with pytest.raises(RuntimeError, match=name):
        calls.configure()


def test_what_the_operator_says_about_the_price_list_holds(calls: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "False")
    monkeypatch.setenv("EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER", "false")
    _load()
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "False"
    assert os.environ["EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER"] == "true"
