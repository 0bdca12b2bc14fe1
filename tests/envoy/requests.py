"""Requests that both transcoders have to answer alike. Where one cannot be asked the same thing, it stands in
`differences.py` instead."""

from typing import Any

from tests.envoy.rest_request import RestRequest

UNKNOWN_AGENT = "agent-00000000-0000-4000-8000-000000000000"
UNKNOWN_CONVERSATION = "conv-00000000-0000-4000-8000-000000000000"
UNKNOWN_COMPACTION = "compaction-00000000-0000-4000-8000-000000000000"
UNKNOWN_JOB = "job-00000000-0000-4000-8000-000000000000"
UNKNOWN_POLICY = "policy-00000000-0000-4000-8000-000000000000"
UNKNOWN_SWEEP = "sweep-00000000-0000-4000-8000-000000000000"
UNSAID = "message-00000000-0000-4000-8000-000000000000"

BLOCKS = "/v1/agents/{agent}/core-memory/blocks"
MESSAGES = "/v1/conversations/{conversation}/messages"
APPEND = "/v1/conversations/{conversation}/messages:append"
COMPACT = "/v1/conversations/{conversation}/compact"
RECOMPILE = "/v1/conversations/{conversation}/recompile"
COMPACTION = "/v1/conversations/{conversation}/compactions/{compaction}"

NOT_HERE = ("REASONING", "HIDDEN_REASONING", "APPROVAL_REQUEST", "APPROVAL_RESPONSE", "EVENT")
"""Types of messages that only Letta's API has."""


def get(path: str) -> RestRequest:
    return RestRequest("GET", path)


def post(path: str, body: Any = None) -> RestRequest:
    return RestRequest("POST", path, body)


def patch(path: str, body: Any = None) -> RestRequest:
    return RestRequest("PATCH", path, body)


def delete(path: str) -> RestRequest:
    return RestRequest("DELETE", path)


def said(role: str, content: str, **more: Any) -> dict[str, Any]:
    return {"role": f"MESSAGE_ROLE_{role}", "content": content, **more}


