"""The stored OpenAPI document, and the descriptors that it is made from."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from protos.openapi.comments import comments_of

DESCRIPTORS = files("compaction.v1").joinpath("descriptors.binpb").read_bytes()
STORED = files("compaction.v1").joinpath("openapi.json").read_bytes()
DOCUMENT: dict[str, Any] = json.loads(STORED)
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
OURS = [file for file in FileDescriptorSet.FromString(DESCRIPTORS).file if file.package == "compaction.v1"]
COMMENTS = comments_of(OURS)
ROUTES = routes_of(SERVICE_DESCRIPTORS)


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in `value`, itself included."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def resolved(reference: str) -> Any:
    value: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        value = value[step]
    return value


def operation_of(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = DOCUMENT["paths"][route.template][route.verb.lower()]
    return operation


def route_name(route: Route) -> str:
    return f"{route.verb} {route.template}"


def in_words_of_rest(comment: str) -> str:
    """Over REST a mask need not be given."""
    return comment.replace("the mask names", "the body or `update_mask` names")


every_route = pytest.mark.parametrize("route", ROUTES, ids=route_name)
