"""Examples that no compiler reads name what is in the contract; the others are pieces of clients that run."""

import json
import re
from collections.abc import Iterator

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from tests.builders.contract_files import FILES
from tests.docs.pages import NAMES, block, text_of

CLIENTS = "docs/clients.md"


def messages() -> Iterator[Descriptor]:
    return (message for file in FILES for message in file.message_types_by_name.values())


def enums() -> Iterator[EnumDescriptor]:
    return (enum for file in FILES for enum in file.enum_types_by_name.values())


def services() -> set[str]:
    return {name for file in FILES for name in file.services_by_name}


def methods() -> dict[str, MethodDescriptor]:
    return {
        f"{service.full_name}/{method.name}": method
        for file in FILES
        for service in file.services_by_name.values()
        for method in service.methods
    }


def field_names() -> set[str]:
    return {field.name for message in messages() for field in message.fields}


def enum_values() -> set[str]:
    return {value for enum in enums() for value in enum.values_by_name}


def test_the_example_in_typescript_names_what_the_descriptors_have() -> None:
    code = block(CLIENTS, "ts", "loadPackageDefinition")
    assert set(re.findall(r"compaction\.v1\.(\w+)", code)) <= services()
    assert set(re.findall(r"client\.(\w+)\(", code)) <= {method.name for method in methods().values()}
    assert set(re.findall(r"\b(\w+): (?:process|\{ mode)|done\.(\w+)", code)) <= {
        pair for name in field_names() for pair in ((name, ""), ("", name))
    }


def test_the_calls_by_grpcurl_are_requests_of_methods_that_there_are() -> None:
    code = block(CLIENTS, "sh", "grpcurl -plaintext").replace("agent-…", "agent-1")
    calls = re.findall(r"-d '(.*?)' \\\n\s+127\.0\.0\.1:50051 (\S+)", code, re.DOTALL)
    assert len(calls) == code.count("grpcurl ")
    for request, method in calls:
        json_format.ParseDict(json.loads(request), GetMessageClass(methods()[method].input_type)())


@pytest.mark.parametrize("page", NAMES)
def test_every_value_of_an_enum_that_a_page_names_is_there(page: str) -> None:
    prefixes = {value.removesuffix("UNSPECIFIED") for value in enum_values() if value.endswith("_UNSPECIFIED")}
    named = {
        word for word in re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b", text_of(page)) if word.startswith(tuple(prefixes))
    }
    assert named <= enum_values()
