"""ModelSettings and ResponseFormat as Letta's API writes them: one flat object, with the member's name beside its
fields. ProtoJSON's own form, `{"openai": {…}}`, is read too."""

from typing import Any

from compactd.gateway.json_decoder import EnclosingObject, JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder
from compactd.gateway.json_values import require_object
from compactd.rpc.wire import UnreadableValue
from compaction.v1 import model_settings_pb2

PROVIDERS = tuple(model_settings_pb2.ModelSettings.DESCRIPTOR.fields_by_name)
FORMATS = tuple(model_settings_pb2.ResponseFormat.DESCRIPTOR.fields_by_name)


def decode_model_settings(
    decoder: JsonDecoder, message: model_settings_pb2.ModelSettings, value: Any, enclosing: EnclosingObject
) -> None:
    """`provider_type` may be left out where `model` beside the settings names the provider."""
    given = require_object(value)
    members = _members(decoder, message, given)
    provider = _named_provider(given)
    if members and provider is None:
        _decode_canonical(decoder, message, members, given)
        return
    if members:
        raise UnreadableValue((), "stands for one provider: give provider_type with its fields, or one member.")
    _decode_member(decoder, message, provider or _provider_of(enclosing.get("model")), given)


def _decode_canonical(
    decoder: JsonDecoder, message: model_settings_pb2.ModelSettings, members: list[str], given: dict[str, Any]
) -> None:
    """ProtoJSON's form. What stands beside the member and belongs into it would be lost."""
    decoder.decode_fields(message, {key: given[key] for key in members})
    member = getattr(message, str(message.WhichOneof("settings")))
    fields = decoder.fields_of(member.DESCRIPTOR)
    if misplaced := [key for key, item in given.items() if item is not None and key in fields]:
        raise UnreadableValue((misplaced[0],), f"belongs into {members[0]}: write it there.")


def _named_provider(given: dict[str, Any]) -> Any:
    named = [given[key] for key in ("provider_type", "providerType") if given.get(key) is not None]
    if len(named) > 1:
        raise UnreadableValue(("provider_type",), "is given in both spellings: give it once.")
    return named[0] if named else None


def _members(decoder: JsonDecoder, message: model_settings_pb2.ModelSettings, given: dict[str, Any]) -> list[str]:
    """The keys of `given` that are members of the oneof, in either spelling."""
    fields = decoder.fields_of(message.DESCRIPTOR)
    return [key for key, item in given.items() if item is not None and key in fields]


def _decode_member(decoder: JsonDecoder, message: Any, provider: Any, given: dict[str, Any]) -> None:
    if provider not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise UnreadableValue(("provider_type",), f"say whose options these are, or name a model beside them: {known}.")
    member = getattr(message, provider)
    member.SetInParent()
    try:
        decoder.decode_fields(member, given)
    except UnreadableValue as error:
        raise UnreadableValue((provider, *error.path), error.sentence) from None


def _provider_of(model: Any) -> str | None:
    """The provider of a handle, if it is one; what is wrong with it is said where it is validated."""
    return model.partition("/")[0] if type(model) is str and "/" in model else None


def encode_model_settings(encoder: JsonEncoder, message: model_settings_pb2.ModelSettings) -> dict[str, Any] | None:
    provider = message.WhichOneof("settings")
    if provider is None:
        return None
    return {"provider_type": provider, **encoder.encode_fields(getattr(message, provider))}


def decode_response_format(
    decoder: JsonDecoder, message: model_settings_pb2.ResponseFormat, value: Any, _enclosing: EnclosingObject
) -> None:
    """`json_schema` alone implies its type."""
    given = {key: item for key, item in require_object(value).items() if item is not None}
    fields = decoder.fields_of(message.DESCRIPTOR)
    members = [key for key in given if key in fields]
    if len(members) > 1:
        raise UnreadableValue((fields[members[1]].name,), "only one format can be given: leave the others out.")
    member, options = (fields[members[0]].name, given[members[0]]) if members else (None, None)
    kind = given.get("type")
    if kind is None and member is not None and _is_canonical(member, options):
        decoder.decode_fields(message, {member: options})
        return
    kind = kind or member
    if kind not in FORMATS or member not in (None, kind):
        raise UnreadableValue(("type",), f"say which format it is, and give no other: {', '.join(FORMATS)}.")
    decoder.decode_fields(message, {kind: {"json_schema": options} if kind == "json_schema" else {}})


def _is_canonical(member: str, value: Any) -> bool:
    """Whether a format without a type is ProtoJSON's. A schema of nothing but "json_schema" is no schema."""
    if member != "json_schema":
        return True
    return type(value) is dict and len(value) == 1 and next(iter(value)) in ("json_schema", "jsonSchema")


def encode_response_format(encoder: JsonEncoder, message: model_settings_pb2.ResponseFormat) -> dict[str, Any] | None:
    kind = message.WhichOneof("format")
    return None if kind is None else {"type": kind, **encoder.encode_fields(getattr(message, kind))}
