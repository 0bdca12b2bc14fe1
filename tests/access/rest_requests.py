"""Any request of the contract over REST, by the routes of its method alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS

ROUTES = routes_of(SERVICE_DESCRIPTORS)


@dataclass(frozen=True, slots=True)
class RestRequest:
    verb: str
    path: str
    query: dict[str, Any]
    body: Any


def over_rest_as(rpc: str, message: Message) -> Iterator[RestRequest]:
    """The request by each route whose variables it has."""
    for route in ROUTES:
        if route.rpc == rpc and all(getattr(message, name) for name in route.variables):
            yield _by(route, message)


def _by(route: Route, message: Message) -> RestRequest:
    fields = MessageToDict(message, preserving_proto_field_name=True)
    path = route.template
    for name in route.variables:
        path = path.replace(f"{{{name}}}", quote(fields.pop(name), safe=""))
    if route.body == "*":
        return RestRequest(route.verb, path, {}, fields)
    body = fields.pop(route.body, {}) if route.body else None
    return RestRequest(route.verb, path, fields, body)