READS = [
    get("/v1/agents/{agent}"),
    get("/v1/agents/{agent}/"),
    get("/v1/agents"),
    get("/v1/agents/"),
    *[get(f"/v1/agents?limit={text}") for text in ("1", "01", "%2B1")],
    get("/v1/agents?limit=1&order=SORT_ORDER_ASC"),
    get("/v1/agents?order_by=AGENT_ORDER_BY_UPDATED_AT"),
    get("/v1/agents?orderBy=AGENT_ORDER_BY_UPDATED_AT&queryText=inv"),
    get("/v1/agents?after={agent}"),
    get("/v1/agents?before={agent}&order=SORT_ORDER_ASC"),
    get("/v1/agents?name=Invoices"),
    get("/v1/agents?name=invoices"),
    get("/v1/agents?name="),
    get("/v1/agents?query_text=VOICE"),
    get("/v1/agents?query_text=n%20o+t"),
    get("/v1/agents?query_text=%E8%AC%9D"),
    get("/v1/agents?query_text=a%26name%3Db"),
    get("/v1/agents?query_text=a%zz%"),
    get("/v1/agents?query_text=%00"),
    get("/v1/agents?tags=paid&tags=nothing"),
    get("/v1/agents?tags=paid&tags=nothing&match_all_tags=true"),
    get("/v1/agents?tags=paid&tags=open&match_all_tags=1"),
    get("/v1/agents?tags=paid&tags=nothing&match_all_tags=false"),
    get("/v1/agents?tags=paid&tags=nothing&match_all_tags=0"),
    *[get(f"/v1/agents?tags=paid&tags=nothing&match_all_tags={text}") for text in ("True", "TRUE", "False")],
    get("/v1/agents?matchAllTags=true&tags=paid"),
    get("/v1/agents?nonsense=1&also[]=2&&=&x"),
    get(BLOCKS),
    get(f"{BLOCKS}?order=SORT_ORDER_ASC&limit=1"),
    get(f"{BLOCKS}?after={{block}}&order=SORT_ORDER_ASC"),
    get(f"{BLOCKS}/plan"),
    get(f"{BLOCKS}/%70lan"),
    get(f"{BLOCKS}/a%2Fb%3A%20100%20%25%3F"),
    get(f"{BLOCKS}/a%2fb:%20100%20%25%3F"),
    get("/v1/conversations"),
    get("/v1/conversations?agent_id={agent}"),
    get("/v1/conversations?agent_id={agent}&order_by=CONVERSATION_ORDER_BY_LAST_RUN_COMPLETION"),
    get("/v1/conversations?agent_id={agent}&summary_search=week+12"),
    get("/v1/conversations?agent_id={agent}&summary_search=week%2B12"),
    get("/v1/conversations/{conversation}"),
    get("/v1/conversations/{default}"),
    get(MESSAGES),
    get(f"{MESSAGES}?limit=3"),
    get(f"{MESSAGES}?order=SORT_ORDER_ASC&limit=4&after={{message}}"),
    get(f"{MESSAGES}?order=SORT_ORDER_ASC&limit=1000&before={{message}}"),
    get(f"{MESSAGES}?include_return_message_types=MESSAGE_TYPE_USER_MESSAGE"),
    get(
        f"{MESSAGES}?include_return_message_types=MESSAGE_TYPE_SYSTEM_MESSAGE&include_return_message_types=MESSAGE_TYPE_SUMMARY_MESSAGE"
    ),
    get(f"{MESSAGES}?includeReturnMessageTypes=MESSAGE_TYPE_TOOL_RETURN_MESSAGE"),
    *[get(f"{MESSAGES}?include_return_message_types=MESSAGE_TYPE_{kind}_MESSAGE") for kind in NOT_HERE],
    get(
        f"{MESSAGES}?include_return_message_types=MESSAGE_TYPE_EVENT_MESSAGE&include_return_message_types=MESSAGE_TYPE_USER_MESSAGE"
    ),
    get("/v1/conversations/default/messages?agent_id={agent}"),
    get("/v1/conversations/{agent}/messages"),
    get("/v1/agents/{agent}/messages"),
    get("/v1/agents/{agent}/messages?conversation_id={conversation}"),
    get("/v1/agents/{agent}/messages?conversation_id=default&limit=2"),
    get("/v1/conversations/{conversation}/ledger"),
    get("/v1/conversations/{conversation}/ledger?limit=2&order=SORT_ORDER_ASC&text=INV"),
    get(
        "/v1/conversations/{conversation}/ledger?kinds=IDENTIFIER_KIND_AMOUNT&kinds=IDENTIFIER_KIND_DATE&evicted_only=true"
    ),
    get("/v1/agents/{agent}/ledger"),
    get("/v1/conversations/{conversation}/messages:search?query=invoice"),
    get("/v1/conversations/{conversation}/messages:search?query=%E8%AC%9D+INV-0001&evicted_only=true&limit=2"),
    get("/v1/agents/{agent}/messages:search?query=paid&order=SORT_ORDER_ASC"),
    get("/v1/conversations/{conversation}/messages:search?query=nothing-like-it"),
    get("/v1/conversations/{conversation}/context"),
    get("/v1/conversations/{conversation}/context?format=CONTEXT_FORMAT_NATIVE"),
    get("/v1/conversations/{conversation}/context?format=CONTEXT_FORMAT_UNSPECIFIED"),
    get("/v1/conversations/default/context?agent_id={agent}"),
    get("/v1/conversations/default/context?agentId={agent}"),
    get(COMPACTION),
    get(f"{COMPACTION}?view=COMPACTION_VIEW_FULL"),
    get("/v1/conversations/{conversation}/compactions"),
    get("/v1/conversations/{conversation}/compactions?limit=1&order=SORT_ORDER_ASC"),
    get("/v1/conversations/{conversation}/compactions?after={compaction}"),
    get("/v1/jobs/{job}"),
    get("/v1/jobs?conversation_id={conversation}"),
    get("/v1/jobs?conversation_id={conversation}&states=JOB_STATE_QUEUED&states=JOB_STATE_RUNNING&limit=3"),
    get("/v1/jobs?conversation_id={conversation}&states=JOB_STATE_FAILED"),
    get("/v1/policies/{policy}"),
    get("/v1/policies/{policy}:preview?limit=3"),
    get("/v1/policies?limit=1&after={policy}"),
    get("/v1/sweeps?limit=1&after={sweep}"),
    post(f"{COMPACT}?dry_run=true"),
    post(f"{COMPACT}?dryRun=1", "{}"),
    post(f"{COMPACT}?agent_id={{agent}}", {"dry_run": True}),
    post(COMPACT, {"dry_run": True, "compaction_settings": {"mode": "COMPACTION_MODE_SLIDING_WINDOW"}}),
    post(COMPACT, {"dryRun": True, "compactionSettings": {"slidingWindowPercentage": 0.5, "model": None}}),
    post("/v1/agents/{agent}/summarize", {"dry_run": True, "compaction_settings": {"model": "local/extractive"}}),
    post("/v1/agents/{agent}/summarize?dry_run=true", {"compaction_settings": {"model": "local/extractive"}}),
]
"""Requests that change nothing: both are sent to the same data, and ids and times are compared too."""

