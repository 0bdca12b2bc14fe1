"""HTTP statuses for what gRPC says by codes and reasons."""

STATUSES_BY_CODE = {
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
    "UNAUTHENTICATED": 401,
}
"""As grpc-gateway's runtime.HTTPStatusFromCode has them."""

STATUSES_BY_REASON = {"REQUEST_TOO_LARGE": 413, "METHOD_NOT_ALLOWED": 405, "UNSUPPORTED_MEDIA_TYPE": 415}
"""Where HTTP has a status of its own for what gRPC says by a code of many meanings."""


def http_status(code: str, reason: str) -> int:
    """`code` is a canonical code's name, `reason` that of the ErrorInfo, or empty."""
    return STATUSES_BY_REASON.get(reason, STATUSES_BY_CODE[code])
