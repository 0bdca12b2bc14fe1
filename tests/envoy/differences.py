"""Where Envoy's JSON transcoder and compactd's adapter answer differently, and why: all of it.

Each entry is tested on both sides. The first part is about form: `expected_answer.py` makes those differences good
before it compares anything else. The entries of the other parts are requests that mean something else to each of the
two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compactd.rpc.statuses import DEADLINE_SENTENCE
from tests.envoy.requests import APPEND, BLOCKS, COMPACT, MESSAGES, RECOMPILE
from tests.envoy.rest_request import RestRequest

ABSENT: Final = object()
"""Instead of a value: the key is not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of an answer: keys that are not given may be there too, a list has just these items, and a type stands for
    any value of it. Of an answer that is a text as a whole, a part of the text."""

    status: int
    body: Any = object
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """`sent` is a request that shows it."""

    name: str
    reason: str
    sent: RestRequest
    envoy: Answer
    adapter: Answer

    def __str__(self) -> str:
        return self.name


def get(path: str, **headers: str) -> RestRequest:
    return RestRequest("GET", path, headers=headers)


def rejected(reason: str, field: str) -> Answer:
    """A 400 that says why, and names the field."""
    violations = {"field_violations": [{"field": field}]}
    return Answer(400, {"code": 3, "details": [{"reason": reason}, violations]})


def invalid(field: str) -> Answer:
    return rejected("INVALID_FIELD", field)


def because(description: str) -> Answer:
    return Answer(400, {"code": 3, "details": [dict, {"field_violations": [{"description": description}]}]})


def malformed(why: str) -> Answer:
    return Answer(400, {"code": 3, "details": [{"reason": "MALFORMED_REQUEST", "metadata": {"why": why}}]})


def unsupported(method: str) -> Answer:
    return Answer(501, {"code": 12, "details": [{"reason": "NOT_SUPPORTED", "metadata": {"method": method}}]})


def unresolved(path: str) -> Answer:
    return Answer(404, f"Could not resolve {path} to a method.")


ANSWERS = [
    Difference(
        "a list is a bare array",
        "Letta's lists are arrays. Envoy accepts response_body for HttpBody only, so its descriptors leave it out.",
        get(f"{BLOCKS}?limit=1"),
        envoy=Answer(200, {"blocks": [{"label": "a/b: 100 %?"}]}),
        adapter=Answer(200, [{"label": "a/b: 100 %?"}]),
    ),
    Difference(
        "Recompile answers a bare string",
        "Letta's API answers only the prompt. This is response_body too.",
        RestRequest("POST", RECOMPILE, {"dry_run": True}),
        envoy=Answer(200, {"system_prompt": str}),
        adapter=Answer(200, "You check invoices."),
    ),
    Difference(
        "enum values are in lower case, without their prefix",
        "Letta's API writes them so; UNSPECIFIED is null.",
        get("/v1/conversations/{conversation}/compactions/{compaction}"),
        envoy=Answer(
            200,
            {"method": "COMPACTION_METHOD_EXTRACTIVE", "degraded_reason": "ERROR_REASON_UNSPECIFIED"},
        ),
        adapter=Answer(200, {"method": "extractive", "degraded_reason": None}),
    ),
    Difference(
        "what is unset is null",
        "Letta's clients expect every field. ProtoJSON leaves out unset fields with presence.",
        get("/v1/conversations/{default}"),
        envoy=Answer(200, {"model_settings": ABSENT, "context_window_limit": ABSENT, "last_message_at": str}),
        adapter=Answer(200, {"model_settings": None, "context_window_limit": None, "last_message_at": str}),
    ),
    Difference(
        "ModelSettings and ResponseFormat are flat",
        "In Letta's unions the member's name stands beside its fields, in ProtoJSON's oneofs above them.",
        get("/v1/agents/{agent}"),
        envoy=Answer(
            200,
            {"model_settings": {"openai": {"temperature": 1, "response_format": {"json_schema": dict}}}},
        ),
        adapter=Answer(
            200,
            {
                "model_settings": {
                    "provider_type": "openai",
                    "temperature": 1,
                    "response_format": {"type": "json_schema", "json_schema": dict},
                }
            },
        ),
    ),
    Difference(
        "an agent has the keys that Letta's clients expect",
        "Their class of an agent requires them.",
        get("/v1/agents/{agent}"),
        envoy=Answer(200, {"agent_type": ABSENT, "llm_config": ABSENT, "memory": ABSENT, "tools": ABSENT}),
        adapter=Answer(200, {"agent_type": "letta_v1_agent", "llm_config": dict, "memory": dict, "tools": list}),
    ),
    Difference(
        "a listed message is an entry of its message_type",
        "Letta's lists have one class for each type.",
        get(f"{MESSAGES}?include_return_message_types=MESSAGE_TYPE_SUMMARY_MESSAGE"),
        envoy=Answer(
            200, {"messages": [{"position": 13, "message": {"role": "MESSAGE_ROLE_SUMMARY", "content": str}}]}
        ),
        adapter=Answer(200, [{"message_type": "summary_message", "summary": str, "position": ABSENT}]),
    ),
    Difference(
        "text and calls of one message are two entries",
        "Letta's list has a class for each of the two.",
        get(f"{MESSAGES}?order=SORT_ORDER_ASC&limit=1&after={{message}}"),
        envoy=Answer(200, {"messages": [{"message": {"content": "I look.", "tool_calls": [{"id": "call_x"}]}}]}),
        adapter=Answer(
            200,
            [
                {"message_type": "assistant_message", "content": "I look."},
                {"message_type": "tool_call_message", "tool_call": {"tool_call_id": "call_x"}},
            ],
        ),
    ),
    Difference(
        "a ChatMessage has OpenAI's shape",
        "The context can be sent to a model as it is.",
        get("/v1/conversations/default/context?agent_id={agent}"),
        envoy=Answer(200, {"messages": [{"role": "MESSAGE_ROLE_SYSTEM", "parts": [], "name": ""}, *[dict] * 8]}),
        adapter=Answer(200, {"messages": [{"role": "system", "parts": ABSENT, "name": ABSENT}, *[dict] * 8]}),
    ),
    Difference(
        "times have six digits below the second",
        "All times have one form. ProtoJSON writes none, three, six or nine digits, as needed.",
        get(f"{MESSAGES}?limit=2&include_return_message_types=MESSAGE_TYPE_USER_MESSAGE"),
        envoy=Answer(200, {"messages": [{"created_at": "2026-01-02T03:04:05.250Z"}, dict]}),
        adapter=Answer(200, [{"date": "2026-01-02T03:04:05.250000Z"}, dict]),
    ),
    Difference(
        "an error has `detail` too, and no empty fields in `details`",
        "Letta's clients read `detail`. Envoy prints the empty fields of Google's types.",
        get("/v1/agents/nonsense"),
        envoy=Answer(
            400, {"message": str, "detail": ABSENT, "details": [dict, {"field_violations": [{"reason": ""}]}]}
        ),
        adapter=Answer(
            400, {"message": str, "detail": str, "details": [dict, {"field_violations": [{"reason": ABSENT}]}]}
        ),
    ),
    Difference(
        "a request that cannot be read gets a usual error",
        "Envoy answers by itself, with a text, and closes the connection.",
        RestRequest("POST", "/v1/agents", {"name": 1}),
        envoy=Answer(400, "agent.name: invalid value 1", {"content-type": "text/plain"}),
        adapter=invalid("agent.name"),
    ),
    Difference(
        "answers have headers for clients that repeat",
        "Without them Letta's clients would send this three times. The id is in gRPC's answers too.",
        get("/v1/agents/nonsense"),
        envoy=Answer(400, headers={"x-should-retry": ABSENT, "x-request-id": str}),
        adapter=Answer(400, headers={"x-should-retry": "false", "x-request-id": str}),
    ),
]
"""Differences of form, in what is answered."""

STATUSES = [
    Difference(
        "an unknown path gets a usual error",
        "A client can read the reason in JSON. Envoy answers by itself, with a text.",
        get("/v1/nonsense"),
        envoy=unresolved("/v1/nonsense"),
        adapter=Answer(404, {"code": 5, "details": [{"reason": "ROUTE_NOT_FOUND"}]}),
    ),
    Difference(
        "the wrong method is 405",
        "HTTP has a status for it. To Envoy the path does not exist.",
        RestRequest("DELETE", "/v1/agents"),
        envoy=unresolved("/v1/agents"),
        adapter=Answer(405, {"code": 12, "details": [{"reason": "METHOD_NOT_ALLOWED"}]}, {"allow": "GET, HEAD, POST"}),
    ),
    Difference(
        "HEAD is GET without the body",
        "HTTP requires it. Envoy has only the methods of the annotations.",
        RestRequest("HEAD", "/v1/agents/{agent}"),
        envoy=Answer(404, ""),
        adapter=Answer(200, "", {"content-type": "application/json"}),
    ),
    Difference(
        "a passed deadline has the service's error message",
        "gRPC's own server answers a call that comes too late before the service sees it.",
        get("/v1/agents", **{"Grpc-Timeout": "0n"}),
        envoy=Answer(504, {"code": 4, "message": "Deadline Exceeded"}),
        adapter=Answer(504, {"code": 4, "message": DEADLINE_SENTENCE}),
    ),
    Difference(
        "an invalid Grpc-Timeout is the caller's mistake",
        "Between Envoy and the server it breaks the protocol.",
        get("/v1/agents", **{"Grpc-Timeout": "soon"}),
        envoy=Answer(500, {"code": 13}),
        adapter=invalid("grpc-timeout"),
    ),
    Difference(
        "a request that is too large is 413",
        "HTTP has a status for it. The table of codes has 429 for RESOURCE_EXHAUSTED, which asks for a repeat.",
        RestRequest("POST", "/v1/agents", '{"description": "' + "x" * (17 << 20) + '"}'),
        envoy=Answer(429, {"code": 8, "details": [{"reason": "REQUEST_TOO_LARGE"}]}),
        adapter=Answer(413, {"code": 8, "details": [{"reason": "REQUEST_TOO_LARGE"}]}),
    ),
    Difference(
        "a content type other than JSON is 415",
        "A form, or XML, is a mistake. Envoy reads any body as JSON.",
        RestRequest("POST", "/v1/agents", "{}", {"Content-Type": "text/xml"}),
        envoy=Answer(200),
        adapter=Answer(415, {"code": 3, "details": [{"reason": "UNSUPPORTED_MEDIA_TYPE"}]}),
    ),
    Difference(
        "what only Letta's API has is 501",
        "The error tells Letta's clients what to do instead.",
        RestRequest("POST", "/v1/agents/{agent}/messages", {"messages": []}),
        envoy=unresolved("/v1/agents/{agent}/messages"),
        adapter=unsupported("POST /v1/agents/{agent}/messages"),
    ),
    Difference(
        "a field that would have been stored is 501",
        "A client that sends it expects an effect. Both ignore other unknown fields.",
        RestRequest("POST", "/v1/agents", {"block_ids": ["block-1"]}),
        envoy=Answer(200),
        adapter=unsupported("block_ids"),
    ),
    Difference(
        "a filter that would have narrowed a list is 501",
        "The whole list would look like the filtered one. Both ignore other unknown parameters.",
        get("/v1/agents?identity_id=identity-1"),
        envoy=Answer(200),
        adapter=unsupported("identity_id"),
    ),
]
"""Differences of status."""

PLACES = [
    Difference(
        "the path takes precedence over the body",
        "The body must not change what a link means.",
        RestRequest("POST", RECOMPILE, {"conversation_id": "nonsense", "dry_run": True}),
        envoy=invalid("conversation_id"),
        adapter=Answer(200),
    ),
    Difference(
        "the path takes precedence over the query",
        "A parameter must not change what a link means.",
        get("/v1/agents/{agent}?agent_id=nonsense"),
        envoy=invalid("agent_id"),
        adapter=Answer(200),
    ),
    Difference(
        "the query takes precedence over the body",
        "People add a parameter by hand to a body that exists.",
        RestRequest("POST", f"{COMPACT}?dry_run=true", {"dry_run": False}),
        envoy=Answer(200, {"compaction": {"kind": "COMPACTION_KIND_COMPACTION"}, "plan": ABSENT}),
        adapter=Answer(200, {"compaction": None, "plan": dict}),
    ),
    Difference(
        "update_mask defaults to the body's keys",
        "PATCH changes the keys in its body, as in Letta's API. Envoy sends no mask, and nothing changes.",
        RestRequest("PATCH", "/v1/agents/{agent}", {"name": "New", "compaction_settings": {"clip_chars": 5}}),
        envoy=Answer(200, {"name": "Invoices", "compaction_settings": {"clip_chars": 900}}),
        adapter=Answer(200, {"name": "New", "compaction_settings": {"clip_chars": 5, "mode": "all"}}),
    ),
    Difference(
        "nested fields are no parameters",
        "A query has top-level scalars only, as documented. Envoy accepts whole paths.",
        RestRequest("POST", f"{COMPACT}?dry_run=true&compaction_settings.mode=nonsense"),
        envoy=Answer(400, "compaction_settings.mode: invalid value"),
        adapter=Answer(200, {"plan": dict}),
    ),
    Difference(
        "Idempotency-Key is request_id",
        "Clients of HTTP put it into that header. Envoy does not read it.",
        RestRequest("POST", "/v1/agents", {}, {"Idempotency-Key": "nonsense"}),
        envoy=Answer(200),
        adapter=invalid("request_id"),
    ),
    Difference(
        "request_id may stand in every body, also among the keys of a resource",
        "Clients put it where other RPCs have it. To Envoy it is an unknown key of the agent.",
        RestRequest("POST", "/v1/agents", {"request_id": "nonsense"}),
        envoy=Answer(200),
        adapter=invalid("request_id"),
    ),
    Difference(
        "an encoded colon is a colon",
        "RFC 3986 lets clients encode it, and some do.",
        RestRequest("POST", APPEND.replace(":", "%3A"), {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x"}]}),
        envoy=unresolved(APPEND.replace(":", "%3A")),
        adapter=Answer(200, {"messages": [{"id": str}]}),
    ),
    Difference(
        "a slash at the end makes no difference, also after a verb",
        "One rule for every route. Envoy has it for paths without a verb.",
        RestRequest("POST", f"{APPEND}/", {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x"}]}),
        envoy=unresolved(f"{APPEND}/"),
        adapter=Answer(200, {"messages": [{"id": str}]}),
    ),
    Difference(
        "two slashes at the end are not accepted",
        "They contain an empty name, which nothing has.",
        get("/v1/agents/{agent}//"),
        envoy=Answer(200, {"id": "{agent}"}),
        adapter=Answer(404, {"details": [{"reason": "ROUTE_NOT_FOUND"}]}),
    ),
    Difference(
        "a name in the path is not empty",
        "An empty name is usually a variable that the client did not fill.",
        get("/v1/conversations//messages?agent_id={agent}"),
        envoy=Answer(200, {"messages": list}),
        adapter=Answer(404, {"details": [{"reason": "ROUTE_NOT_FOUND"}]}),
    ),
]
"""Differences of where a value comes from."""

VALUES = [
    Difference(
        "enum values are read in lower case, without their prefix",
        "Letta's API writes them so.",
        get("/v1/agents?order=asc&limit=1"),
        envoy=Answer(400, 'order: invalid value "asc"'),
        adapter=Answer(200, [dict]),
    ),
    Difference(
        "a query has no enum numbers",
        "Programs use numbers, and send bodies.",
        get("/v1/agents?order=1"),
        envoy=Answer(200),
        adapter=invalid("order"),
    ),
    Difference(
        "an enum number of a body is a whole number, not a text",
        "A text is never a number. Envoy accepts both.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"mode": "1"}}),
        envoy=Answer(200, {"compaction_settings": {"mode": "COMPACTION_MODE_ALL"}}),
        adapter=invalid("agent.compaction_settings.mode"),
    ),
    Difference(
        "an empty enum value counts as absent",
        "Clients build queries from variables that may be empty.",
        get("/v1/agents?order="),
        envoy=Answer(400, 'order: invalid value ""'),
        adapter=Answer(200, list),
    ),
    Difference(
        "the error of an unknown enum number lists the names",
        "Envoy passes it on, and the service can only say that it is unknown.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"mode": 77}}),
        envoy=because("77 is no value of CompactionMode: use one of its names."),
        adapter=because("use one of all, sliding_window, self_compact_all, self_compact_sliding_window."),
    ),
    Difference(
        "a parameter may be a whole number with a point",
        "10.0 is 10, in a query as in a body.",
        get("/v1/agents?limit=1.0"),
        envoy=Answer(400, 'limit: invalid value "1.0"'),
        adapter=Answer(200, [dict]),
    ),
    Difference(
        "booleans of a query are true, false, 1 and 0, in any case",
        "Python writes True. Only some libraries accept yes, so it is an error.",
        get("/v1/agents?match_all_tags=yes"),
        envoy=Answer(200),
        adapter=invalid("match_all_tags"),
    ),
    Difference(
        "a text is not a number",
        "A wrong type is an error everywhere. ProtoJSON accepts it.",
        RestRequest("POST", "/v1/agents", {"context_window_limit": "2000"}),
        envoy=Answer(200, {"context_window_limit": 2000}),
        adapter=invalid("agent.context_window_limit"),
    ),
    Difference(
        "a text is not a boolean",
        "A wrong type is an error everywhere. Envoy accepts it.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"prompt_acknowledgement": "true"}}),
        envoy=Answer(200, {"compaction_settings": {"prompt_acknowledgement": True}}),
        adapter=invalid("agent.compaction_settings.prompt_acknowledgement"),
    ),
    Difference(
        "an item is not a list",
        "Envoy takes it as the list's only item.",
        RestRequest("POST", "/v1/agents", {"memory_blocks": {"label": "a"}}),
        envoy=Answer(200, {"memory_blocks": [{"label": "a"}]}),
        adapter=invalid("agent.memory_blocks"),
    ),
    Difference(
        "a list is not an object",
        "Envoy flattens it.",
        RestRequest("POST", "/v1/agents", {"memory_blocks": [[{"label": "a"}]]}),
        envoy=Answer(200, {"memory_blocks": [{"label": "a"}]}),
        adapter=invalid("agent.memory_blocks[0]"),
    ),
    Difference(
        "null is not an item of a list",
        "Envoy leaves it out, and the others move.",
        RestRequest("POST", "/v1/agents", {"memory_blocks": [None, {"label": "a"}]}),
        envoy=Answer(200, {"memory_blocks": [{"label": "a"}]}),
        adapter=invalid("agent.memory_blocks[0]"),
    ),
    Difference(
        "null is not a value of a map",
        "Envoy makes an empty text of it.",
        RestRequest(
            "POST", APPEND, {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x", "metadata": {"a": None}}]}
        ),
        envoy=Answer(200, {"messages": [{"id": str}]}),
        adapter=invalid("messages[0].metadata.a"),
    ),
    Difference(
        "a time is a text",
        "Envoy also accepts protobuf's object for it, and any other object.",
        RestRequest("POST", "/v1/agents", {"created_at": {}}),
        envoy=Answer(200),
        adapter=invalid("agent.created_at"),
    ),
    Difference(
        "the letters of a time may be in lower case",
        "RFC 3339 allows it.",
        RestRequest("POST", "/v1/agents", {"created_at": "2026-03-01t12:00:00z"}),
        envoy=Answer(400, "agent.created_at: invalid value"),
        adapter=Answer(200),
    ),
    Difference(
        "a body holds 300,000 values at most",
        "Each is an object in memory, and empty ones need few bytes. The largest valid request has fewer.",
        RestRequest("POST", "/v1/agents", {"nonsense": [0] * 300_000}),
        envoy=Answer(200),
        adapter=malformed("it holds more than 300000 values."),
    ),
    Difference(
        "entries of a map are named by their keys",
        "The key is as written. To Envoy a map is a list of entries.",
        RestRequest(
            "POST", APPEND, {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x", "metadata": {"a": 1}}]}
        ),
        envoy=Answer(400, "messages[0].metadata[0].value: invalid value 1"),
        adapter=invalid("messages[0].metadata.a"),
    ),
    Difference(
        "clip_chars null is 0",
        "In Letta's API null means no clipping: it is a value there.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"clip_chars": None}}),
        envoy=Answer(200, {"compaction_settings": {"clip_chars": ABSENT}}),
        adapter=Answer(200, {"compaction_settings": {"clip_chars": 0}}),
    ),
    Difference(
        "ModelSettings are read flat",
        "This is Letta's union. To Envoy all of its keys are unknown, so no member is set.",
        RestRequest("POST", "/v1/agents", {"model_settings": {"provider_type": "openai", "temperature": 1}}),
        envoy=invalid("agent.model_settings"),
        adapter=Answer(200, {"model_settings": {"provider_type": "openai", "temperature": 1}}),
    ),
    Difference(
        "api_model_settings are model_settings",
        "Letta's Python client uses this name in its objects, and sends it with them.",
        RestRequest(
            "POST", "/v1/agents", {"compaction_settings": {"api_model_settings": {"openai": {"temperature": 1}}}}
        ),
        envoy=Answer(200, {"compaction_settings": {"model_settings": ABSENT}}),
        adapter=Answer(200, {"compaction_settings": {"model_settings": {"provider_type": "openai"}}}),
    ),
    Difference(
        "a setting beside the provider's settings is an error",
        "It belongs inside, and would be lost in silence.",
        RestRequest("POST", "/v1/agents", {"model_settings": {"openai": {}, "temperature": 1}}),
        envoy=Answer(200, {"model_settings": {"openai": {"temperature": ABSENT}}}),
        adapter=invalid("agent.model_settings.temperature"),
    ),
    Difference(
        "the model names the provider of the settings",
        "Letta's API allows to leave out provider_type.",
        RestRequest("POST", "/v1/agents", {"model": "groq/llama", "model_settings": {"temperature": 1}}),
        envoy=invalid("agent.model_settings"),
        adapter=Answer(200, {"model_settings": {"provider_type": "groq", "temperature": 1}}),
    ),
    Difference(
        "the error of settings without a provider names the missing key",
        "Flat settings need provider_type; ProtoJSON needs a member.",
        RestRequest("POST", "/v1/agents", {"model_settings": {}}),
        envoy=invalid("agent.model_settings"),
        adapter=invalid("agent.model_settings.provider_type"),
    ),
    Difference(
        "ResponseFormat is read flat",
        "This is Letta's union. To Envoy `type` is unknown, so no member is set.",
        RestRequest("POST", "/v1/agents", {"model_settings": {"openai": {"response_format": {"type": "text"}}}}),
        envoy=invalid("agent.model_settings.openai.response_format"),
        adapter=Answer(200, {"model_settings": {"response_format": {"type": "text"}}}),
    ),
    Difference(
        "json_schema alone means a schema",
        "It implies its type. To Envoy it is the member, without its schema.",
        RestRequest(
            "POST", "/v1/agents", {"model_settings": {"openai": {"response_format": {"json_schema": {"a": 1}}}}}
        ),
        envoy=invalid("agent.model_settings.openai.response_format.json_schema.json_schema"),
        adapter=Answer(200, {"model_settings": {"response_format": {"type": "json_schema", "json_schema": {"a": 1}}}}),
    ),
    Difference(
        "OpenAI's messages are read",
        "A line of a stored chat can be appended as it is.",
        RestRequest("POST", APPEND, {"messages": [{"role": "user", "content": "x"}]}),
        envoy=Answer(400, 'messages[0].role: invalid value "user"'),
        adapter=Answer(200, {"messages": [{"id": str}]}),
    ),
    Difference(
        "content stands in one place",
        "OpenAI's messages have no `parts`: content is a text or a list.",
        RestRequest("POST", APPEND, {"messages": [{"role": "MESSAGE_ROLE_USER", "parts": [{"text": "x"}]}]}),
        envoy=Answer(200, {"messages": [{"id": str}]}),
        adapter=invalid("messages[0].parts"),
    ),
    Difference(
        "a key twice in an object is an error",
        "It is unclear which one was meant. Envoy takes the last.",
        RestRequest("POST", "/v1/agents", '{"name": "one", "name": "two"}'),
        envoy=Answer(200, {"name": "two"}),
        adapter=malformed("a key stands twice in one object."),
    ),
    Difference(
        "a field in two spellings is an error",
        "It is unclear which one was meant. Envoy rejects it for fields with presence.",
        RestRequest("POST", "/v1/agents", {"context_window_limit": 2000, "contextWindowLimit": 3000}),
        envoy=Answer(400, "oneof field '_context_window_limit' is already set"),
        adapter=invalid("agent.context_window_limit"),
    ),
    Difference(
        "JSON is strict",
        "Envoy accepts single quotes, bare keys and trailing commas.",
        RestRequest("POST", "/v1/agents", "{'name': 'one',}"),
        envoy=Answer(200, {"name": "one"}),
        adapter=malformed("broken at line 1, column 2."),
    ),
    Difference(
        "blanks count as no body",
        "Both read an empty body as {}.",
        RestRequest("POST", "/v1/agents", " \n"),
        envoy=Answer(400, "Unexpected end of string. Expected a value."),
        adapter=Answer(200),
    ),
    Difference(
        "the error of a path that is not UTF-8 names the field",
        "Envoy passes it on, and the service can only say that the bytes are not such a message.",
        get(f"{BLOCKS}/%FF"),
        envoy=Answer(400, {"details": [{"reason": "MALFORMED_REQUEST"}]}),
        adapter=invalid("block_label"),
    ),
    Difference(
        "the error of a query that is not UTF-8 says so",
        "Envoy passes it on, and the service can only say that the bytes are not such a message.",
        get("/v1/agents?name=%FF"),
        envoy=Answer(400, {"details": [{"reason": "MALFORMED_REQUEST"}]}),
        adapter=invalid("query"),
    ),
]
"""Differences of what a value may be."""

DIFFERENCES = [*ANSWERS, *STATUSES, *PLACES, *VALUES]
