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
        "lists are bare",
        "Letta's lists are arrays; Envoy takes response_body for HttpBody only, so it is left out for it.",
        get(f"{BLOCKS}?limit=1"),
        envoy=Answer(200, {"blocks": [{"label": "a/b: 100 %?"}]}),
        adapter=Answer(200, [{"label": "a/b: 100 %?"}]),
    ),
    Difference(
        "Recompile answers a bare text",
        "Letta's API answers the prompt and nothing else; this too is response_body.",
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
        "Letta's clients know every field; ProtoJSON leaves out what has presence and is unset.",
        get("/v1/conversations/{default}"),
        envoy=Answer(200, {"model_settings": ABSENT, "context_window_limit": ABSENT, "last_message_at": str}),
        adapter=Answer(200, {"model_settings": None, "context_window_limit": None, "last_message_at": str}),
    ),
    Difference(
        "ModelSettings and ResponseFormat are flat",
        "Letta's unions have the member's name beside its fields, ProtoJSON's oneofs above them.",
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
        "an agent has what Letta's clients look for",
        "Their class of an agent requires these keys.",
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
        "Letta's list has a class for either.",
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
        "a ChatMessage is OpenAI's",
        "The context is ready to be sent on as it is.",
        get("/v1/conversations/default/context?agent_id={agent}"),
        envoy=Answer(200, {"messages": [{"role": "MESSAGE_ROLE_SYSTEM", "parts": [], "name": ""}, *[dict] * 8]}),
        adapter=Answer(200, {"messages": [{"role": "system", "parts": ABSENT, "name": ABSENT}, *[dict] * 8]}),
    ),
    Difference(
        "times have six digits below the second",
        "All times have one form; ProtoJSON writes none, three, six or nine, as many as are needed.",
        get(f"{MESSAGES}?limit=2&include_return_message_types=MESSAGE_TYPE_USER_MESSAGE"),
        envoy=Answer(200, {"messages": [{"created_at": "2026-01-02T03:04:05.250Z"}, dict]}),
        adapter=Answer(200, [{"date": "2026-01-02T03:04:05.250000Z"}, dict]),
    ),
    Difference(
        "an error says it in `detail` too, and leaves out what is empty in `details`",
        "Letta's clients read `detail`; Envoy prints empty fields of Google's own types as of any other.",
        get("/v1/agents/nonsense"),
        envoy=Answer(
            400, {"message": str, "detail": ABSENT, "details": [dict, {"field_violations": [{"reason": ""}]}]}
        ),
        adapter=Answer(
            400, {"message": str, "detail": str, "details": [dict, {"field_violations": [{"reason": ABSENT}]}]}
        ),
    ),
    Difference(
        "what cannot be read is an error like any other",
        "Envoy answers it by itself, as a text, and closes the connection.",
        RestRequest("POST", "/v1/agents", {"name": 1}),
        envoy=Answer(400, "agent.name: invalid value 1", {"content-type": "text/plain"}),
        adapter=invalid("agent.name"),
    ),
    Difference(
        "answers carry headers for clients that repeat",
        "Letta's clients would send this three times. The id, which is for the server's log, gRPC's answers have too.",
        get("/v1/agents/nonsense"),
        envoy=Answer(400, headers={"x-should-retry": ABSENT, "x-request-id": str}),
        adapter=Answer(400, headers={"x-should-retry": "false", "x-request-id": str}),
    ),
]
"""Differences of form, in what is answered."""