BROKEN: list[Any] = [
    '{"name":',
    '{"name": "x"} {}',
    '{"name": "x',
    "nonsense",
    "[]",
    '"text"',
    "1",
    "true",
    '{"name": "\\ud800"}',
    '{"name": "\\u00"}',
    "[" * 1000,
    '{"metadata":' * 1000,
]
"""Bodies that are no JSON, or no object."""

MISTYPED: list[Any] = [
    {"name": 1},
    {"name": True},
    {"name": ["x"]},
    {"name": {"x": 1}},
    {"context_window_limit": 2000.5},
    {"context_window_limit": 2**31},
    {"context_window_limit": True},
    {"context_window_limit": "x"},
    {"context_window_limit": [2000]},
    {"memory_blocks": [{"label": "a"}, {"label": 3}]},
    {"memory_blocks": "x"},
    {"tags": [1]},
    {"tags": {"a": "b"}},
    {"metadata": []},
    {"metadata": "x"},
    {"tool_schemas": ["x"]},
    {"created_at": "yesterday"},
    {"compaction_settings": "x"},
    {"compaction_settings": []},
    {"compaction_settings": {"mode": "nonsense"}},
    {"compaction_settings": {"mode": "SORT_ORDER_ASC"}},
    {"compaction_settings": {"mode": ["COMPACTION_MODE_ALL"]}},
    {"compaction_settings": {"prompt_acknowledgement": 1}},
    {"compaction_settings": {"sliding_window_percentage": "half"}},
    {"model_settings": {"openai": 1}},
    {"model_settings": {"openai": {}, "anthropic": {}}},
    {"model_settings": {"openai": {"max_output_tokens": "many"}}},
    {"model_settings": {"openai": {"reasoning": {"reasoning_effort": "nonsense"}}}},
    {"model_settings": {"openai": {"response_format": {"text": {}, "json_object": {}}}}},
]
"""Agents with a value that the field cannot have."""

INVALID: list[Any] = [
    {"name": "x" * 257},
    {"context_window_limit": 0},
    {"model": "gpt"},
    {"memory_blocks": [{"value": "x"}]},
    {"memory_blocks": [{"label": "a"}, {"label": "a"}]},
    {"memory_blocks": [{"label": "a", "value": "xyz", "limit": 2}]},
    {"tool_schemas": [{}]},
    {"compaction_settings": {"clip_chars": -1}},
    {"compaction_settings": {"model": ""}},
    {"compaction_settings": {"prompt": ""}},
    {"compaction_settings": {"sliding_window_percentage": 0}},
    {"compaction_settings": {"sliding_window_percentage": 1.5}},
    {"model": "openai/gpt-5-mini", "model_settings": {"anthropic": {}}},
    {"model_settings": {"openai": {"temperature": -1}}},
]
"""Agents that the service rejects."""

