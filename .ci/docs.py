"""Writes what docs/ repeats of the code, tables and pieces of clients, each between a pair of comments that name it;
and wraps the prose of every page.

python .ci/docs.py           writes them
python .ci/docs.py --check   changes nothing; names the pages that are not current, and exits 1 if there are any
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from compactd.config import PREFIX, Config
from compactd.domain.compactions import RequestForm
from compactd.domain.errors import CompactdError
from compactd.gateway import http_errors  # noqa: F401  (the page of errors finds classes that are imported)
from compactd.gateway.http_statuses import STATUSES_BY_CODE, http_status
from compactd.gateway.letta.not_offered import (
    IGNORED_OPTIONS,
    NOT_OFFERED_FIELDS,
    NOT_OFFERED_OPTIONS,
    NOT_OFFERED_ROUTES,
    ListOption,
)
from compactd.gateway.routes import routes_of
from compactd.strategies.modes import MODES, Cut
from compactd.summarizers.providers.accepted_parts import AcceptedParts
from compactd.summarizers.providers.row import Provider
from compactd.summarizers.providers.table import PROVIDERS
from compactd.telemetry.metric_table import LABELS, METRICS
from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    compaction_settings_pb2,
    conversation_service_pb2,
    job_service_pb2,
    model_settings_pb2,
    policy_service_pb2,
    sweep_service_pb2,
)
from protos.openapi.comments import Comments, comments_of
from protos.openapi.contract_options import REASON_PREFIX, ContractOptions, Reason
from protos.promises import PROMISED_REASONS
from tests.docs.paragraphs import wrapped
from tests.envoy.differences import DIFFERENCES
from tests.polyglot.excerpts import EXCERPTS

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "tests/README.md", "docs/*.md")
DESCRIPTORS = ROOT / "generated" / "compaction" / "v1" / "descriptors.binpb"
SERVICES = [
    service
    for module in (
        agent_service_pb2,
        conversation_service_pb2,
        compaction_service_pb2,
        job_service_pb2,
        policy_service_pb2,
        sweep_service_pb2,
    )
    for service in module.DESCRIPTOR.services_by_name.values()
]
TABLE = re.compile(r"(?P<begin><!-- made by make docs: (?P<name>\w+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
DEFAULTS = {"database_url": "a SQLite file in the user's data folder"}
"""What the default is where it depends on the machine."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar in a cell is escaped."""
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def proto_comments() -> Comments:
    return comments_of(FileDescriptorSet.FromString(DESCRIPTORS.read_bytes()).file)


def variables() -> str:
    """Every setting of the server, as `compactd config` prints them."""
    return table(
        ("variable", "values", "default", "meaning"),
        (
            (
                f"`{PREFIX}{name.upper()}`",
                _values(name, field),
                _default(name, field.get_default()),
                str(field.description),
            )
            for name, field in Config.model_fields.items()
        ),
    )


def _values(name: str, field: FieldInfo) -> str:
    """What may be given: names, or a kind of value with its bounds and its unit."""
    kinds = get_args(field.annotation) or (field.annotation,)
    if all(isinstance(kind, str) for kind in kinds):
        return _listed(kinds)
    if bool in kinds:
        return "`true`, `false`"
    if not {int, float} & {*kinds}:
        return "text"
    bounds = [
        f"{words} {_number(getattr(each, bound))}"
        for each in field.metadata
        for bound, words in _BOUNDS
        if hasattr(each, bound)
    ]
    return " ".join((*(bounds or ["a number"]), *(unit for unit in ("seconds", "bytes") if unit in name.split("_"))))


_BOUNDS = (("ge", "from"), ("gt", "above"), ("le", "to"))


def _default(name: str, value: object) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    if name in DEFAULTS:
        return DEFAULTS[name]
    if isinstance(plain, bool):
        return str(plain).lower()
    if isinstance(plain, int | float):
        return _number(plain)
    return f"`{plain}`" if plain else "none"


