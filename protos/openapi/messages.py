"""ChatMessage and Message as schemas: OpenAI's message, and the entries of Letta's lists."""

from collections.abc import Mapping

from google.protobuf.descriptor import Descriptor

from compactd.domain.messages import REASONING_DETAILS, MessageType, ReasoningField
from protos.openapi.schemas import (
    NULL,
    TEXT,
    TIME,
    Direction,
    Schema,
    Schemas,
    an_object,
    constant,
    described,
    list_of,
    nullable,
    one_of,
)

CHAT_NOTE = (
    "In JSON it is OpenAI's message, with `is_error`, `created_at`, `metadata` and a call's `opaque` as further keys. "
    "In an answer only the keys are there that are set, but `content` always."
)
DETAILS_NOTE = (
    "What OpenRouter's API tells of the reasoning, objects that go back to it as they came. In gRPC it is one opaque "
    "part of the type reasoning_details, whose data are this list as JSON."
)
CONTENT_NOTE = "In JSON the parts stand as a list in `content`: there is no key `parts`."
PART_NOTE = (
    "Taken are also texts, images, files and sounds as OpenAI's responses API, LangChain and Letta write them; answers "
    "have the shapes below."
)
FILE_NOTE = "Give one of `file_data`, `file_url` and `file_id`."
FILE_DATA_NOTE = (
    "As `data:application/pdf;base64,…`, as base64 alone, or, as OpenRouter takes it, an address in place of the bytes."
)
DATA_URL_NOTE = "Or the image itself, as `data:image/png;base64,…`."
ENTRY_NOTE = (
    "In JSON it is an entry of Letta's list, told apart by `message_type`. An assistant message with text and "
    "calls is two entries of one id, text first; what only a provider can read is left out."
)
DEVELOPER_NOTE = "OpenAI's newer name of `system`. Answers say system."
FUNCTION_NOTE = "OpenAI's older name of `tool`, with its `name` in place of `tool_call_id`. Answers say tool."
ONE_OBJECT_NOTE = "One part without its list. Of a tool it may be any object, which becomes its JSON text."
SECONDS_NOTE = "Seconds since 1970."
CALL_NOTE = "OpenAI's older form of one call. Answers have it in `tool_calls`, with the id `function-` and the name."
ARGUMENTS_NOTE = "JSON, as text or as an object, which becomes its text."
REFUSAL_NOTE = "The text of an assistant's message, where there is no other. Answers have it in `content`."
AUDIO_NOTE = "What an assistant said aloud. Answers have it in `content`: as text, where that is all there is of it."
NAME_NOTE = "A name of the speaker, or of the tool. Only there where it was given."


def chat_message(schemas: Schemas, message: Descriptor, direction: Direction) -> Schema:
    properties = {
        item.name: schemas.property(item, direction) for item in message.fields if item.name != "reasoning_field"
    }
    parts = schemas.value(message.fields_by_name["parts"], direction)
    if direction is not Direction.ANSWERED:
        developer = described(DEVELOPER_NOTE, constant("developer"))
        roles = schemas.value(message.fields_by_name["role"], direction)
        function = described(FUNCTION_NOTE, constant("function"))
        anyone = {"anyOf": [roles, developer, function]}
        properties["role"] = described(schemas.comments.of(f"{message.full_name}.role"), anyone)
        properties |= _older_forms()
        created_at = f"{message.full_name}.created_at"
        seconds = described(SECONDS_NOTE, {"type": "number"})
        properties["created_at"] = described(schemas.comments.of(created_at), {"anyOf": [TIME, seconds, NULL]})
    text = schemas.value(message.fields_by_name["content"], direction)
    one = described(ONE_OBJECT_NOTE, {"type": "object"})
    comment = schemas.comments.of(f"{message.full_name}.content", f"{message.full_name}.parts")
    properties["content"] = {"description": f"{comment}\n\n{CONTENT_NOTE}", "anyOf": [text, parts, one, NULL]}
    del properties["parts"]
    # In JSON the field is the key.
    thoughts = described(schemas.comments.of(f"{message.full_name}.reasoning_field"), properties.pop("reasoning"))
    properties |= {field.value: thoughts for field in ReasoningField}
    properties[REASONING_DETAILS] = described(DETAILS_NOTE, list_of({"type": "object"}))
    return described(CHAT_NOTE, an_object(properties, ["role"]))