REJECTED = [
    # Ids: malformed, of another kind, unknown, one needed and not given.
    get("/v1/agents/nonsense"),
    get("/v1/agents/{conversation}"),
    get("/v1/agents/{agent}%20"),
    get("/v1/agents/AGENT-00000000-0000-4000-8000-000000000000"),
    get("/v1/agents/%F0%9F%98%80"),
    get(f"/v1/agents/{UNKNOWN_AGENT}"),
    patch(f"/v1/agents/{UNKNOWN_AGENT}", {}),
    delete(f"/v1/agents/{UNKNOWN_AGENT}"),
    get(f"/v1/agents/{UNKNOWN_AGENT}/core-memory/blocks"),
    get(f"{BLOCKS}/nonsense"),
    get(f"{BLOCKS}/%E8%AC%9D%25zz"),
    patch(f"{BLOCKS}/nonsense"),
    get(f"/v1/conversations/{UNKNOWN_CONVERSATION}"),
    get(f"/v1/conversations/{UNKNOWN_CONVERSATION}/messages"),
    get("/v1/conversations/{agent}"),
    get("/v1/conversations/default"),
    get("/v1/conversations/default/context"),
    get("/v1/conversations/default/messages?agent_id=nonsense"),
    get(f"/v1/conversations/default/messages?agent_id={UNKNOWN_AGENT}"),
    get("/v1/conversations/{conversation}%2F/messages"),
    get("/v1/conversations/{conversation}%2Fmessages"),
    get("/v1/conversations/{conversation}%3Amessages"),
    get(f"/v1/conversations/{{conversation}}/compactions/{UNKNOWN_COMPACTION}"),
    get("/v1/conversations/{conversation}/compactions/nonsense"),
    get("/v1/conversations/{default}/compactions/{compaction}"),
    delete("/v1/conversations/{default}"),
    delete(f"/v1/conversations/{UNKNOWN_CONVERSATION}"),
    post(f"/v1/conversations/{{conversation}}/compactions/{UNKNOWN_COMPACTION}/restore", {}),
    post(f"/v1/agents/{UNKNOWN_AGENT}/summarize"),
    post(f"/v1/agents/{UNKNOWN_AGENT}/recompile"),
    post("/v1/conversations"),
    post(f"/v1/conversations?agent_id={UNKNOWN_AGENT}"),
    *[
        patch(f"/v1/agents/{{agent}}?update_mask={mask}", {"name": "New"})
        for mask in ("nonsense", "name,nonsense", "id", "name.x", "memory_blocks.value", "compaction_settings.nonsense")
    ],
    patch(f"{BLOCKS}/plan?update_mask=id"),
    patch("/v1/conversations/{conversation}?update_mask=agent_id", {"agent_id": UNKNOWN_AGENT}),
    # Queries: limits, cursors, values that are none of the field's type.
    get("/v1/agents?limit=0"),
    get("/v1/agents?limit=1001"),
    get("/v1/agents?limit=-1"),
    *[get(f"/v1/agents?limit={text}") for text in ("x", "1e2", "0x1", "%201", "%2B", "1,2", "[]", "null")],
    get("/v1/agents?limit="),
    get("/v1/agents?limit=1.5"),
    get("/v1/agents?limit=99999999999"),
    get("/v1/agents?limit=1&limit=2"),
    get(f"/v1/agents?after={UNKNOWN_AGENT}"),
    get("/v1/agents?after={agent}&before={agent}"),
    get("/v1/agents?order=sideways"),
    get("/v1/agents?order=sort_order_asc"),
    get("/v1/agents?order_by=SORT_ORDER_ASC"),
    get("/v1/agents?match_all_tags=perhaps"),
    get(f"{MESSAGES}?after={UNSAID}"),
    get(f"{MESSAGES}?include_return_message_types=nonsense"),
    get("/v1/conversations?agent_id=nonsense"),
    post(f"{COMPACT}?dry_run=perhaps"),
    post(f"{COMPACT}?request_id=nonsense"),
    post("/v1/agents?request_id=nonsense", {}),
    *[post("/v1/agents", body) for body in (*BROKEN, *MISTYPED, *INVALID)],
    post(APPEND),
    post(APPEND, {"messages": []}),
    post(APPEND, {"messages": [{"content": "x"}]}),
    post(APPEND, {"messages": [said("SUMMARY", "x")]}),
    post(APPEND, {"messages": [said("USER", "x")], "observed_context_tokens": -1}),
    post(APPEND, {"messages": [said("TOOL", "x", tool_call_id="nonsense")]}),
    post(APPEND, {"messages": [said("USER", "x")], "expected_last_position": 1}),
    post(APPEND, {"messages": [said("USER", "x")], "request_id": "nonsense"}),
    post(APPEND, {"messages": [said("USER", "x", created_at="yesterday")]}),
    post(APPEND, {"messages": [said("USER", "x"), {"role": "MESSAGE_ROLE_USER", "content": 1}]}),
    *[
        post(APPEND, {"messages": [said("ASSISTANT", "", tool_calls=[{"id": "a", "opaque": {"data": data}}])]})
        for data in ("A", "A?==", "A-!A", "AA=A", "Ü", 1)
    ],
    post(APPEND, {"messages": ["x"]}),
    post(APPEND, {"messages": "x"}),
    post(APPEND, {"messages": [said("ASSISTANT", "x", tool_calls=[{"id": "a", "function": {"arguments": 1}}])]}),
    post(COMPACT, {"expected_version": "nonsense"}),
    post(f"{COMPACT}:submit", {"priority": "nonsense"}),
    get(f"/v1/policies/{UNKNOWN_POLICY}"),
    get(f"/v1/sweeps/{UNKNOWN_SWEEP}"),
    get("/v1/sweeps/nonsense"),
    get(f"/v1/sweeps?before={UNKNOWN_SWEEP}"),
    post(f"/v1/sweeps/{UNKNOWN_SWEEP}:pause"),
    post("/v1/sweeps", {"budget": {"usd": 0}}),
    post("/v1/sweeps", {"selector": {"agent_ids": [UNKNOWN_AGENT]}}),
    get("/v1/policies/nonsense"),
    get(f"/v1/policies?before={UNKNOWN_POLICY}"),
    post("/v1/policies", {}),
    post("/v1/policies", {"trigger": {"context_share": 1.5}}),
    post("/v1/policies:preview", {"trigger": {"context_share": 1.5}}),
    post("/v1/policies", {"trigger": {"idle_for": "2s"}}),
    post("/v1/policies", {"trigger": {"cron": {"expression": "0 0 30 2 *"}}}),
    post("/v1/policies", {"trigger": {"context_tokens": 5}, "selector": {"agent_ids": [UNKNOWN_AGENT]}}),
    get(f"/v1/jobs/{UNKNOWN_JOB}"),
    get("/v1/jobs/nonsense"),
    get("/v1/jobs?states=nonsense"),
    get(f"/v1/jobs?after={UNKNOWN_JOB}"),
    post(f"/v1/jobs/{UNKNOWN_JOB}:cancel"),
    get(f"/v1/jobs/{UNKNOWN_JOB}:watch"),
    get("/v1/jobs/nonsense:watch"),
    get("/v1/jobs:watch?compact_request_id=nonsense"),
    get(f"/v1/jobs:watch?job_id={UNKNOWN_JOB}&after_ordinal=-1"),
    post(COMPACT, {"compaction_settings": {"model": "nonsense/x"}}),
    post(COMPACT, {"compaction_settings": {"model": "local/extractive", "model_settings": {"openai": {}}}}),
    post(COMPACT, {"dry_run": "perhaps"}),
    post(RECOMPILE, {"compaction_settings": {"clip_chars": -1}}),
    post(RECOMPILE, {"expected_version": "nonsense", "dry_run": True}),
    # Paths and methods that are none.
    get("/"),
    get("/v1"),
    get("/v1/nonsense"),
    get("/v1/agents/{agent}/nonsense"),
    get("/V1/agents"),
    post("/v1/conversations/{conversation}/messages:nonsense", {}),
    get("/v1/agents/{agent}/%2F/core-memory/blocks"),
]
"""Requests that are rejected by both, with the same status, and with the same body where the service rejects them."""