STATUSES = [
    Difference(
        "an unknown path is an error like any other",
        "A client can read why, in JSON; Envoy answers it by itself, as a text.",
        get("/v1/nonsense"),
        envoy=unresolved("/v1/nonsense"),
        adapter=Answer(404, {"code": 5, "details": [{"reason": "ROUTE_NOT_FOUND"}]}),
    ),
    Difference(
        "the wrong method is 405",
        "HTTP has a status for it; to Envoy it is a path that is none.",
        RestRequest("DELETE", "/v1/agents"),
        envoy=unresolved("/v1/agents"),
        adapter=Answer(405, {"code": 12, "details": [{"reason": "METHOD_NOT_ALLOWED"}]}, {"allow": "GET, HEAD, POST"}),
    ),
    Difference(
        "HEAD is GET without the body",
        "HTTP asks for it; Envoy has only the methods of the annotations.",
        RestRequest("HEAD", "/v1/agents/{agent}"),
        envoy=Answer(404, ""),
        adapter=Answer(200, "", {"content-type": "application/json"}),
    ),
    Difference(
        "a deadline that passed is told in the service's words",
        "gRPC's own server answers a call that comes too late before the service sees it.",
        get("/v1/agents", **{"Grpc-Timeout": "0n"}),
        envoy=Answer(504, {"code": 4, "message": "Deadline Exceeded"}),
        adapter=Answer(504, {"code": 4, "message": DEADLINE_SENTENCE}),
    ),
    Difference(
        "a Grpc-Timeout that is none is the caller's mistake",
        "Between Envoy and the server it is a broken protocol.",
        get("/v1/agents", **{"Grpc-Timeout": "soon"}),
        envoy=Answer(500, {"code": 13}),
        adapter=invalid("grpc-timeout"),
    ),
    Difference(
        "a request that is too large is 413",
        "HTTP has a status for it; by the table of codes RESOURCE_EXHAUSTED is 429, which asks to try again.",
        RestRequest("POST", "/v1/agents", '{"description": "' + "x" * (17 << 20) + '"}'),
        envoy=Answer(429, {"code": 8, "details": [{"reason": "REQUEST_TOO_LARGE"}]}),
        adapter=Answer(413, {"code": 8, "details": [{"reason": "REQUEST_TOO_LARGE"}]}),
    ),
    Difference(
        "another content type than JSON is 415",
        "A form, or XML, is a mistake to be told; Envoy reads any body as JSON.",
        RestRequest("POST", "/v1/agents", "{}", {"Content-Type": "text/xml"}),
        envoy=Answer(200),
        adapter=Answer(415, {"code": 3, "details": [{"reason": "UNSUPPORTED_MEDIA_TYPE"}]}),
    ),
    Difference(
        "what only Letta's API has is 501",
        "Its clients call it, and are told what to do instead.",
        RestRequest("POST", "/v1/agents/{agent}/messages", {"messages": []}),
        envoy=unresolved("/v1/agents/{agent}/messages"),
        adapter=unsupported("POST /v1/agents/{agent}/messages"),
    ),
    Difference(
        "a field that would have been stored is 501",
        "A client that sends it expects an effect; other unknown fields are ignored by both.",
        RestRequest("POST", "/v1/agents", {"block_ids": ["block-1"]}),
        envoy=Answer(200),
        adapter=unsupported("block_ids"),
    ),
    Difference(
        "a filter that would have narrowed a list is 501",
        "The whole list would look like what was asked for; other unknown parameters are ignored by both.",
        get("/v1/agents?identity_id=identity-1"),
        envoy=Answer(200),
        adapter=unsupported("identity_id"),
    ),
]
"""Differences of status."""

