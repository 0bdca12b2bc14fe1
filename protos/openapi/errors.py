"""What every error looks like, and which HTTP statuses an operation can answer."""

import re
from collections.abc import Mapping

from google.protobuf.descriptor import EnumDescriptor

from compactd.gateway.http_statuses import http_status
from compactd.gateway.letta.not_offered import NOT_OFFERED_FIELDS
from compactd.gateway.routes import Route
from protos.openapi.comments import Comments
from protos.openapi.schemas import (
    TEXT,
    Schema,
    Schemas,
    an_object,
    constant,
    described,
    is_required,
    list_of,
    one_of,
)

RESPONSES: Mapping[int, tuple[str, str]] = {
    400: ("InvalidRequest", "The request is wrong, or what it names is not in a state for it."),
    404: ("NotFound", "What the request names does not exist."),
    409: ("ContextChanged", "The context is not, or no longer, what the request expects."),
    413: ("RequestTooLarge", "The body has more than 16 MiB."),
    415: ("UnsupportedMediaType", "The body is not JSON in UTF-8."),
    429: ("Exhausted", "The service, or the model's provider, takes no more requests for now."),
    500: ("Internal", "A bug in the service."),
    501: ("NotSupported", "Letta's API knows it, or a later version will; this service does not do it."),
    503: ("Unavailable", "The service, its database or the model's provider cannot be reached, or is going away."),
    504: ("DeadlineExceeded", "The deadline in Grpc-Timeout passed. The change may have been made all the same."),
}
"""The components of the error responses, by status: a name, and what it means."""

OF_EVERY_CALL = (400, 429, 500, 503, 504)

PREFIX = "ERROR_REASON_"

ERROR_NOTE = (
    "The body of every error: `code`, `message` and `details` of google.rpc.Status, and `detail`, the same sentence "
    "for Letta's clients. Programs read `reason` of the ErrorInfo among the details, which is always the "
    "first; a status of 504 has none."
)


def statuses_of(route: Route, comments: Comments) -> list[int]:
    """The error statuses that a route can answer. Which calls find a context changed, or are not done yet, is said by
    the comments of the RPC and of its fields alone."""
    request = route.method.input_type
    texts = comments.of(route.method.full_name, *(item.full_name for item in request.fields))
    required_ids = [item.name for item in request.fields if is_required(item) and item.name.endswith("_id")]
    found = {
        404: bool(route.variables or required_ids),
        409: "ABORTED" in texts,
        413: bool(route.body),
        415: bool(route.body),
        501: "UNIMPLEMENTED" in texts or bool(not_offered_fields(route)),
    }
    return sorted((*OF_EVERY_CALL, *(status for status, can in found.items() if can)))


def not_offered_fields(route: Route) -> dict[str, str]:
    """Keys of the body that a route answers with 501, and what to do instead. Only a resource in the body is asked for
    them."""
    if route.body in ("", "*"):
        return {}
    return {name: why for name, (verbs, why) in NOT_OFFERED_FIELDS.items() if route.verb in verbs}


def error_responses(schemas: Schemas, reasons: EnumDescriptor) -> dict[str, Schema]:
    """The responses by name, each with the reasons that it is answered for."""
    error = schemas.define("Error", _error(schemas, reasons))
    content = {"application/json": {"schema": error}}
    by_status: dict[int, list[str]] = {}
    for value in reasons.values[1:]:
        status = _status_of(value.name.removeprefix(PREFIX), schemas.comments.of(f"{reasons.full_name}.{value.name}"))
        by_status.setdefault(status, []).append(f"`{value.name.removeprefix(PREFIX)}`")
    return {
        name: {
            "description": f"{text} Reasons: {', '.join(by_status[status])}." if status in by_status else text,
            "headers": {header: {"$ref": f"#/components/headers/{header}"} for header in _headers(status)},
            "content": content,
        }
        for status, (name, text) in RESPONSES.items()
    }


def _status_of(reason: str, comment: str) -> int:
    found = re.match(r"Status ([A-Z_]+)\.", comment)
    if found is None:
        raise ValueError(f"the comment of {reason} does not begin with its status")
    return http_status(found[1], reason)


def _headers(status: int) -> list[str]:
    retry = ["Retry-After"] if status in (429, 503) else []
    return ["X-Request-Id", *retry, "X-Should-Retry"]


def _error(schemas: Schemas, reasons: EnumDescriptor) -> Schema:
    names = [value.name.removeprefix(PREFIX) for value in reasons.values[1:]]
    kinds = _details(names)
    members = {f"type.googleapis.com/google.rpc.{name}": schemas.define(name, detail) for name, detail in kinds.items()}
    properties = {
        "code": {"description": "The gRPC code, as a number.", "type": "integer", "format": "int32"},
        "message": described("A sentence for people, which says what to do.", TEXT),
        "details": {"description": "What programs read.", "type": "array", "items": one_of("@type", members)},
        "detail": described("The same as `message`.", TEXT),
    }
    return described(ERROR_NOTE, an_object(properties, [*properties]))


def _details(reasons: list[str]) -> dict[str, Schema]:
    """The kinds of google.rpc that the service uses. What is empty is not there: these are written as ProtoJSON."""
    field, why = described("The path of the field in the proto.", TEXT), described("What is wrong with it.", TEXT)
    subject = described("The model that it is about, if it is about one.", TEXT)
    violation = an_object({"field": field, "description": why}, ["field", "description"])
    failed = an_object({"type": _reason(reasons), "subject": subject, "description": TEXT}, ["type", "description"])
    plain = {
        "ErrorInfo": (
            "Why the call failed.",
            {
                "reason": described("One of ErrorReason, in upper case.", _reason(reasons)),
                "domain": constant("compactd"),
                "metadata": {
                    "description": "The values of the sentence. Not there without any.",
                    "type": "object",
                    "additionalProperties": TEXT,
                },
            },
            ["reason", "domain"],
        ),
        "BadRequest": ("The fields that are wrong.", {"field_violations": list_of(violation)}, ["field_violations"]),
        "RetryInfo": (
            "When a repeat makes sense.",
            {"retry_delay": {"description": "Seconds.", "type": "string", "pattern": r"^\d+(\.\d+)?s$"}},
            ["retry_delay"],
        ),
        "ResourceInfo": (
            "What does not exist.",
            {
                "resource_type": described("The message that describes it.", TEXT),
                "resource_name": described("Its id, or its label.", TEXT),
            },
            ["resource_type", "resource_name"],
        ),
        "PreconditionFailure": (
            "What is not in a state for the call.",
            {"violations": list_of(failed)},
            ["violations"],
        ),
    }
    return {
        name: described(
            text,
            an_object(
                {"@type": constant(f"type.googleapis.com/google.rpc.{name}"), **properties}, ["@type", *required]
            ),
        )
        for name, (text, properties, required) in plain.items()
    }


def _reason(reasons: list[str]) -> Schema:
    return {"type": "string", "enum": reasons}
