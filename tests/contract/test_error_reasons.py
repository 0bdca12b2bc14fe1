"""The contract and the service have the same errors: reason, status, metadata; nothing promised is done in silence."""

import json
import re
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import code_pb2

from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import InvalidField
from compactd.domain.model_failures import ProviderRateLimited
from compactd.rpc.statuses import INTERNAL_REASON, internal_status
from protos.promises import PROMISED_REASONS
from tests.contract.error_classes import error_classes, names_in_use
from tests.declared_errors import PREFIX, traits

ERRORS = error_classes()
TRAITS = traits()


def _comments() -> dict[str, str]:
    """The comment of each reason, from the source information of the descriptor set."""
    raw = files("compaction.v1").joinpath("descriptors.binpb").read_bytes()
    (file,) = (file for file in FileDescriptorSet.FromString(raw).file if file.name.endswith("/error_reason.proto"))
    values = file.enum_type[0].value
    # Path of a value: field 5 of the file (enums), the first one, field 2 of that (values), its index.
    located = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
    return {value.name.removeprefix(PREFIX): located[5, 0, 2, index] for index, value in enumerate(values)}


COMMENTS = _comments()

every_error = pytest.mark.parametrize("cls", ERRORS, ids=lambda cls: cls.reason)


def test_every_reason_of_the_contract_is_an_error_of_the_service_and_every_error_a_reason() -> None:
    assert {cls.reason for cls in ERRORS} | {INTERNAL_REASON} | PROMISED_REASONS == TRAITS.keys()


def test_no_two_errors_share_a_reason() -> None:
    assert len({cls.reason for cls in ERRORS}) == len(ERRORS)


@every_error
def test_an_error_is_raised_unless_it_is_promised_for_later(cls: type[CompactdError]) -> None:
    assert (cls.__name__ in names_in_use()) is (cls.reason not in PROMISED_REASONS)


def test_what_is_promised_is_in_the_contract() -> None:
    assert TRAITS.keys() >= PROMISED_REASONS


@every_error
def test_an_error_has_the_status_of_its_reason(cls: type[CompactdError]) -> None:
    assert code_pb2.Code.Name(TRAITS[cls.reason].status) == cls.code


def test_a_bug_has_the_status_of_its_reason() -> None:
    assert internal_status().code == TRAITS[INTERNAL_REASON].status


@every_error
def test_an_error_of_the_gateway_is_answered_over_rest_alone_and_no_other_is(cls: type[CompactdError]) -> None:
    assert TRAITS[cls.reason].rest_only is cls.__module__.startswith("compactd.gateway.")


@pytest.mark.parametrize("reason", sorted(TRAITS))
def test_the_comment_of_a_reason_begins_with_its_status(reason: str) -> None:
    assert COMMENTS[reason].startswith(f" Status {code_pb2.Code.Name(TRAITS[reason].status)}.\n")


@pytest.mark.parametrize("reason", sorted(TRAITS))
def test_every_reason_shows_an_example_of_itself(reason: str) -> None:
    example = _example(reason)
    assert example.keys() == {"reason", "domain", "metadata"}
    assert example["reason"] == reason
    assert example["domain"] == "compactd"
    assert all(isinstance(value, str) for value in example["metadata"].values())


@every_error
def test_an_error_has_the_metadata_that_its_comment_shows(cls: type[CompactdError]) -> None:
    placeholders = {name for _, name, _, _ in Formatter().parse(cls.sentence) if name}
    assert _example(cls.reason)["metadata"].keys() == placeholders


def test_the_examples_of_errors_with_a_constructor_of_their_own_are_what_they_make() -> None:
    invalid = _example("INVALID_FIELD")["metadata"]
    assert InvalidField(**invalid).metadata == invalid
    limited = _example("PROVIDER_RATE_LIMITED")["metadata"]
    made = ProviderRateLimited(model=limited["model"], retry_after_seconds=float(limited["retry_after_seconds"]))
    assert made.metadata == limited


def _example(reason: str) -> dict[str, Any]:
    found = re.search(r"Example:\s*(\{.*\})", COMMENTS[reason], re.DOTALL)
    assert found, f"{reason} shows no example"
    example: dict[str, Any] = json.loads(found[1])
    return example