def _older_forms() -> dict[str, Schema]:
    """What is read, and has another form in answers."""
    arguments = described(ARGUMENTS_NOTE, {"anyOf": [TEXT, {"type": "object"}]})
    call = nullable(an_object({"name": TEXT, "arguments": arguments}, ["name"]))
    audio = nullable(an_object({"data": TEXT, "format": TEXT, "transcript": TEXT}, []))
    return {
        "function_call": {**described(CALL_NOTE, call), "writeOnly": True},
        "refusal": {**described(REFUSAL_NOTE, nullable(TEXT)), "writeOnly": True},
        "audio": {**described(AUDIO_NOTE, audio), "writeOnly": True},
    }


def content_part(schemas: Schemas, message: Descriptor, direction: Direction) -> Schema:
    opaque = schemas.value(message.fields_by_name["opaque"], direction)
    text = schemas.comments.of(f"{message.full_name}.opaque")
    members = {
        "text": _text_part(schemas),
        "image_url": _image_part(schemas, _type_of(message, "image")),
        "file": _file_part(schemas, _type_of(message, "file"), direction),
        "input_audio": _audio_part(schemas, _type_of(message, "audio"), direction),
        "opaque": schemas.define("OpaqueContentPart", _tagged(text, "opaque", {"opaque": opaque})),
    }
    return described(PART_NOTE, one_of("type", members))


def _comment(schemas: Schemas, kind: str) -> str:
    return schemas.comments.of(f"compaction.v1.ContentPart.{kind}")


def _type_of(message: Descriptor, name: str) -> Descriptor:
    inner = message.fields_by_name[name].message_type
    if inner is None:
        raise ValueError(f"{name} is a message")
    return inner


def _file_part(schemas: Schemas, file: Descriptor, direction: Direction) -> Schema:
    field = {item.name: schemas.property(item, direction) for item in file.fields}
    properties = {
        "filename": field["name"],
        "file_data": described(f"{schemas.comments.of(f'{file.full_name}.data')}\n\n{FILE_DATA_NOTE}", TEXT),
        "file_url": field["url"],
        "file_id": field["file_id"],
        "format": field["media_type"],
    }
    text = schemas.comments.of(file.full_name)
    schema = schemas.define("FileContent", described(f"{text}\n\n{FILE_NOTE}", an_object(properties, [])))
    return schemas.define("FileContentPart", _tagged(_comment(schemas, "file"), "file", {"file": schema}))


def _audio_part(schemas: Schemas, audio: Descriptor, direction: Direction) -> Schema:
    properties = {item.name: schemas.property(item, direction) for item in audio.fields}
    schema = described(schemas.comments.of(audio.full_name), an_object(properties, []))
    inner = {"input_audio": schemas.define("InputAudio", schema)}
    return schemas.define("InputAudioContentPart", _tagged(_comment(schemas, "audio"), "input_audio", inner))


def _text_part(schemas: Schemas) -> Schema:
    return schemas.define("TextContentPart", _tagged("Text.", "text", {"text": TEXT}))


def _image_part(schemas: Schemas, image: Descriptor) -> Schema:
    inline = image.fields_by_name["inline"].message_type
    fields = inline.fields if inline is not None else ()
    lines = [f"- {item.name}: {schemas.comments.of(item.full_name)}" for item in fields]
    data_url = f"{DATA_URL_NOTE}\n\n{schemas.comments.of(f'{image.full_name}.inline')}\n\n" + "\n".join(lines)
    url = described(f"{schemas.comments.of(f'{image.full_name}.url')}\n\n{data_url}", TEXT)
    part = _tagged(schemas.comments.of(image.full_name), "image_url", {"image_url": an_object({"url": url}, ["url"])})
    return schemas.define("ImageUrlContentPart", part)


