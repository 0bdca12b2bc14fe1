"""The sentences of errors follow one rule of case."""

import re
from collections.abc import Iterator

import pytest

from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import BrokenOff, OutcomeUnknown, StoreUnavailable
from compactd.domain.model_failures import ProviderFailure
from compactd.domain.validation import description_of
from compactd.gateway import http_errors


def error_classes(base: type[CompactdError] = CompactdError) -> Iterator[type[CompactdError]]:
    """Every error that has a sentence: those of models and those that only HTTP knows are there once imported."""
    assert {http_errors.RouteNotFound, ProviderFailure} <= {*CompactdError.__subclasses__()}
    for kind in base.__subclasses__():
        if hasattr(kind, "sentence"):
            yield kind
        yield from error_classes(kind)


@pytest.mark.parametrize("kind", list(error_classes()), ids=lambda kind: kind.__name__)
def test_a_sentence_begins_with_a_capital_or_a_name_and_ends_with_a_full_stop(kind: type[CompactdError]) -> None:
    assert re.match(r"[A-Z]|\{\w+\}", kind.sentence)
    # What continues a sentence has the full stop of its own.
    assert re.search(r"\.$|: \{(?:why|description)\}$", kind.sentence)


@pytest.mark.parametrize(
    ("said", "description"),
    [
        ("Input should be greater than 0", "input should be greater than 0."),
        ("Value error, write a prompt.", "write a prompt."),
        ("JSON has no NaN", "JSON has no NaN."),
    ],
)
def test_a_description_continues_the_name_of_its_field(said: str, description: str) -> None:
    assert description_of(said) == description


@pytest.mark.parametrize("state", ["away", "busy", "full", "locked", "read-only", "damaged"])
def test_a_database_that_cannot_be_used_need_not_be_out_of_reach(state: str) -> None:
    said = str(StoreUnavailable())
    assert state in said
    assert "nothing was changed" in said
    assert "reach" not in said


@pytest.mark.parametrize("kind", [OutcomeUnknown, BrokenOff])
def test_a_call_that_may_have_been_done_is_repeated_with_its_request_id_or_looked_after(
    kind: type[CompactdError],
) -> None:
    assert "with its request_id; if it had none, " in str(kind())