def _number(value: float) -> str:
    """With commas between thousands, and no more digits than it needs."""
    return f"{value:,g}" if value != int(value) else f"{int(value):,}"


def metrics() -> str:
    """What /metrics shows, but for what the system says of the process."""
    return table(
        ("metric", "kind", "labels", "what"),
        ((f"`{row.full_name}`", row.kind, _listed(row.labels), row.meaning) for row in METRICS),
    )


def metric_labels() -> str:
    return table(("label", "values"), ((f"`{name}`", values) for name, values in LABELS.items()))


def settings() -> str:
    return _fields(compaction_settings_pb2.CompactionSettings.DESCRIPTOR)


def _fields(message: Descriptor) -> str:
    comments = proto_comments()
    return table(("field", "meaning"), ((f"`{field.name}`", _text(comments, field)) for field in message.fields))


def _text(comments: Comments, described: Any) -> str:
    """The comment of a field, or a value, on one line."""
    return " ".join(comments.of(described.full_name).split())


def providers() -> str:
    """The providers: what each is, where its key and its address are read, its light default, its options."""
    comments = proto_comments()
    rows = []
    for name, row in PROVIDERS.items():
        member = model_settings_pb2.ModelSettings.DESCRIPTOR.fields_by_name[name]
        options = member.message_type.fields if member.message_type else ()
        rows.append(
            (
                f"`{row.name}`",
                _text(comments, member),
                _listed(_variables(row)),
                _listed(filter(None, (row.light_default,))),
                _listed(option.name for option in options),
            )
        )
    return table(("provider", "what it is", "variables", "light default", "options"), rows)


def _variables(row: Provider) -> Iterator[str]:
    """One of the provider's own for a key is needed; compactd's own are for what the provider has none for."""
    yield from row.key_variables
    if row.endpoint is not None:
        own = filter(None, (row.endpoint.url_setting, row.endpoint.key_setting))
        yield from (f"{PREFIX}{setting.upper()}" for setting in own)


def accepted_parts() -> str:
    """The providers by what a user's message may hold beside text in the requests of the self modes."""
    alike: dict[AcceptedParts, list[str]] = {}
    for name, row in PROVIDERS.items():
        alike.setdefault(row.parts, []).append(name)
    rows = [(_listed(names), _images(parts), _files(parts), _audio(parts)) for parts, names in alike.items()]
    return table(("provider", "images", "files", "audio"), rows)


def _images(parts: AcceptedParts) -> str:
    kinds = _listed(sorted(kind.removeprefix("image/") for kind in parts.images))
    return f"{kinds}{_from(parts.image_urls)}{_models(parts.image_models)}{_limits(parts)}"


def _limits(parts: AcceptedParts) -> str:
    limits = (
        (parts.most_images, "at most {:,} in a request, the last ones"),
        (parts.image_bytes, "each up to {:,} bytes as base64"),
        (parts.all_image_bytes, "all together up to {:,} bytes as base64"),
    )
    return "".join(f"; {text.format(value)}" for value, text in limits if value is not None)


def _files(parts: AcceptedParts) -> str:
    ids = f"; ids that begin with {_listed(parts.file_ids)}" if parts.file_ids else ""
    most = f"; at most {parts.most_files} in a request" if parts.most_files is not None else ""
    return f"{_listed(sorted(parts.files))}{_from(parts.file_urls)}{ids}{most}" if parts.files else "–"


def _audio(parts: AcceptedParts) -> str:
    return f"{_listed(sorted(parts.audio))}{_models(parts.audio_models)}"


def _from(addresses: tuple[str, ...]) -> str:
    return f", also at {_listed(addresses)}" if addresses else ""


def _models(marks: tuple[str, ...]) -> str:
    return f"; models with {_listed(marks)} in their names" if marks else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def routes() -> str:
    return table(
        ("RPC", "HTTP", "body", "answer"),
        (
            (
                f"{route.method.containing_service.name}.{route.method.name}",
                f"`{route.verb} {route.template}`",
                {"": "–", "*": "the request"}.get(route.body, f"`{route.body}`"),
                f"`{route.response_body}` alone" if route.response_body else route.method.output_type.name,
            )
            for route in routes_of(SERVICES)
        ),
    )