WRITES = [
    post("/v1/agents"),
    post("/v1/agents/", "{}"),
    post("/v1/agents", "null"),
    post("/v1/agents?request_id=00000000-0000-4000-8000-000000000000", {"name": "x"}),
    post("/v1/agents", {"name": "Ünï ☃ \u0000 \U0001f600", "description": 'a\nb\t"c" </script>'}),
    post("/v1/agents", '{"name": "\\ud83d\\ude00\\u0041\\/"}'),
    post("/v1/agents", {"nonsense": 1, "compaction_settings": {"nonsense": {}}, "memory_blocks": []}),
    post("/v1/agents", {"id": "agent-1", "created_at": "2026-01-01T00:00:00+01:00", "default_conversation_id": "x"}),
    post("/v1/agents", {"context_window_limit": 2000.0, "model": "openai/gpt-5-mini"}),
    post("/v1/agents", '{"context_window_limit": 3e3}'),
    post("/v1/agents", {"contextWindowLimit": 2000, "memoryBlocks": [{"label": "a", "readOnly": True}]}),
    post("/v1/agents", {"name": None, "tags": None, "metadata": None, "model_settings": None, "memory_blocks": None}),
    post("/v1/agents", {"tags": ["b", "a", "b"], "system": "{CORE_MEMORY} and more"}),
    post("/v1/agents", {"metadata": {"a": [1, 1.5, -0.25, 1e300, None, True, {"b": {}}, []], "": "x"}}),
    post("/v1/agents", {"tool_schemas": [{"type": "function", "function": {"name": "f", "parameters": {"n": 1}}}]}),
    post(
        "/v1/agents",
        {
            "compaction_settings": {
                "clip_chars": 0,
                "mode": "COMPACTION_MODE_SELF_COMPACT_ALL",
                "model": "anthropic/claude-haiku-4-5",
                "model_settings": {"anthropic": {"max_output_tokens": 5000, "thinking": {"budget_tokens": 1024}}},
                "prompt": "Sum it up.",
                "prompt_acknowledgement": False,
                "sliding_window_percentage": 1,
            }
        },
    ),
    post("/v1/agents", {"compaction_settings": {"mode": 2, "sliding_window_percentage": 1e-3}}),
    post("/v1/agents", {"compactionSettings": {"mode": "COMPACTION_MODE_ALL", "promptAcknowledgement": True}}),
    post(
        "/v1/agents",
        {
            "model": "openai/gpt-5-mini",
            "model_settings": {
                "openai": {
                    "temperature": 0,
                    "strict": True,
                    "reasoning": {"reasoning_effort": "REASONING_EFFORT_HIGH"},
                    "response_format": {"json_schema": {"json_schema": {"type": "object", "maxItems": 3}}},
                }
            },
        },
    ),
    post(
        "/v1/agents",
        {"modelSettings": {"googleAi": {"thinkingConfig": {"thinkingBudget": -1}, "responseSchema": {"text": {}}}}},
    ),
    post("/v1/agents", {"model_settings": {"baseten": {}}, "model": "baseten/x"}),
    patch("/v1/agents/{agent}"),
    patch("/v1/agents/{agent}", {}),
    patch("/v1/agents/{agent}", {"nonsense": 1, "name": None}),
    patch("/v1/conversations/{conversation}", {}),
    patch(f"{BLOCKS}/plan", {}),
    # With a mask, which clears what it names and the body does not give.
    patch("/v1/agents/{agent}?update_mask=name", {"name": "New", "description": "New"}),
    patch("/v1/agents/{agent}?updateMask=name,contextWindowLimit", {"name": "New", "contextWindowLimit": 5000}),
    patch("/v1/agents/{agent}?update_mask=context_window_limit", {}),
    patch("/v1/agents/{agent}?update_mask=model_settings,tags", {"model_settings": None}),
    patch("/v1/agents/{agent}?update_mask=compaction_settings.clip_chars"),
    patch("/v1/agents/{agent}?update_mask=compaction_settings.clip_chars", {"compaction_settings": None}),
    patch("/v1/agents/{agent}?update_mask=compaction_settings", {}),
    patch("/v1/agents/{agent}?update_mask=memory_blocks", {"name": "New"}),
    patch("/v1/agents/{agent}?update_mask=", {"name": "New"}),
    patch("/v1/conversations/{conversation}?update_mask=context_window_limit,summary"),
    patch(f"{BLOCKS}/plan?update_mask=description,limit", {"value": "Not this."}),
    delete("/v1/agents/{agent}"),
    delete("/v1/conversations/{conversation}"),
    delete("/v1/conversations/{conversation}/"),
    post("/v1/conversations?agent_id={agent}"),
    post("/v1/conversations?agentId={agent}", {"summary": "New", "description": "d", "model": "openai/gpt-5-mini"}),
    post("/v1/conversations?agent_id={agent}", {"agent_id": UNKNOWN_AGENT, "contextWindowLimit": 5000}),
    post("/v1/conversations/?agent_id={agent}&summary=x", {"compaction_settings": {"clip_chars": 7}}),
    post(APPEND, {"messages": [said("USER", "One."), said("ASSISTANT", "Two.")]}),
    post(APPEND, {"messages": [said("USER", "", name="bob", metadata={"a": "b"}, createdAt="2026-01-02T03:04:05.5Z")]}),
    post(APPEND, {"messages": [{"role": 2, "content": "x"}], "expectedLastPosition": 19}),
    post(f"{APPEND}?expected_last_position=19", {"messages": [said("USER", "x")]}),
    post(APPEND, {"messages": [said("USER", "x"), said("SYSTEM", "x")]}),
    post(APPEND, {"messages": [said("USER", "x")], "observed_context_tokens": 0}),
    post("/v1/conversations/default/messages:append?agent_id={agent}", {"messages": [said("USER", "x")]}),
    post("/v1/conversations/{agent}/messages:append", {"messages": [said("USER", "x")]}),
    post(
        APPEND,
        {
            "messages": [
                said("ASSISTANT", "", tool_calls=[{"id": "a", "function": {"name": "f", "arguments": "{}"}}]),
                said("TOOL", "done", toolCallId="a", isError=True),
                {
                    "role": "MESSAGE_ROLE_ASSISTANT",
                    "toolCalls": [
                        {
                            "id": "b",
                            "type": "function",
                            "function": {"name": "g"},
                            "opaque": {"provider": "openai", "model": "m", "type": "t", "data": "AP-_"},
                        }
                    ],
                },
            ]
        },
    ),
    post(COMPACT),
    post(COMPACT, {"compaction_settings": {"mode": "COMPACTION_MODE_ALL", "clip_chars": 120}}),
    post(f"{COMPACT}?request_id={{request}}", {"allow_degraded": True}),
    post("/v1/conversations/default/compact?agent_id={agent}", {"compaction_settings": {"model": "local/extractive"}}),
    post("/v1/agents/{agent}/summarize", {"compaction_settings": {"model": "local/extractive", "prompt": None}}),
    post(f"{COMPACT}:submit?request_id={{request}}"),
    post(f"{COMPACT}:submit", {"requestId": "{request}", "priority": "JOB_PRIORITY_LOW", "allow_degraded": True}),
    post("/v1/jobs/{job}:cancel"),
    post("/v1/jobs/{job}:cancel", {}),
    post("/v1/policies?request_id={request}", {"name": "Night", "trigger": {"context_share": 0.5}, "enabled": False}),
    post(
        "/v1/policies",
        {"trigger": {"idleFor": "240s"}, "selector": {"agentIds": ["{agent}"], "minContextTokens": 1_000_000}},
    ),
    post("/v1/policies:preview?limit=3", {"trigger": {"contextTokens": 1}, "selector": {"agentIds": ["{agent}"]}}),
    patch("/v1/policies/{policy}?update_mask=priority,dailyBudget", {"dailyBudget": {"usd": 2.5}}),
    delete("/v1/policies/{policy}"),
    # Nobody looks at that agent's jobs: what it queues, a second later, is no part of the answer.
    post("/v1/sweeps?request_id={request}", {"name": "Night", "selector": {"agentIds": ["{swept}"]}}),
    post("/v1/sweeps/{sweep}:pause"),
    post("/v1/sweeps/{sweep}:resume", {}),
    post("/v1/sweeps/{sweep}:cancel", {}),
    post(f"{COMPACTION}/restore"),
    post(f"{COMPACTION}/restore", {"expected_version": ""}),
    # A dry run changes nothing, but the prompt that it answers with has the time in it.
    post(f"{RECOMPILE}?dry_run=true"),
    post(RECOMPILE, {"dry_run": True, "compaction_settings": {"clip_chars": 5}}),
    post("/v1/agents/{agent}/recompile", {"dry_run": True}),
    post("/v1/conversations/{agent}/recompile?dry_run=1"),
    post(RECOMPILE),
    post("/v1/agents/{agent}/recompile", {}),
    post("/v1/conversations/default/recompile", {"agent_id": "{agent}"}),
]
"""Requests that change something: each is sent to data of its own, prepared alike."""
