"""The errors: a section for each reason of the contract."""

import re
from collections.abc import Iterator, Mapping

from compactd.domain import errors as _errors  # noqa: F401  (classes are found once they are imported)
from compactd.domain import model_failures, quotas  # noqa: F401
from compactd.domain.error_shape import CompactdError
from compactd.gateway import http_errors  # noqa: F401
from compactd.gateway.http_statuses import http_status
from pages.contract import SERVICES, contract_options, proto_comments
from protos.openapi.contract_options import REASON_PREFIX, Reason
from protos.promises import PROMISED_REASONS


def errors() -> str:
    """A section for each reason of the contract."""
    comments = proto_comments()
    options = contract_options()
    methods: dict[str, list[str]] = {}
    for service in SERVICES:
        for method in service.methods:
            for reason in options.errors(method):
                methods.setdefault(reason, []).append(method.name)
    return "\n\n".join(
        _error(reason, comments.of(f"compaction.v1.ErrorReason.{REASON_PREFIX}{reason.name}"), methods)
        for reason in options.reasons()
    )


def _error(reason: Reason, comment: str, methods: Mapping[str, list[str]]) -> str:
    meaning, example = _parts(comment)
    status = f"{reason.code}, HTTP {http_status(reason.code, reason.name)}"
    classes = (error for error in _subclasses(CompactdError) if "sentence" in vars(error))
    says = [f"> {error.sentence}" for error in classes if error.reason == reason.name]
    code = f"```json\n{example}\n```"
    return "\n\n".join((f"### {reason.name}", f"{status}. {meaning}", _answered_by(reason, methods), *says, code))


def _answered_by(reason: Reason, methods: Mapping[str, list[str]]) -> str:
    if reason.name in PROMISED_REASONS:
        return "From no RPC of this version."
    if reason.rest_only:
        return "From no RPC: over REST only."
    if reason.no_method:
        return "From no RPC that this server has, and can do with its database."
    return "From any RPC." if reason.any_method else f"From {', '.join(methods[reason.name])}."


def _parts(comment: str) -> tuple[str, str]:
    """What a reason means, and its example."""
    found = re.fullmatch(r"(?:Status \w+\. )?(.*?)\s+Example:\s+(\{.*\})\s*", comment, re.DOTALL)
    if found is None:
        raise SystemExit(f"the comment of a reason has no example: {comment}")
    return found[1], re.sub(r"\n {4}", "\n", found[2])


def _subclasses(kind: type[CompactdError]) -> Iterator[type[CompactdError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