def stored_message(schemas: Schemas, message: Descriptor, direction: Direction) -> Schema:
    content = _entry_content(schemas)
    call = schemas.define("ToolCallEntry", _call_entry())
    named = {"name": described(NAME_NOTE, TEXT)}
    entries: dict[MessageType, tuple[str, dict[str, Schema], dict[str, Schema]]] = {
        MessageType.SYSTEM: ("SystemMessage", {"content": TEXT}, {}),
        MessageType.USER: ("UserMessage", {"content": content}, named),
        MessageType.ASSISTANT: ("AssistantMessage", {"content": content}, named),
        MessageType.TOOL_CALL: ("ToolCallMessage", {"tool_call": call, "tool_calls": list_of(call)}, named),
        MessageType.TOOL_RETURN: ("ToolReturnMessage", _tool_return(schemas), named),
        MessageType.SUMMARY: ("SummaryMessage", _summary(schemas, message, direction), {}),
    }
    members = {}
    for kind in MessageType:
        name, required, optional = entries[kind]
        head = _entry_head(schemas, message, kind.value)
        text = schemas.comments.of(f"compaction.v1.MessageType.MESSAGE_TYPE_{kind.value.upper()}")
        entry = an_object({**head, **required, **optional}, [*head, *required])
        members[kind.value] = schemas.define(name, described(text, entry))
    return described(ENTRY_NOTE, one_of("message_type", members))


def _entry_head(schemas: Schemas, message: Descriptor, kind: str) -> dict[str, Schema]:
    return {
        "id": described(schemas.comments.of(f"{message.full_name}.id"), TEXT),
        "date": described(schemas.comments.of(f"{message.full_name}.created_at"), TIME),
        "message_type": constant(kind),
    }


def _entry_content(schemas: Schemas) -> Schema:
    sources = {
        "url": schemas.define("UrlImageSource", _tagged("Where the image is.", "url", {"url": TEXT})),
        "base64": schemas.define(
            "InlineImageSource",
            _tagged("The image itself.", "base64", {"media_type": TEXT, "data": {**TEXT, "contentEncoding": "base64"}}),
        ),
    }
    image = schemas.define("ImageEntryPart", _tagged("An image.", "image", {"source": one_of("type", sources)}))
    part = one_of("type", {"text": _text_part(schemas), "image": image})
    return {"description": "The text, or parts where it is more than text.", "anyOf": [TEXT, list_of(part)]}


def _call_entry() -> Schema:
    properties = {
        "name": described("The name of the function.", TEXT),
        "arguments": described("The arguments as the model wrote them: JSON text.", TEXT),
        "tool_call_id": described("The id that the result names.", TEXT),
    }
    return described("A call that an assistant message makes.", an_object(properties, [*properties]))


def _tool_return(schemas: Schemas) -> dict[str, Schema]:
    properties = {
        "tool_call_id": described("The id of the call.", TEXT),
        "tool_return": described("The text of the result.", TEXT),
        "status": {"description": "Whether the call failed.", "type": "string", "enum": ["success", "error"]},
    }
    schema = described("The result of a call.", an_object(properties, [*properties]))
    return {**properties, "tool_returns": list_of(schemas.define("ToolReturnEntry", schema))}


def _summary(schemas: Schemas, message: Descriptor, direction: Direction) -> dict[str, Schema]:
    item = message.fields_by_name["compaction_stats"]
    stats = schemas.tagged(item, direction, "trigger", "manual")
    comment = schemas.comments.of(item.full_name)
    return {"summary": described("The text.", TEXT), "compaction_stats": described(comment, nullable(stats))}


def _tagged(text: str, kind: str, properties: Mapping[str, Schema]) -> Schema:
    return described(text, an_object({"type": constant(kind), **properties}, ["type", *properties]))