PLACES = [
    Difference(
        "the path goes before the body",
        "A link must not mean something else because of what is sent along.",
        RestRequest("POST", RECOMPILE, {"conversation_id": "nonsense", "dry_run": True}),
        envoy=invalid("conversation_id"),
        adapter=Answer(200),
    ),
    Difference(
        "the path goes before the query",
        "A link must not mean something else because of a parameter behind it.",
        get("/v1/agents/{agent}?agent_id=nonsense"),
        envoy=invalid("agent_id"),
        adapter=Answer(200),
    ),
    Difference(
        "the query goes before the body",
        "A parameter is added by hand to a body that was there before.",
        RestRequest("POST", f"{COMPACT}?dry_run=true", {"dry_run": False}),
        envoy=Answer(200, {"compaction": {"kind": "COMPACTION_KIND_COMPACTION"}, "plan": ABSENT}),
        adapter=Answer(200, {"compaction": None, "plan": dict}),
    ),
    Difference(
        "update_mask is made of the body's keys",
        "PATCH changes what it names, as in Letta's API; Envoy sends no mask, and nothing changes.",
        RestRequest("PATCH", "/v1/agents/{agent}", {"name": "New", "compaction_settings": {"clip_chars": 5}}),
        envoy=Answer(200, {"name": "Invoices", "compaction_settings": {"clip_chars": 900}}),
        adapter=Answer(200, {"name": "New", "compaction_settings": {"clip_chars": 5, "mode": "all"}}),
    ),
    Difference(
        "fields of a field are no parameters",
        "Of a query only top-level scalars are read, as documented; Envoy takes whole paths.",
        RestRequest("POST", f"{COMPACT}?dry_run=true&compaction_settings.mode=nonsense"),
        envoy=Answer(400, "compaction_settings.mode: invalid value"),
        adapter=Answer(200, {"plan": dict}),
    ),
    Difference(
        "Idempotency-Key is request_id",
        "The header is where clients of HTTP put it; Envoy does not look at it.",
        RestRequest("POST", "/v1/agents", {}, {"Idempotency-Key": "nonsense"}),
        envoy=Answer(200),
        adapter=invalid("request_id"),
    ),
    Difference(
        "request_id stands in every body, beside the keys of a resource too",
        "Clients put it where other RPCs have it; to Envoy it is an unknown key of the agent.",
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
        "It is one rule for every route; Envoy has it for paths without a verb.",
        RestRequest("POST", f"{APPEND}/", {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x"}]}),
        envoy=unresolved(f"{APPEND}/"),
        adapter=Answer(200, {"messages": [{"id": str}]}),
    ),
    Difference(
        "one slash at the end, not two",
        "Two are an empty name, which nothing has.",
        get("/v1/agents/{agent}//"),
        envoy=Answer(200, {"id": "{agent}"}),
        adapter=Answer(404, {"details": [{"reason": "ROUTE_NOT_FOUND"}]}),
    ),
    Difference(
        "a name in the path is not empty",
        "Two slashes are mostly a variable that the client forgot to fill.",
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
        "Numbers are for programs, which send bodies.",
        get("/v1/agents?order=1"),
        envoy=Answer(200),
        adapter=invalid("order"),
    ),
    Difference(
        "an enum number of a body is a whole number, not a text",
        "A text is no number anywhere; Envoy reads it both ways.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"mode": "1"}}),
        envoy=Answer(200, {"compaction_settings": {"mode": "COMPACTION_MODE_ALL"}}),
        adapter=invalid("agent.compaction_settings.mode"),
    ),
    Difference(
        "an empty enum value is none given",
        "Clients build queries of empty variables.",
        get("/v1/agents?order="),
        envoy=Answer(400, 'order: invalid value ""'),
        adapter=Answer(200, list),
    ),
    Difference(
        "an unknown enum number is told with the names",
        "Envoy hands it on, and the service can only say that it is none.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"mode": 77}}),
        envoy=because("77 is no value of CompactionMode: use one of its names."),
        adapter=because("use one of all, sliding_window, self_compact_all, self_compact_sliding_window."),
    ),
    Difference(
        "a parameter may be a whole number with a point",
        "In a query as in a body, 10.0 is 10.",
        get("/v1/agents?limit=1.0"),
        envoy=Answer(400, 'limit: invalid value "1.0"'),
        adapter=Answer(200, [dict]),
    ),
    Difference(
        "booleans of a query are true, false, 1 and 0, in any case",
        "Python writes True; yes is a word that only some libraries know, a mistake that is better told.",
        get("/v1/agents?match_all_tags=yes"),
        envoy=Answer(200),
        adapter=invalid("match_all_tags"),
    ),
    Difference(
        "a text is no number",
        "A wrong type is told, wherever it stands; ProtoJSON reads it.",
        RestRequest("POST", "/v1/agents", {"context_window_limit": "2000"}),
        envoy=Answer(200, {"context_window_limit": 2000}),
        adapter=invalid("agent.context_window_limit"),
    ),
    Difference(
        "a text is no boolean",
        "A wrong type is told, wherever it stands; Envoy reads it.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"prompt_acknowledgement": "true"}}),
        envoy=Answer(200, {"compaction_settings": {"prompt_acknowledgement": True}}),
        adapter=invalid("agent.compaction_settings.prompt_acknowledgement"),
    ),
    Difference(
        "one item is no list",
        "Envoy takes it for the list's only item.",
        RestRequest("POST", "/v1/agents", {"memory_blocks": {"label": "a"}}),
        envoy=Answer(200, {"memory_blocks": [{"label": "a"}]}),
        adapter=invalid("agent.memory_blocks"),
    ),
    Difference(
        "a list is no object",
        "Envoy flattens it.",
        RestRequest("POST", "/v1/agents", {"memory_blocks": [[{"label": "a"}]]}),
        envoy=Answer(200, {"memory_blocks": [{"label": "a"}]}),
        adapter=invalid("agent.memory_blocks[0]"),
    ),
    Difference(
        "null is no item of a list",
        "Envoy leaves it out, and the others move.",
        RestRequest("POST", "/v1/agents", {"memory_blocks": [None, {"label": "a"}]}),
        envoy=Answer(200, {"memory_blocks": [{"label": "a"}]}),
        adapter=invalid("agent.memory_blocks[0]"),
    ),
    Difference(
        "null is no value of a map",
        "Envoy makes an empty text of it.",
        RestRequest(
            "POST", APPEND, {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x", "metadata": {"a": None}}]}
        ),
        envoy=Answer(200, {"messages": [{"id": str}]}),
        adapter=invalid("messages[0].metadata.a"),
    ),
    Difference(
        "a time is a text",
        "Envoy also takes the object that protobuf has for it, and whatever else is an object.",
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
        "Each is an object for as long as it is read, and empty ones come cheap; the contract's largest need fewer.",
        RestRequest("POST", "/v1/agents", {"nonsense": [0] * 300_000}),
        envoy=Answer(200),
        adapter=malformed("it holds more than 300000 values."),
    ),
    Difference(
        "entries of a map are named by their keys",
        "As they are written; to Envoy a map is a list of entries.",
        RestRequest(
            "POST", APPEND, {"messages": [{"role": "MESSAGE_ROLE_USER", "content": "x", "metadata": {"a": 1}}]}
        ),
        envoy=Answer(400, "messages[0].metadata[0].value: invalid value 1"),
        adapter=invalid("messages[0].metadata.a"),
    ),
    Difference(
        "clip_chars null is 0",
        "In Letta's API null means no clipping there, which is a value and not the absence of one.",
        RestRequest("POST", "/v1/agents", {"compaction_settings": {"clip_chars": None}}),
        envoy=Answer(200, {"compaction_settings": {"clip_chars": ABSENT}}),
        adapter=Answer(200, {"compaction_settings": {"clip_chars": 0}}),
    ),
    Difference(
        "ModelSettings are read flat",
        "Letta's union; to Envoy all its keys are unknown, so that no member is set.",
        RestRequest("POST", "/v1/agents", {"model_settings": {"provider_type": "openai", "temperature": 1}}),
        envoy=invalid("agent.model_settings"),
        adapter=Answer(200, {"model_settings": {"provider_type": "openai", "temperature": 1}}),
    ),
    Difference(
        "api_model_settings are model_settings",
        "Letta's Python client calls them so in its objects, and sends it when they are sent back.",
        RestRequest(
            "POST", "/v1/agents", {"compaction_settings": {"api_model_settings": {"openai": {"temperature": 1}}}}
        ),
        envoy=Answer(200, {"compaction_settings": {"model_settings": ABSENT}}),
        adapter=Answer(200, {"compaction_settings": {"model_settings": {"provider_type": "openai"}}}),
    ),
    Difference(
        "what stands beside a provider's settings and belongs into them is told",
        "It would be lost without a word.",
        RestRequest("POST", "/v1/agents", {"model_settings": {"openai": {}, "temperature": 1}}),
        envoy=Answer(200, {"model_settings": {"openai": {"temperature": ABSENT}}}),
        adapter=invalid("agent.model_settings.temperature"),
    ),
    Difference(
        "the model says whose settings they are",
        "In Letta's API provider_type may be left out.",
        RestRequest("POST", "/v1/agents", {"model": "groq/llama", "model_settings": {"temperature": 1}}),
        envoy=invalid("agent.model_settings"),
        adapter=Answer(200, {"model_settings": {"provider_type": "groq", "temperature": 1}}),
    ),
    Difference(
        "settings of nobody name the key that is missing",
        "Who writes them flat has to give provider_type; who writes ProtoJSON, a member.",
        RestRequest("POST", "/v1/agents", {"model_settings": {}}),
        envoy=invalid("agent.model_settings"),
        adapter=invalid("agent.model_settings.provider_type"),
    ),
    Difference(
        "ResponseFormat is read flat",
        "Letta's union; to Envoy `type` is unknown, so that no member is set.",
        RestRequest("POST", "/v1/agents", {"model_settings": {"openai": {"response_format": {"type": "text"}}}}),
        envoy=invalid("agent.model_settings.openai.response_format"),
        adapter=Answer(200, {"model_settings": {"response_format": {"type": "text"}}}),
    ),
    Difference(
        "json_schema alone is a schema",
        "It implies its type; to Envoy it is the member, in which the schema is missing.",
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
        "content has one place",
        "OpenAI's messages have no `parts`: content is a text or a list.",
        RestRequest("POST", APPEND, {"messages": [{"role": "MESSAGE_ROLE_USER", "parts": [{"text": "x"}]}]}),
        envoy=Answer(200, {"messages": [{"id": str}]}),
        adapter=invalid("messages[0].parts"),
    ),
    Difference(
        "a key stands once in an object",
        "Which of the two was meant, nobody knows; Envoy takes the last.",
        RestRequest("POST", "/v1/agents", '{"name": "one", "name": "two"}'),
        envoy=Answer(200, {"name": "two"}),
        adapter=malformed("a key stands twice in one object."),
    ),
    Difference(
        "a field is given in one spelling",
        "Which of the two was meant, nobody knows; Envoy says so where the field has presence.",
        RestRequest("POST", "/v1/agents", {"context_window_limit": 2000, "contextWindowLimit": 3000}),
        envoy=Answer(400, "oneof field '_context_window_limit' is already set"),
        adapter=invalid("agent.context_window_limit"),
    ),
    Difference(
        "JSON is JSON",
        "Envoy reads single quotes, bare keys and commas at the end too.",
        RestRequest("POST", "/v1/agents", "{'name': 'one',}"),
        envoy=Answer(200, {"name": "one"}),
        adapter=malformed("broken at line 1, column 2."),
    ),
    Difference(
        "blanks are no body",
        "Both read nothing at all as {}; blanks are as little.",
        RestRequest("POST", "/v1/agents", " \n"),
        envoy=Answer(400, "Unexpected end of string. Expected a value."),
        adapter=Answer(200),
    ),
    Difference(
        "a path that is no UTF-8 names its field",
        "Envoy hands it on, and the service can only say that the bytes are no such message.",
        get(f"{BLOCKS}/%FF"),
        envoy=Answer(400, {"details": [{"reason": "MALFORMED_REQUEST"}]}),
        adapter=invalid("block_label"),
    ),
    Difference(
        "a query that is no UTF-8 says so",
        "Envoy hands it on, and the service can only say that the bytes are no such message.",
        get("/v1/agents?name=%FF"),
        envoy=Answer(400, {"details": [{"reason": "MALFORMED_REQUEST"}]}),
        adapter=invalid("query"),
    ),
]
"""Differences of what a value may be."""

DIFFERENCES = [*ANSWERS, *STATUSES, *PLACES, *VALUES]
