"""What the adapter has to answer where Envoy gives this answer.

Both print the same message. Envoy prints ProtoJSON as it stands in the books, the adapter what Letta's clients
read; the differences of form between the two are made good here, each where it stands in `differences.py`, by the
descriptors and in words of their own: nothing of the adapter's code is used. All else has to be equal as it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, MethodDescriptor

from tests.builders.contract_files import FILES

Json = Any
Shape = Callable[[Mapping[str, Json]], Json]


class Binding(NamedTuple):
    """One route of the contract."""

    method: MethodDescriptor
    verb: str
    template: str
    response_body: str


def bindings() -> Iterator[Binding]:
    methods = (m for file in FILES for s in file.services_by_name.values() for m in s.methods)
    for method in methods:
        options: Any = method.GetOptions()
        rule = options.Extensions[annotations_pb2.http]
        for binding in (rule, *rule.additional_bindings):
            verb = binding.WhichOneof("pattern")
            yield Binding(method, verb.upper(), getattr(binding, verb), binding.response_body)


def binding_of(verb: str, path: str) -> Binding | None:
    """The route of a request, if there is one: that with a verb behind its variable before that without."""
    bare = path.partition("?")[0]
    fitting = [
        binding
        for binding in bindings()
        if binding.verb == verb and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", binding.template) + "/?", bare)
    ]
    # One with a verb behind its variable fits that without it, too.
    return max(fitting, key=lambda binding: len(binding.template), default=None)


def expected_answer(verb: str, path: str, status: int, answer: Json) -> Json:
    """An answer of Envoy's as the adapter has to give it."""
    if status != 200:
        return {**answer, "details": _without_empty(answer["details"]), "detail": answer["message"]}
    binding = binding_of(verb, path)
    assert binding is not None
    whole = _message(binding.method.output_type, answer)
    return whole[binding.response_body] if binding.response_body else whole


def _without_empty(given: Json) -> Json:
    if isinstance(given, dict):
        return {name: _without_empty(value) for name, value in given.items() if value not in ("", [], {})}
    return [_without_empty(item) for item in given] if isinstance(given, list) else given


def _message(descriptor: Descriptor | None, given: Json) -> Json:
    """A Struct and a Timestamp, as any of Google's own types, are the same in both."""
    if given is None or descriptor is None or descriptor.full_name.startswith("google."):
        return given
    if descriptor.name in ONEOFS:
        ((member, options),) = given.items()
        return {ONEOFS[descriptor.name]: member, **_message(descriptor.fields_by_name[member].message_type, options)}
    shape = SHAPES.get(descriptor.name, dict)
    return shape(_fields(descriptor, given))


def _fields(descriptor: Descriptor, given: Mapping[str, Json]) -> dict[str, Json]:
    return {field.name: _field(field, given.get(field.name)) for field in descriptor.fields}


def _field(field: FieldDescriptor, given: Json) -> Json:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return given
    if field.message_type is not None and field.is_repeated:
        items = [_message(field.message_type, item) for item in given]
        return [entry for item in items for entry in item] if field.message_type.name == "Message" else items
    if field.message_type is not None:
        return _message(field.message_type, given)
    if field.enum_type is not None:
        return [_enum(field.enum_type, item) for item in given] if field.is_repeated else _enum(field.enum_type, given)
    return given


def _enum(descriptor: EnumDescriptor, given: str | None) -> str | None:
    """The prefix is what all names of an enum begin with, up to UNSPECIFIED."""
    prefix = descriptor.values[0].name.removesuffix("UNSPECIFIED")
    return None if given in (None, f"{prefix}UNSPECIFIED") else given.removeprefix(prefix).lower()


