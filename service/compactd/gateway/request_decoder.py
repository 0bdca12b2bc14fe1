"""The request message of a route, from path, query, headers and body: path goes before query, query before body."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from compactd.domain.error_shape import FieldViolation
from compactd.domain.errors import InvalidField
from compactd.domain.ids import check_request_id
from compactd.domain.message_rules import NO_FAULTS, Faults
from compactd.domain.validation import join_path
from compactd.gateway.http_errors import MalformedBody, NotOffered
from compactd.gateway.json_decoder import JsonDecoder
from compactd.gateway.json_text import UnreadableText, decode_json
from compactd.gateway.letta.not_offered import NOT_OFFERED_FIELDS, NOT_OFFERED_OPTIONS
from compactd.gateway.routes import Route
from compactd.gateway.unread_messages import with_blanks
from compactd.rpc.wire import UnreadableValue

MAX_PARAMETERS = 1_100
"""The most parameters of a query: a List takes up to a thousand tags."""

MERGED_MESSAGES = frozenset({"compaction.v1.CompactionSettings"})
"""Messages that a PATCH merges field by field; any other is replaced whole."""

REQUEST_ID = "request_id"
AFTER_ORDINAL = "after_ordinal"
"""In requests for streams: which of their events have been seen."""

LAST_EVENT_ID = "last-event-id"
"""The header in which a browser says so when it comes back."""

UPDATE_MASK = "update_mask"
"""The fields that a PATCH changes: made of the body's keys, unless the query names them, which can clear one too."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.0+)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class RequestDecoder:
    """Makes requests of any route. The errors are InvalidField, with the path that the field has in the proto,
    MalformedBody and NotOffered."""

    def __init__(self, decoder: JsonDecoder) -> None:
        self._decoder = decoder

    def decode(
        self, route: Route, values: Mapping[str, str], query: bytes, body: bytes, idempotency_key: str | None
    ) -> tuple[Message, Faults]:
        """The request, and what is wrong with messages in it that cannot be read, where only such are at fault.
        `values` are those of the path's variables; `body` may be empty."""
        message: Any = GetMessageClass(route.method.input_type)()
        parameters = {**self._decode_query(route, query), **values}
        given = _decode_body(route, body) if route.body else {}
        unread = NO_FAULTS
        try:
            if route.body == "*":
                unread = self._decode_fields(message, self._without(message, given, parameters) | parameters)
            else:
                self._decode_resource(message, route, given, has_mask=UPDATE_MASK in parameters)
                self._decoder.decode_fields(message, self._request_id(message, given, parameters) | parameters)
        except UnreadableValue as error:
            others = [FieldViolation(join_path("", other.path), other.sentence) for other in error.others]
            raise InvalidField(join_path("", error.path), error.sentence, *others) from None
        if idempotency_key is not None:
            _set_request_id(message, idempotency_key)
        return message, unread

    def _decode_fields(self, message: Any, given: Mapping[str, Any]) -> Faults:
        try:
            self._decoder.decode_fields(message, given)
        except UnreadableValue as error:
            found = with_blanks(message.DESCRIPTOR, given, error)
            if found is None:
                raise
            message.Clear()
            readable, unread = found
            try:
                self._decoder.decode_fields(message, readable)
            except UnreadableValue as other:
                raise UnreadableValue.of([error, other]) from None
            return unread
        return NO_FAULTS

    def _without(self, message: Any, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        """`given` without the fields that `parameters` give, in whichever spelling."""
        if not parameters:
            return dict(given)
        fields = self._decoder.fields_of(message.DESCRIPTOR)
        return {key: item for key, item in given.items() if key not in fields or fields[key].name not in parameters}

    def _request_id(self, message: Any, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The request_id of a request whose body is a resource, where it stands among the resource's keys: clients put
        it where other RPCs have it, and one that is lost makes a second resource when the call is repeated."""
        fields = self._decoder.fields_of(message.DESCRIPTOR)
        beside = self._without(message, given, parameters)
        return {key: item for key, item in beside.items() if key in fields and fields[key].name == REQUEST_ID}

    def _decode_resource(self, message: Any, route: Route, given: Mapping[str, Any], *, has_mask: bool) -> None:
        if not route.body:
            return
        _check_offered(route, given)
        resource = getattr(message, route.body)
        try:
            self._decoder.decode(resource, given, {})
        except UnreadableValue as error:
            raise error.below(route.body) from None
        resource.SetInParent()
        if route.verb == "PATCH" and not has_mask:
            message.update_mask.paths.extend(self._mask(resource.DESCRIPTOR, given))

    def _mask(self, descriptor: Descriptor, given: Mapping[str, Any]) -> Iterable[str]:
        """Paths of what a PATCH changes. What only the server sets is left out: clients send back what they got."""
        for key, item in given.items():
            field = self._decoder.fields_of(descriptor).get(key)
            if field is None:
                continue
            proto = descriptor.fields_by_name[field.name]
            if (item is None and field.null is None) or _is_output_only(proto):
                continue
            if proto.message_type is not None and proto.message_type.full_name in MERGED_MESSAGES:
                yield from (f"{field.name}.{path}" for path in self._mask(proto.message_type, item))
            else:
                yield field.name

    def _decode_query(self, route: Route, query: bytes) -> dict[str, Any]:
        """The parameters that are scalar fields of the request, or its mask, as JSON would have them; others are
        ignored, but for those of a list in Letta's API that would make another list."""
        if not query:
            return {}
        fields = self._decoder.fields_of(route.method.input_type)
        found: dict[str, Any] = {}
        for name, text in _query_pairs(query):
            _check_option(route, name, text)
            field = fields.get(name)
            if field is None or field.name == route.body:
                continue
            proto = route.method.input_type.fields_by_name[field.name]
            if proto.message_type is not None and field.name != UPDATE_MASK:
                continue
            value = _decode_parameter(proto, text)
            if proto.is_repeated:
                found.setdefault(field.name, []).append(value)
            elif field.name in found:
                raise InvalidField(field.name, "is given twice in the query: give it once.")
            else:
                found[field.name] = value
        return found


def _query_pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError:
        raise InvalidField("query", "is not UTF-8: encode it as %XX of its UTF-8 bytes.") from None
    except ValueError:
        raise InvalidField("query", f"has more than {MAX_PARAMETERS} parameters: send fewer.") from None


def _decode_parameter(field: FieldDescriptor, text: str) -> Any:
    match field.type:
        case FieldDescriptor.TYPE_INT32 if _WHOLE_NUMBER.fullmatch(text):
            return int(text.partition(".")[0])
        case FieldDescriptor.TYPE_DOUBLE if _NUMBER.fullmatch(text):
            return float(text)
        case FieldDescriptor.TYPE_BOOL:
            # Python's clients write True, as Letta's API takes it.
            if text.lower() not in _BOOLEANS:
                raise InvalidField(field.name, "give true, false, 1 or 0.")
            return _BOOLEANS[text.lower()]
        case FieldDescriptor.TYPE_ENUM if not text:
            return 0
        case _:
            return text


def _decode_body(route: Route, body: bytes) -> dict[str, Any]:
    expected = route.method.input_type
    if route.body != "*":
        expected = expected.fields_by_name[route.body].message_type or expected
    try:
        value = decode_json(body) if body.strip() else None
    except UnreadableText as error:
        raise MalformedBody(message=expected.full_name, why=str(error)) from None
    if value is None:
        return {}
    if type(value) is not dict:
        raise MalformedBody(message=expected.full_name, why="it has to be an object.")
    return value


def _check_offered(route: Route, given: Mapping[str, Any]) -> None:
    for name, (verbs, why) in NOT_OFFERED_FIELDS.items():
        if route.verb in verbs and (given.get(name) or given.get(_camel_case(name))):
            raise NotOffered(method=name, why=why)


def _check_option(route: Route, given: str, text: str) -> None:
    for name, option in NOT_OFFERED_OPTIONS.get(route.method.name, {}).items():
        if given in (name, _camel_case(name)) and option.changes(text):
            raise NotOffered(method=name, why=option.instead)


def _camel_case(name: str) -> str:
    """The other spelling of a name that is in no descriptor."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _is_output_only(field: FieldDescriptor) -> bool:
    extensions: Any = field.GetOptions().Extensions
    return field_behavior_pb2.OUTPUT_ONLY in extensions[field_behavior_pb2.field_behavior]


def _set_request_id(message: Any, key: str) -> None:
    """The header Idempotency-Key is another way to give a request_id, where there is one."""
    if REQUEST_ID not in message.DESCRIPTOR.fields_by_name:
        return
    if message.request_id and message.request_id != key:
        raise InvalidField(REQUEST_ID, "is another one than in the header Idempotency-Key: give one of them.")
    try:
        check_request_id(key)
    except InvalidField:
        raise InvalidField(REQUEST_ID, "the header Idempotency-Key takes a new UUID4 for each request.") from None
    message.request_id = key


def skip_seen(message: Any, last_event_id: str | None) -> None:
    """A stream goes on behind the event that the header names, also where the address asks for earlier ones: browsers
    come back with the address that they began with. InvalidField."""
    if not last_event_id:
        return
    if re.fullmatch(r"[0-9]{1,9}", last_event_id) is None:
        raise InvalidField(LAST_EVENT_ID, "give the id of an event, a number of up to nine digits.")
    message.after_ordinal = max(message.after_ordinal, int(last_event_id))
