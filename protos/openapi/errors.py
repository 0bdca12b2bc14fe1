"""What every error looks like, and which HTTP statuses an operation can answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from compactd.gateway.http_statuses import http_status
from compactd.gateway.letta.not_offered import NOT_OFFERED_FIELDS, NOT_OFFERED_OPTIONS
from compactd.gateway.routes import Route
from protos.openapi.contract_options import ContractOptions, Reason
from protos.openapi.schemas import (
    TEXT,
    Schema,
    Schemas,
    an_object,
    constant,
    described,
    list_of,
    one_of,
)
from protos.promises import PROMISED_REASONS

RESPONSES: Mapping[int, tuple[str, str]] = {
    400: ("InvalidRequest", "The request is wrong, or what it names is not in a state for it."),
    401: ("Unauthenticated", "The server asks who calls, and does not know."),
    403: (
        "PermissionDenied",
        "Whoever calls may not: by the scopes of the identity, the web page that the request is from, or its Host.",
    ),
    404: ("NotFound", "What the request names does not exist."),
    408: ("RequestTimeout", "The body did not come in time."),
    409: ("ContextChanged", "The context is not, or no longer, what the request expects."),
    413: ("RequestTooLarge", "The body has more than 16 MiB."),
    415: ("UnsupportedMediaType", "The body is not JSON in UTF-8."),
    429: ("Exhausted", "The service, or the model's provider, takes no more requests for now."),
    500: ("Internal", "A bug in the service."),
    501: ("NotSupported", "Letta's API knows it, or a later version will; this service does not do it."),
    503: ("Unavailable", "The service, its database or the model's provider cannot be used now, or is going away."),
    504: ("DeadlineExceeded", "The deadline in Grpc-Timeout passed. The change may have been made all the same."),
}
"""The components of the error responses, by status: a name, and what it means."""

WITHOUT_A_REASON = (504,)
"""DEADLINE_EXCEEDED: what passes on every call, and is no error of the contract's. As 408, that of a body alone."""

ERROR_NOTE = (
    "The body of every error: `code`, `message` and `details` of google.rpc.Status, and `detail`, the same sentence "
    "for Letta's clients. Programs read `reason` of the ErrorInfo among the details, which is always the "
    "first; a status of 504 has none."
)


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors of the contract as HTTP has them. Of what is promised for later nothing is said."""

    options: ContractOptions

    def reasons(self) -> list[Reason]:
        return [reason for reason in self.options.reasons() if reason.name not in PROMISED_REASONS]

    def statuses_of(self, route: Route) -> list[int]:
        """The error statuses that a route can answer: those of every call, of its method, of bodies and paths."""
        own = self.options.errors(route.method)
        found = {http_status(item.code, item.name) for item in self.reasons() if item.any_method or item.name in own}
        may_answer = {
            # Web pages are looked at before the route is.
            403: True,
            # A segment of the path may be such that no route has it.
            404: bool(route.variables),
            408: bool(route.body),
            # It is the body alone that can be too large over HTTP.
            413: bool(route.body),
            415: bool(route.body),
            501: bool(not_offered_fields(route)) or route.method.name in NOT_OFFERED_OPTIONS,
        }
        if not route.body:
            found.discard(413)
        return sorted({*found, *WITHOUT_A_REASON, *(status for status, may in may_answer.items() if may)})

    def responses(self, schemas: Schemas) -> dict[str, Schema]:
        """The responses by name, each with the reasons that it is answered for."""
        names = [reason.name for reason in self.options.reasons()]
        content = {"application/json": {"schema": schemas.define("Error", _error(schemas, names))}}
        by_status: dict[int, list[str]] = {}
        for reason in self.reasons():
            by_status.setdefault(http_status(reason.code, reason.name), []).append(f"`{reason.name}`")
        return {
            name: {
                "description": f"{text} Reasons: {', '.join(by_status[status])}." if status in by_status else text,
                "headers": {header: {"$ref": f"#/components/headers/{header}"} for header in _headers(status)},
                "content": content,
            }
            for status, (name, text) in RESPONSES.items()
        }


def not_offered_fields(route: Route) -> dict[str, str]:
    """Keys of the body that a route answers with 501, and what to do instead. Only a resource in the body is asked for
    them."""
    if route.body in ("", "*"):
        return {}
    return {name: why for name, (verbs, why) in NOT_OFFERED_FIELDS.items() if route.verb in verbs}


def _headers(status: int) -> list[str]:
    retry = ["Retry-After"] if status in (429, 503) else []
    credential = ["WWW-Authenticate"] if status == 401 else []
    return [*credential, "X-Request-Id", *retry, "X-Should-Retry"]


def _error(schemas: Schemas, reasons: list[str]) -> Schema:
    kinds = _details(reasons)
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