def _agent(agent: Mapping[str, Json]) -> Json:
    provider, _, model = agent["model"].partition("/")
    functions = [schema["function"] for schema in agent["tool_schemas"]]
    return {
        **agent,
        "agent_type": "letta_v1_agent",
        "llm_config": {
            "model": model,
            "model_endpoint_type": provider or None,
            "context_window": agent["context_window"],
            "handle": agent["model"] or None,
        },
        "memory": {"blocks": agent["memory_blocks"]},
        "blocks": agent["memory_blocks"],
        "tools": [{"id": f"tool-{f['name']}", "name": f["name"], "json_schema": f} for f in functions],
        "sources": [],
    }


def _chat_message(message: Mapping[str, Json]) -> Json:
    """OpenAI's: what is empty is left out, but for `content`, which holds the parts too."""
    said = {name: value for name, value in message.items() if value and name not in ("parts", "tool_calls")}
    calls = [{name: value for name, value in call.items() if value is not None} for call in message["tool_calls"]]
    content = message["content"] if message["content"] is not None else [_part(part) for part in message["parts"]]
    return {**said, "content": None if content == [] else content, **({"tool_calls": calls} if calls else {})}


def _part(part: Mapping[str, Json]) -> Json:
    if part["image"] is not None:
        return {"type": "image_url", "image_url": {"url": _url(part["image"])}}
    kind = "text" if part["text"] is not None else "opaque"
    return {"type": kind, kind: part[kind]}


def _url(image: Mapping[str, Json]) -> str:
    inline = image["inline"]
    return str(image["url"]) if inline is None else f"data:{inline['media_type']};base64,{inline['data']}"


def _entries(stored: Mapping[str, Json]) -> list[Json]:
    """Letta's: an assistant message with text and calls is two of them."""
    message = stored["message"]
    head = {"id": stored["id"], "date": stored["created_at"]}
    head |= {"name": message["name"]} if "name" in message else {}
    match message["role"]:
        case "tool":
            kinds = {"tool_return_message": _tool_return(message)}
        case "summary":
            stats = stored["compaction_stats"]
            kinds = {"summary_message": {"summary": message["content"], "compaction_stats": _stats(stats)}}
        case "assistant" if "tool_calls" in message:
            kinds = {"assistant_message": {"content": message["content"]}} if message["content"] else {}
            kinds["tool_call_message"] = _calls(message["tool_calls"])
        case role:
            kinds = {f"{role}_message": {"content": _entry_content(message["content"])}}
    return [{**head, "message_type": kind, **said} for kind, said in kinds.items()]


def _tool_return(message: Mapping[str, Json]) -> dict[str, Json]:
    status = "error" if message.get("is_error") else "success"
    returned = {"tool_call_id": message["tool_call_id"], "tool_return": message["content"], "status": status}
    return {**returned, "tool_returns": [returned]}


def _stats(stats: Mapping[str, Json] | None) -> Json:
    return None if stats is None else {"trigger": "manual", **stats}


def _calls(calls: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    plain = [{"tool_call_id": call["id"], **call["function"]} for call in calls]
    return {"tool_call": plain[0], "tool_calls": plain}


def _entry_content(content: Json) -> Json:
    """What only a provider can read is left out, and images are written in Letta's way."""
    if not isinstance(content, list):
        return content
    return [_entry_part(part) for part in content if part["type"] != "opaque"]


def _entry_part(part: Mapping[str, Json]) -> Json:
    if part["type"] == "text":
        return part
    url = part["image_url"]["url"]
    inline = re.fullmatch(r"data:(.*);base64,(.*)", url)
    if inline is None:
        return {"type": "image", "source": {"type": "url", "url": url}}
    return {"type": "image", "source": {"type": "base64", "media_type": inline[1], "data": inline[2]}}


ONEOFS = {"ModelSettings": "provider_type", "ResponseFormat": "type"}
"""Unions that the adapter writes flat, with the key that says which member it is."""

SHAPES: dict[str, Shape] = {
    "Agent": _agent,
    "ChatMessage": _chat_message,
    "ContentPart": dict,
    "Message": _entries,
}
