"""Every error of the domain is the one that `error_reason.proto` describes: reason, status, metadata."""

import json
import re
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from compactd.domain.errors import CompactdError, InvalidField, ProviderRateLimited
from compaction.v1 import error_reason_pb2

PREFIX = "ERROR_REASON_"
# What the server answers without an error of the domain: at its door, while it drains, for a bug.
OF_THE_SERVER = {"OVERLOADED", "DRAINING", "UNAUTHENTICATED", "PERMISSION_DENIED", "INTERNAL"}
# What only the gateway answers, for what gRPC has no like of; their classes lie with it.
OF_THE_GATEWAY = {"ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED", "UNSUPPORTED_MEDIA_TYPE"}


def _classes(base: type[CompactdError] = CompactdError) -> list[type[CompactdError]]:
    return [cls for child in base.__subclasses__() for cls in (child, *_classes(child))]


# Those of the domain; the store has sentences of its own for one of them.
ERRORS = [cls for cls in _classes() if hasattr(cls, "reason") and cls.__module__ == CompactdError.__module__]


def _comments() -> dict[str, str]:
    """The comment of each reason, from the source information of the descriptor set."""
    raw = files("compaction.v1").joinpath("descriptors.binpb").read_bytes()
    (file,) = (file for file in FileDescriptorSet.FromString(raw).file if file.name.endswith("/error_reason.proto"))
    values = file.enum_type[0].value
    # Path of a value: field 5 of the file (enums), the first one, field 2 of that (values), its index.
    located = {tuple(location.path): location.leading_comments for location in file.source_code_info.location}
    return {value.name.removeprefix(PREFIX): located[5, 0, 2, index] for index, value in enumerate(values)}


COMMENTS = _comments()


def test_the_contract_has_the_errors_of_the_domain_of_the_server_and_of_the_gateway() -> None:
    described = {name.removeprefix(PREFIX) for name in error_reason_pb2.ErrorReason.DESCRIPTOR.values_by_name} - {
        "UNSPECIFIED"
    }
    assert described == {cls.reason for cls in ERRORS} | OF_THE_SERVER | OF_THE_GATEWAY


def test_no_two_errors_share_a_reason() -> None:
    assert len({cls.reason for cls in ERRORS}) == len(ERRORS)


@pytest.mark.parametrize("reason", sorted(COMMENTS.keys() - {"UNSPECIFIED"}))
def test_every_reason_shows_an_example_of_itself(reason: str) -> None:
    example = _example(reason)
    assert example.keys() == {"reason", "domain", "metadata"}
    assert example["reason"] == reason
    assert example["domain"] == "compactd"
    assert all(isinstance(value, str) for value in example["metadata"].values())


@pytest.mark.parametrize("cls", ERRORS, ids=lambda cls: cls.reason)
def test_an_error_has_the_status_and_the_metadata_that_its_comment_shows(cls: type[CompactdError]) -> None:
    assert COMMENTS[cls.reason].startswith(f" Status {cls.code}.\n")
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
