"""Which call a path means: the `google.api.http` annotations of the contract, as a tree of path segments."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from google.api import annotations_pb2, http_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import InvalidField
from compactd.gateway.http_errors import MethodNotAllowed, NotOffered, RouteNotFound
from compactd.rpc.contract import path_of

OF_AN_EVENT = ("ordinal", "kind")
"""What a message needs to be sent as an event (`gateway/event_stream.py`)."""


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP binding of a method. `body` is a field of the request, `*` for all of it, or empty for none;
    `response_body` is the field that is answered, or empty for the whole response."""

    verb: str
    template: str
    method: MethodDescriptor
    body: str
    response_body: str
    variables: tuple[str, ...]
    """The fields of the request that stand in the path, in its order."""

    @property
    def rpc(self) -> str:
        """The method as gRPC names it: /package.Service/Method."""
        return path_of(self.method)


def routes_of(services: Iterable[ServiceDescriptor]) -> list[Route]:
    """Every binding of every method, in the order of the protos. Methods without an annotation are gRPC's alone.

    ValueError for a method with an annotation that answers with a stream of anything but events.
    """
    return [route for service in services for method in service.methods for route in _bindings(method)]


def _bindings(method: MethodDescriptor) -> Iterator[Route]:
    # Which options a method has, the stubs do not know.
    options: Any = method.GetOptions()
    if not options.HasExtension(annotations_pb2.http):
        return
    if method.server_streaming and not _streams_events(method):
        raise ValueError(f"{path_of(method)} answers with a stream of what has no {' and '.join(OF_AN_EVENT)}.")
    rule = options.Extensions[annotations_pb2.http]
    for binding in (rule, *rule.additional_bindings):
        verb, template = _pattern(binding)
        variables = tuple(re.findall(r"\{(\w+)\}", template))
        yield Route(verb, template, method, binding.body, binding.response_body, variables)


def _streams_events(method: MethodDescriptor) -> bool:
    takes, gives = method.input_type.fields_by_name, method.output_type.fields_by_name
    return "after_ordinal" in takes and all(name in gives for name in OF_AN_EVENT)


def _pattern(rule: http_pb2.HttpRule) -> tuple[str, str]:
    kind = rule.WhichOneof("pattern")
    if kind == "custom":
        return rule.custom.kind, rule.custom.path
    return kind.upper(), getattr(rule, kind)


@dataclass(slots=True)
class _Node:
    """What the rest of a path may be, and what ends here: routes, and what is not offered, by HTTP method."""

    literals: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    verbs: dict[str, "_Node"] = field(default_factory=dict)
    """Behind a variable and a colon, such as `{job_id}:cancel`."""
    routes: dict[str, Route] = field(default_factory=dict)
    not_offered: dict[str, str] = field(default_factory=dict)


class RouteTable:
    """Finds the route of a request. `not_offered` are paths of Letta's API that compactd has not, with what to do:
    {("POST", "/v1/…"): sentence}."""

    def __init__(self, routes: Iterable[Route], not_offered: Mapping[tuple[str, str], str]) -> None:
        self._root = _Node()
        for route in routes:
            self._end_of(route.template).routes[route.verb] = route
        for (verb, template), why in not_offered.items():
            self._end_of(template).not_offered[verb] = why

    def find(self, verb: str, raw_path: bytes) -> tuple[Route, dict[str, str]]:
        """The route and the values of its path's variables, each unquoted by itself, so that one may hold an encoded
        slash. One slash at the end makes no difference, and HEAD is GET.

        RouteNotFound, MethodNotAllowed, NotOffered; InvalidField for a variable that is not UTF-8.
        """
        path = raw_path.decode("latin-1")
        segments = path.removesuffix("/").split("/")[1:]
        found = self._walk(self._root, segments, ())
        if found is None:
            raise RouteNotFound(path=path)
        node, values = found
        route = node.routes.get("GET" if verb == "HEAD" else verb)
        # The head of a stream is known when it has begun, and then it goes on.
        if route is None or (verb == "HEAD" and route.method.server_streaming):
            raise _no_route_error(node, verb, path)
        return route, {name: _unquoted(name, raw) for name, raw in zip(route.variables, values, strict=True)}

    def _walk(self, node: _Node, segments: list[str], values: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
        """A literal goes before a variable, and one with a verb behind its colon before one without."""
        if not segments:
            return (node, values) if node.routes or node.not_offered else None
        segment, *rest = segments
        if (child := node.literals.get(unquote_to_bytes(segment).decode("latin-1"))) is not None:
            found = self._walk(child, rest, values)
            if found is not None:
                return found
        value, _, verb = segment.rpartition(":")
        if value and (child := node.verbs.get(verb)) is not None:
            found = self._walk(child, rest, (*values, value))
            if found is not None:
                return found
        if segment and node.variable is not None:
            return self._walk(node.variable, rest, (*values, segment))
        return None

    def _end_of(self, template: str) -> _Node:
        node = self._root
        for segment in template.split("/")[1:]:
            node = _child(node, segment)
        return node


def _child(node: _Node, segment: str) -> _Node:
    """The node below, made if it is not there. `messages:append` is a literal like any other."""
    if re.fullmatch(r"\{\w+\}", segment):
        node.variable = node.variable or _Node()
        return node.variable
    if with_verb := re.fullmatch(r"\{\w+\}:(\w+)", segment):
        return node.verbs.setdefault(with_verb[1], _Node())
    if re.search(r"[{}*]", segment):
        raise ValueError(f"{segment}: only whole segments of a path can be variables, with a verb at most")
    return node.literals.setdefault(segment, _Node())


def _unquoted(name: str, raw: str) -> str:
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise InvalidField(name, "is not UTF-8 in the path: encode it as %XX of its UTF-8 bytes.") from None


def _no_route_error(node: _Node, verb: str, path: str) -> CompactdError:
    if why := node.not_offered.get(verb):
        return NotOffered(method=f"{verb} {path}", why=why)
    if not node.routes:
        return RouteNotFound(path=path)
    return MethodNotAllowed(method=verb, allowed=", ".join(_allowed(node)))


def _allowed(node: _Node) -> list[str]:
    get = node.routes.get("GET")
    return sorted({*node.routes, *(("HEAD",) if get is not None and not get.method.server_streaming else ())})