def statuses() -> str:
    return table(("gRPC code", "HTTP status"), ((code, str(status)) for code, status in STATUSES_BY_CODE.items()))


def not_offered() -> str:
    """What Letta's API has and compactd answers with NOT_SUPPORTED, with what it says."""
    by_path = [(f"`{verb} {path}`", why) for (verb, path), why in NOT_OFFERED_ROUTES.items()]
    by_field = [(f"`{name}` in a {' or '.join(verbs)}", why) for name, (verbs, why) in NOT_OFFERED_FIELDS.items()]
    by_option = [
        (f"`{name}` of {rpc}{_which(option)}", option.instead)
        for rpc, options in NOT_OFFERED_OPTIONS.items()
        for name, option in options.items()
    ]
    return table(("requests", "the error says"), _together(by_path + by_field + by_option))


def _together(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """One row for all that have the same reason."""
    alike: dict[str, list[str]] = {}
    for name, why in rows:
        alike.setdefault(why, []).append(name)
    yield from (("<br>".join(names), why) for why, names in alike.items())


def _which(option: ListOption) -> str:
    if option.values:
        return f", where it is {' or '.join(option.values)}"
    return f", unless it is {' or '.join(option.harmless)}" if option.harmless else ""


def ignored_options() -> str:
    """What Letta's lists take and what changes nothing here."""
    rows = [(f"`{name}` of {rpc}", why) for rpc, options in IGNORED_OPTIONS.items() for name, why in options.items()]
    return table(("parameters", "because"), _together(rows))


def envoy_differences() -> str:
    """Where compactd's REST and Envoy's transcoder differ, from the table that the tests try."""
    return table(("compactd", "why"), ((_capital(each.name), each.reason) for each in DIFFERENCES))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def modes() -> str:
    """A mode is a cut and a request form: a line and a column."""
    forms = {
        RequestForm.TRANSCRIPT: "a summarizer reads a transcript",
        RequestForm.SELF: "the agent's own model reads its context",
    }
    cuts = {Cut.ALL: "evict everything", Cut.SLIDING_WINDOW: "keep the recent part"}
    rows = ((f"**{words}**", *(_modes_with(cut, form) for form in forms)) for cut, words in cuts.items())
    return table(("", *forms.values()), rows)


def _modes_with(cut: Cut, form: RequestForm) -> str:
    return _listed(name for name, mode in MODES.items() if (mode.cut, mode.request_form) == (cut, form))


def errors() -> str:
    """A section for each reason of the contract."""
    comments = proto_comments()
    pool = DescriptorPool()
    for file in FileDescriptorSet.FromString(DESCRIPTORS.read_bytes()).file:
        pool.Add(file)
    options = ContractOptions(pool)
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


TABLES: Mapping[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        accepted_parts,
        envoy_differences,
        errors,
        ignored_options,
        metric_labels,
        metrics,
        modes,
        not_offered,
        providers,
        routes,
        settings,
        statuses,
        variables,
    )
} | {name: excerpt.markdown for name, excerpt in EXCERPTS.items()}


def current(page: str) -> str:
    """The text of a page with its tables made anew, and no line of prose too long."""
    return wrapped(TABLE.sub(lambda found: f"{found['begin']}{TABLES[found['name']]()}\n{found['end']}", page))


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Write the tables in docs/ that repeat what the code says, and wrap the prose."
    )
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is not current")
    check = parser.parse_args().check
    pages = sorted(path for pattern in PAGES for path in ROOT.glob(pattern))
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    stale = {path: fresh for path, text in texts.items() if (fresh := current(text)) != text}
    for path, fresh in stale.items():
        if check:
            print(f"{path.relative_to(ROOT)} is not current: run `make docs`", file=sys.stderr)
        else:
            path.write_text(fresh, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
