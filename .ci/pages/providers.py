"""The providers, and what a user's message may hold for each."""

from collections.abc import Iterator

from compactd.config import PREFIX
from compactd.summarizers.providers.accepted_parts import AcceptedParts
from compactd.summarizers.providers.row import Provider
from compactd.summarizers.providers.table import PROVIDERS
from compaction.v1 import model_settings_pb2
from pages.contract import comment_of, proto_comments
from pages.markdown import listed, table


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
                comment_of(comments, member),
                listed(_variables(row)),
                listed(filter(None, (row.light_default,))),
                listed(option.name for option in options),
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
    rows = [(listed(names), _images(parts), _files(parts), _audio(parts)) for parts, names in alike.items()]
    return table(("provider", "images", "files", "audio"), rows)


def _images(parts: AcceptedParts) -> str:
    kinds = listed(sorted(kind.removeprefix("image/") for kind in parts.images))
    return f"{kinds}{_from(parts.image_urls)}{_models(parts.image_models)}{_limits(parts)}"


def _limits(parts: AcceptedParts) -> str:
    limits = (
        (parts.most_images, "at most {:,} in a request, the last ones"),
        (parts.image_bytes, "each up to {:,} bytes as base64"),
        (parts.all_image_bytes, "all together up to {:,} bytes as base64"),
    )
    return "".join(f"; {text.format(value)}" for value, text in limits if value is not None)


def _files(parts: AcceptedParts) -> str:
    ids = f"; ids that begin with {listed(parts.file_ids)}" if parts.file_ids else ""
    most = f"; at most {parts.most_files} in a request" if parts.most_files is not None else ""
    return f"{listed(sorted(parts.files))}{_from(parts.file_urls)}{ids}{most}" if parts.files else "–"


def _audio(parts: AcceptedParts) -> str:
    return f"{listed(sorted(parts.audio))}{_models(parts.audio_models)}"


def _from(addresses: tuple[str, ...]) -> str:
    return f", also at {listed(addresses)}" if addresses else ""


def _models(marks: tuple[str, ...]) -> str:
    return f"; models with {listed(marks)} in their names" if marks else ""
