"""What an operation takes in the body of its request."""

from collections.abc import Iterator

from google.protobuf.descriptor import FieldDescriptor

from compactd.gateway.request_decoder import MERGED_MESSAGES, REQUEST_ID
from compactd.gateway.routes import Route
from protos.openapi.comments import over_rest
from protos.openapi.errors import not_offered_fields
from protos.openapi.examples import body_example
from protos.openapi.schemas import Direction, Schema, Schemas, an_object, described, is_required

PATCH_NOTE = (
    "Without the query parameter `update_mask` the body's keys say what is changed; a key that is null keeps its "
    "field, like one that is not there. With `update_mask` the fields are changed that it names, and those of them "
    "that the body does not have are cleared."
)
MERGE_NOTE = (
    "Of `{name}` the fields are changed that its own keys, or paths of `update_mask` such as `{name}.mode`, name; "
    "`clip_chars` is 0 where it is null."
)
REQUEST_ID_NOTE = "A key `request_id` beside these is read too: it is the request's, like the parameter `request_id`."
NOT_OFFERED_NOTE = "Keys that are 501 where they are not empty, and what to do instead:"


def request_body(route: Route, schemas: Schemas) -> Schema:
    """Empty for a route that takes none."""
    if not route.body:
        return {}
    schema = _whole_request(route, schemas) if route.body == "*" else _resource_field(route, schemas)
    media_type = {
        "schema": {key: value for key, value in schema.items() if key != "description"},
        "example": body_example(route.method.input_type, route.body),
    }
    return {
        "description": schema["description"],
        "required": bool(schema.get("required")),
        "content": {"application/json": media_type},
    }


def _whole_request(route: Route, schemas: Schemas) -> Schema:
    """The request without what stands in the path."""
    request = route.method.input_type
    fields = [item for item in request.fields if item.name not in route.variables]
    properties = {item.name: schemas.property(item, Direction.SENT) for item in fields}
    schema = an_object(properties, [item.name for item in fields if is_required(item)])
    return described(schemas.comments.of(request.full_name), {"title": request.name, **schema})


def _resource_field(route: Route, schemas: Schemas) -> Schema:
    """A field of the request, without its name around it."""
    request = route.method.input_type
    resource = request.fields_by_name[route.body]
    direction = Direction.CHANGED if route.verb == "PATCH" else Direction.SENT
    notes = [
        *(_patch_notes(resource) if route.verb == "PATCH" else ()),
        over_rest(schemas.comments.of(resource.full_name)),
        *((REQUEST_ID_NOTE,) if REQUEST_ID in request.fields_by_name else ()),
        *_not_offered_note(route),
    ]
    return described("\n\n".join(notes), schemas.value(resource, direction))


def _patch_notes(resource: FieldDescriptor) -> Iterator[str]:
    yield PATCH_NOTE
    for item in resource.message_type.fields if resource.message_type is not None else ():
        if item.message_type is not None and item.message_type.full_name in MERGED_MESSAGES:
            yield MERGE_NOTE.format(name=item.name)


def _not_offered_note(route: Route) -> Iterator[str]:
    if not_offered := not_offered_fields(route):
        yield "\n".join([NOT_OFFERED_NOTE, "", *(f"- `{name}`: {why}" for name, why in not_offered.items())])
