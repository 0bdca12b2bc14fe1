"""The OpenAPI document as a whole: its paths, operations, parameters and answers.

It is made while the gencode is written, so nothing here imports any of that.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson
from google.protobuf.descriptor import FieldDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool

from compactd.gateway.letta.not_offered import NOT_OFFERED_OPTIONS
from compactd.gateway.request_decoder import UPDATE_MASK
from compactd.gateway.routes import Route, routes_of
from protos.openapi.bodies import request_body
from protos.openapi.comments import comments_of, first_sentence, over_rest, without_subject
from protos.openapi.contract_options import ContractOptions
from protos.openapi.errors import RESPONSES, Errors
from protos.openapi.examples import EXAMPLES
from protos.openapi.limits import limits_of, request_limits
from protos.openapi.schemas import Direction, Schema, Schemas, is_required
from protos.openapi.shapes import SHAPES, SHARED

PACKAGE = "compaction.v1"

ABOUT = """\
The REST shape of the gRPC API `compaction.v1`: every path is a call of one of its methods.

- Names are those of the protos. On input their camelCase spelling is accepted too, and the protos' own names of enum \
values. Unknown keys and unknown query parameters are ignored, but for those below. Booleans of a query are true, \
false, 1 and 0.
- A key that is null is as if it was not there, but for `clip_chars`, where null is 0, no clipping. No body, an empty \
one, `null` and `{}` mean the same. In answers every key is there, and null where it is unset, unless a schema says \
otherwise.
- A field that is given more than once counts as in the path, else as in the query, else as in the body.
- PATCH changes what the keys of the body name, one level into `compaction_settings`; or, with the query parameter \
`update_mask`, what that names, so that a field can be cleared.
- A path may end in a slash, GET answers HEAD too (but for streams), and a wrong HTTP method is 405 with `Allow`.
- What Letta's API has and compactd has not, a path, a key that would have been stored, or a query parameter that \
would have made another list, is 501, with what to do instead.
- `INVALID_ARGUMENT` and the other codes in the descriptions are those of gRPC: the responses of each operation say \
which HTTP statuses they become."""

OPTIONS_NOTE = (
    "Query parameters of Letta's API that are 501 where they would make another list, and what to do instead:"
)

PARAMETERS: dict[str, Schema] = {
    "Grpc-Timeout": {
        "description": "The deadline of the call, as gRPC writes it: up to 8 digits and a unit of H, M, S, m "
        "(milliseconds), u or n. When it has passed, the call is cancelled and the answer is 504.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,8}[HMSmun]$"},
        "example": "600S",
    },
    "Idempotency-Key": {
        "description": "Another way to give `request_id`: a UUID4.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "Last-Event-ID": {
        "description": "The `id:` of the last event that was seen: the stream goes on behind it.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    },
    "X-Request-Id": {
        "description": "A name for the call in the service's log, of 1 to 128 printable ASCII characters. Anything "
        "else is replaced.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    },
}
SEEN_TO_THE_END: Schema = {
    "description": "There is nothing behind the event that the client has seen: it was the last one.",
    "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
}
MASK_NOTE = "As a text: the paths with commas between them, in either spelling."

SECURITY_SCHEMES: dict[str, Schema] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token that the operator has given out, or one that is signed by an issuer whom the operator "
        "trusts. Letta's clients send it as their `api_key`. A server on loopback may ask for none; one in a mesh may "
        "know its callers by certificates or by a header of the mesh.",
    }
}

HEADERS: dict[str, Schema] = {
    "Retry-After": {
        "description": "Seconds after which a repeat makes sense. Not always there.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "How to say who calls: by a bearer token.",
        "schema": {"type": "string", "const": 'Bearer realm="compactd"'},
    },
    "X-Request-Id": {
        "description": "The request's X-Request-Id, or a new one.",
        "schema": PARAMETERS["X-Request-Id"]["schema"],
    },
    "X-Should-Retry": {
        "description": "`false` where Letta's clients must not repeat the call by themselves. Not there on a "
        "503, nor on a 429 with a Retry-After of up to 60.",
        "schema": {"type": "string", "const": "false"},
    },
}


def document(descriptor_set: bytes) -> dict[str, Any]:
    """The document, as OpenAPI 3.1. `descriptor_set` is a FileDescriptorSet with imports and source information."""
    files = FileDescriptorSet.FromString(descriptor_set).file
    own = [file for file in files if file.package == PACKAGE]
    pool = DescriptorPool()
    for file in files:
        pool.Add(file)
    names = sorted(f"{PACKAGE}.{service.name}" for file in own for service in file.service)
    services = [pool.FindServiceByName(name) for name in names]
    schemas = Schemas(comments_of(own), SHAPES, SHARED, EXAMPLES, limits_of(pool, PACKAGE))
    errors = Errors(ContractOptions(pool))
    paths = _paths(services, schemas, errors)
    responses = errors.responses(schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "compactd", "version": PACKAGE.rpartition(".")[2], "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": item.name, "description": schemas.comments.of(item.full_name)} for item in services],
        # The second is no credential: a server on loopback asks for none.
        "security": [{"bearer": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": SECURITY_SCHEMES,
            "schemas": dict(sorted(schemas.components.items())),
            "responses": responses,
            "parameters": {name: {"name": name, "in": "header", **rest} for name, rest in PARAMETERS.items()},
            "headers": HEADERS,
        },
    }


def openapi_json(descriptor_set: bytes) -> bytes:
    """The document as text, the same for the same descriptors, indented for readers of differences."""
    return orjson.dumps(document(descriptor_set), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _paths(services: list[ServiceDescriptor], schemas: Schemas, errors: Errors) -> dict[str, Schema]:
    paths: dict[str, Schema] = {}
    for method, bindings in groupby(routes_of(services), lambda route: route.method.name):
        for index, route in enumerate(bindings):
            name = f"{method}By{_told_by(route)}" if index else method
            paths.setdefault(route.template, {})[route.verb.lower()] = _operation(route, name, schemas, errors)
    return dict(sorted(paths.items()))


def _told_by(route: Route) -> str:
    """Of a further binding: the variables of its path, else the field that is its body, or that it has neither."""
    names = route.variables or ((route.body,) if route.body not in ("", "*") else ())
    return "And".join(name.replace("_", " ").title().replace(" ", "") for name in names) or "Query"


def _operation(route: Route, name: str, schemas: Schemas, errors: Errors) -> Schema:
    method = route.method
    summary, rest = first_sentence(over_rest(schemas.comments.of(method.full_name)))
    notes = [rest, *_options_note(route)]
    operation: Schema = {
        "tags": [method.containing_service.name],
        "operationId": name,
        "summary": without_subject(summary, method.name),
        "description": "\n\n".join(note for note in notes if note),
        "parameters": [*_own_parameters(route, schemas), *_header_parameters(route)],
        "requestBody": request_body(route, schemas),
        "responses": {
            "200": _response(route, schemas),
            **({"204": SEEN_TO_THE_END} if method.server_streaming else {}),
            **{
                str(status): {"$ref": f"#/components/responses/{RESPONSES[status][0]}"}
                for status in errors.statuses_of(route)
            },
        },
    }
    return {key: value for key, value in operation.items() if value}


def _options_note(route: Route) -> Iterator[str]:
    if options := NOT_OFFERED_OPTIONS.get(route.method.name):
        yield "\n".join([OPTIONS_NOTE, "", *(f"- `{name}`: {option.instead}" for name, option in options.items())])


def _own_parameters(route: Route, schemas: Schemas) -> Iterator[Schema]:
    """The variables of the path, in its order, and the fields that a query can give."""
    fields = route.method.input_type.fields_by_name
    for name in route.variables:
        yield _parameter("path", fields[name], True, schemas)
    for item in route.method.input_type.fields:
        if item.name not in route.variables and (item.message_type is None or item.name == UPDATE_MASK):
            yield _parameter("query", item, is_required(item), schemas)


def _parameter(place: str, item: FieldDescriptor, required: bool, schemas: Schemas) -> Schema:
    comment = schemas.comments.of(item.full_name)
    schema = schemas.value(item, Direction.SENT)
    if place == "path":
        schema |= request_limits(item, required=True)
    return {
        "name": item.name,
        "in": place,
        "description": f"{comment} {MASK_NOTE}" if item.name == UPDATE_MASK else comment,
        "required": required,
        "schema": schema,
    }


def _header_parameters(route: Route) -> Iterator[Schema]:
    fields = route.method.input_type.fields_by_name
    left_out = {
        *(() if "request_id" in fields else ("Idempotency-Key",)),
        *(() if route.method.server_streaming else ("Last-Event-ID",)),
    }
    for name in PARAMETERS:
        if name not in left_out:
            yield {"$ref": f"#/components/parameters/{name}"}


def _response(route: Route, schemas: Schemas) -> Schema:
    output = route.method.output_type
    if route.response_body:
        item = output.fields_by_name[route.response_body]
        text, schema = schemas.comments.of(item.full_name), schemas.value(item, Direction.ANSWERED)
    else:
        text, schema = schemas.comments.of(output.full_name), schemas.message(output, Direction.ANSWERED)
    if route.method.server_streaming:
        content = {"text/event-stream": {"schema": _events(schema)}}
    else:
        content = {"application/json": {"schema": schema}}
    return {
        "description": re.sub(r"\n.*", "", text, flags=re.DOTALL) or "Done.",
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}},
        "content": content,
    }


def _events(schema: Schema) -> Schema:
    """One event of a stream: its data are of that schema."""
    return {
        "type": "object",
        "description": "Of each event. Lines that begin with a colon mean nothing.",
        "properties": {
            "event": {"type": "string", "description": "The kind; or `error`, with which the stream has failed."},
            "id": {"type": "string", "description": "The ordinal. An error has none."},
            "data": {
                "type": "string",
                "description": "The event; of an error what any request that fails is answered.",
                "contentMediaType": "application/json",
                "contentSchema": schema,
            },
        },
        "required": ["event", "data"],
    }
