"""Texts that came as a summary and are none, and summaries that only tell of such things."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.model_failures import SummaryEmpty, SummaryFailure, SummaryNotText
from compactd.strategies.answer_check import accept_answer
from compactd.strategies.answer_shapes import is_error_text, is_tool_call
from compactd.strategies.secrets import redact
from compactd.strategies.thoughts import without_thoughts
from tests.builders.conversations import needs_recorded, recorded_conversations

CALLS = (
    '<tool_call>\n{"name": "find_invoice", "arguments": {"invoice": "INV-0001"}}\n</tool_call>',
    '<tool_call>{"name": "look"}</tool_call>',
    "<tool_call>find_invoice\n<arg_key>invoice</arg_key>\n<arg_value>INV-0001</arg_value>\n</tool_call>",
    '<function_calls>\n<invoke name="find_invoice">\n<parameter name="at">1</parameter>\n</invoke>\n</function_calls>',
    '<invoke name="find_invoice"></invoke>',
    '<minimax:tool_call>\n<invoke name="look">\n</invoke>\n</minimax:tool_call>',
    '<function=find_invoice>{"invoice": "INV-0001"}</function>',
    "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>look\n```json\n{}\n```<｜tool▁call▁end｜>",
    "<|tool_calls_section_begin|><|tool_call_begin|>functions.look:0<|tool_call_argument_begin|>{}<|tool_call_end|>",
    '<|python_tag|>look.call(query="INV-0001")',
    '<|channel|>commentary to=functions.look <|constrain|>json<|message|>{"at": "it"}',
    '[TOOL_CALLS][{"name": "look", "arguments": {}}]',
    'functools[{"name": "look", "arguments": {}}]',
    "```tool_code\nprint(look())\n```",
    '{"name": "find_invoice", "arguments": {"invoice": "INV-0001"}}',
    '{"type": "function", "function": {"name": "look", "arguments": "{}"}}',
    '[{"type": "tool_use", "id": "t", "name": "look", "input": {}}]',
    '```json\n{"name": "look", "parameters": {}}\n```',
    '{"tool_calls": [{"function": {"name": "look"}}]}',
    '{"role": "assistant", "content": null, "refusal": null, "tool_calls": [{"function": {"name": "look"}}]}',
    '{"role": "assistant", "function_call": {"name": "look", "arguments": "{}"}}',
    'Let me look that up first.\n\n<tool_call>\n{"name": "look", "arguments": {}}\n</tool_call>',
    '<|tool_call|>[{"name": "look", "arguments": {}}]<|/tool_call|>',
    "<tool_call>\nlook\n</tool_call>",
    "<tool_code>print(look())</tool_code>",
    "<read_file>\n<path>src/a.py</path>\n</read_file>",
    '{"action": "look", "action_input": "INV-0001"}',
    "Thought: I look.\nAction: look\nAction Input: INV-0001",
    "<|start|>assistant<|channel|>commentary to=functions.look <|constrain|>json<|message|>{}<|call|>",
    'assistant<|channel|>commentary to=functions.look json<|message|>{"at": 1}',
    'to=functions.look {"at": "it"}',
    "<tool_response>\n{}\n</tool_response>",
    "<tool_response>the file has 12 lines</tool_response>",
    "<tool_response>\nthe file has 12 lines\n</tool_response>",
    '{"tool_uses": [{"recipient_name": "functions.read", "parameters": {"p": 1}}]}',
    '[assistant calls read, id c1] {"p":1}',
    "[tool result of read, id c1]\ntwelve lines",
    "<<<transcript\n[user]\nhello",
    'I will check.\n<function_calls>\n<invoke name="look">\n</invoke>\n</function_calls>\n',
)

ERRORS = (
    'API Error: 400 {"type":"error","error":{"type":"invalid_request_error","message":"no text"},"request_id":"req_1"}',
    "API Error: 400 due to tool use concurrency issues.",
    "API Error: Connection error.",
    "API Error (claude-sonnet-4-5): 529 overloaded_error",
    "Error code: 429 - {'error': {'message': 'Rate limit reached'}}",
    "litellm.RateLimitError: RateLimitError: OpenAIException - slow down",
    "openai.BadRequestError: Error code: 400",
    "An error occurred (ThrottlingException) when calling the InvokeModel operation: Too many requests",
    "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nKeyError: 'choices'",
    "Error: connect ECONNREFUSED 127.0.0.1:8080",
    "TypeError: fetch failed",
    "Request failed with status code 502",
    "Internal Server Error",
    "502 Bad Gateway",
    "HTTP 503: Service Unavailable",
    "**Error 429: Too Many Requests**",
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "Prompt is too long",
    "Invalid API key · Please run /login",
    "Credit balance is too low",
    "Request timed out.",
    "5-hour limit reached ∙ resets 3pm",
    "You exceeded your current quota, please check your plan and billing details.",
    "Rate limit reached for model `gpt` in organization org on tokens per min.",
    "The server had an error while processing your request. Sorry about that!",
    '{"error": {"message": "slow down", "code": 429}}',
    '{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}',
    '{"error": "model not loaded"}',
    '{"code": "rate_limited", "error": "Slow down, please."}',
    '{"timestamp": "2026-01-05T10:00:00", "status": 502, "error": "Bad Gateway", "message": "no host", "path": "/v1"}',
    "Rate limit exceeded",
    "Rate limit exceeded: free-models-per-day",
    "Quota exceeded. Please try again in 20 s.",
    '<?xml version="1.0"?>\n<Error><Code>SlowDown</Code></Error>',
    '<?xml version="1.0"?>\n<ErrorResponse xmlns="https://sts.amazonaws.com/doc/"></ErrorResponse>',
    '<?xml version="1.0"?>\n<!DOCTYPE html>\n<html><body>busy</body></html>',
    "<!DOCTYPE html>\n<html><body>busy</body></html>",
    "API Error: 529 Overloaded",
    "Error: 502 Bad Gateway",
    "Error: Request timed out",
    "Error: upstream request timeout",
    "Error: rate limit exceeded, try again in 20s",
    "Error: [openai] 500 Internal error",
    "Error: No response from model",
    "Error: context length exceeded",
    "[ERROR] stream closed",
    "Error 500",
    "An error occurred while processing your request.",
    "Sorry, something went wrong. Please try again later.",
    '{"detail": "Internal Server Error"}',
    '{"object": "error", "message": "no such model", "code": 404}',
    'event: error\ndata: {"error": "slow down"}',
    "Execution error",
    "error code: 524",
    "This model's maximum context length is 8192 tokens.",
    "This model’s maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "The response was filtered due to the content management policy. Please modify your prompt and retry.",
    "There was an error generating a response",
    "There was an error processing your request. Please try again later.",
    "[Request interrupted by user]",
    "[Request interrupted by user for tool use]",
    "<html><head><title>502 Bad Gateway</title></head></html>",
    (
        "You exceeded your current quota, please check your plan and billing details. For more information, "
        "read the docs: https://docs.example/errors."
    ),
    (
        "litellm.RateLimitError: AnthropicException - This request would exceed your limit of 40,000 input "
        "tokens per minute; see the response headers. Please reduce the prompt length, or try again later. "
        "You may also contact sales. LiteLLM Retried: 2 times, LiteLLM Max Retries: 3"
    ),
    (
        "litellm.ContextWindowExceededError: This model's maximum context length is 8192 tokens. Your messages "
        "resulted in 9000 tokens. Please reduce the length of the messages."
    ),
    (
        "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000. Please try "
        "again in 2s. Visit https://docs.example/limits to learn more."
    ),
    "The server had an error while processing your request. Sorry about that! You can retry, or contact us.",
    "API Error: 403 The user is not authorized to invoke this model.",
    "API Error: User location is not supported for the API use.",
    "API error: We detected unusual traffic from your network.",
    "API Error: Claude's response exceeded the 32000 output token maximum. To configure this, set the variable.",
    (
        'Traceback (most recent call last):\n  File "/app/proxy.py", line 12, in handle\n    added = since(x)\n'
        "openai.APIConnectionError: Connection error."
    ),
    "httpx.ReadTimeout: The read operation timed out",
    "openai.APIConnectionError",
    "google.api_core.exceptions.ResourceExhausted: 429 Resource has been exhausted (e.g. check quota).",
    "Weekly limit reached · resets Monday 3pm",
)

UNFINISHED_THOUGHTS = (
    "<think>The user wants a summary of",
    "<think>\n",
    "<thinking>First I look at what",
    "[THINK]Where do I begin",
    "◁think▷so",
    "<|channel|>analysis<|message|>We need to",
    "<|start|>assistant<|channel|>analysis<|message|>We need to",
    '<think type="deep">so',
    "<think>so <think>and so",
)

SUMMARIES = (
    "The agent wrote <tool_call> blocks into its answers, and nothing ran; with tool_choice set it works.",
    '1. Goals: fix the parser of `<function_calls>`.\n2. What happened: `<invoke name="look">` was read as text.',
    "<tool_call> was printed as text by the model; the template of the server was wrong.",
    "API Error: 400 came back for each upload, since the token had expired; the user renewed it.",
    "API errors: three calls ended with 429. The pause is 30 s now.",
    "Error 503 was the load balancer's; the pods had no readiness probe.",
    "The request failed with status code 502, so the agent retried it twice.",
    "Request failed with status code 502 while the user deployed; it went away at 14:05.",
    "Prompt is too long for the model on Groq, which the user learned from its 413; they split the file.",
    "Internal Server Error on /orders came from a missing index; the migration 0042 adds it.",
    "502 Bad Gateway: nginx had no upstream after the rename; the user fixed `proxy_pass`.",
    "Traceback reading: the user learned to read them from the end.",
    "Rate limit exceeded twice this week; the plan is raised on Monday.",
    '{"goals": ["pay INV-0001"], "error": "none left", "state": "done"}',
    '{"name": "parser", "summary": "ported to Rust"}',
    '{"goal": "Postgres 16", "decisions": ["use replication"], "tool_calls": ["read_file x3", "run_tests"]}',
    '{"status": "3 of 5 tests fail", "error": "no connection to port 5433", "message": "to be fixed before the demo"}',
    '{"status": "waiting for Anna", "error": {"where": "nightly.py", "since": "Monday"}}',
    '<?xml version="1.0"?>\n<summary><goal>Migrate</goal><next>fix tests</next></summary>',
    '<?xml version="1.0"?>\n<errors_found>none</errors_found>',
    "Rate limit exceeded: the user asked why the nightly job fails with 429. Agreed to send batches of 50.",
    "Quota reached. Anna raises it on Monday; until then the job runs by hand.",
    'The call that failed:\n<tool_call>\n{"name": "look"}\n</tool_call>\nIts arguments were missing: it requires `at`.',
    "The model's reply held `</think>` in the middle; the client strips it now.",
    "User: Anna, budget 4000 EUR, deadline 3 May.\nBug: stray closing tag in answers: </think>\nNext: tests.",
    "The template lost the opening tag and has only </think>\nAgreed: strip all before it. Next: tests.",
    "Balise fermante seule : </thinking>\nReste : les tests.",
    "Split at </think>and keep the rest; the budget is 4000 EUR.",
    "They strip <think>…</think> with a regular expression; an unclosed <think> is an error.",
    "The user asked about tags.\n</think>\nwas found in the log of llm.py, line 3; the client strips it now.",
    "The user asked about tags.\n</think> closed what nothing had opened.",
    "The log held:\n```\n</think>\n\nPaid.\n```\nThe client strips it now.",
    "<b>Goals</b>: ship the importer.",
    (
        "requests.exceptions.ConnectionError was raised by the scraper on page 3; the user switched to httpx, "
        "and the job finished. Next: deploy v2."
    ),
    (
        "openai.RateLimitError kept failing the nightly job. We added backoff in jobs/nightly.py and the user "
        "confirmed it works."
    ),
    "API error: the Stripe webhook returned malformed JSON. Fixed in webhook.py; order ORD-1111 was re-run.",
    "API error: uploads over 10 MB failed. Anna raised the limit to 50 MB, the upload of report.pdf came through.",
    "API error: wrong format of dates. They are sent as ISO 8601 now.",
    "Traceback (most recent call last): the user pasted one from app.py line 12. Fixed by using .get(); tests pass.",
    "Rate limit exceeded for requests to GitHub was the cause. Token rotated; the sync works.",
    "httpx.ReadTimeout: raised by the crawler on large pages; with 60 s all pages came through.",
    "Error: connection refused on port 5433 since Monday; Anna restarts it.",
    "Error: timeout in nightly.py. Next: raise it to 60 s.",
    "Errors: none. Next: deploy.",
    "Action: deploy on Friday.\nOwner: Anna.",
    '{"detail": "the importer is done, the tests are not", "next": "tests"}',
    "<conversation_summary>\n<goal>Ship the importer</goal>\n</conversation_summary>",
    "analysis of the crash: a race in close(); assistantfinal is what the parser printed.",
    "The answer ended with <|im_end|>, which the client strips now.",
    "data: the 4,000 rows of orders are loaded; event: none.",
    "Execution error in step 3 came from a missing key; Anna adds it on Monday.",
    "Error code: 524 was Cloudflare's; the export runs in parts now.",
    "This model's maximum context length is 8192 tokens, so the user split the file in two.",
    "The response was filtered due to the policy on names; the user left them out and it went through.",
    "There was an error generating a response for Anna's ticket; the second try worked.",
    "[Request interrupted by user] stood in the log twice; the user had closed the window.",
    "<tool_response> blocks were printed as text; the template is fixed.",
    "<analysis>The race is in close().</analysis>\n<next>Write tests.</next>",
    "<summary> is what the prompt asks for; the parser took </summary> for its end.",
    "html pages are rendered by Jinja; <html> is in base.html.",
)


@pytest.mark.parametrize("text", [*CALLS, *ERRORS, *UNFINISHED_THOUGHTS])
def test_a_text_that_is_no_summary_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(SummaryNotText):
        accept_answer(text, "stop", "m")


@pytest.mark.parametrize("text", SUMMARIES)
def test_a_summary_that_tells_of_calls_and_errors_is_one(text: str) -> None:
    assert accept_answer(text, "stop", "m") == text


_TOLD = (
    "The answer began with `{}`, which the client printed; it is refused since 1.4. Next: tests for all shapes.",
    "1. Goals: find out why answers look like this: {}\n2. What happened: the template was wrong; another one works.",
    "Unfortunately the run ended with {} twice. Anna looks into it on Monday; until then it runs by hand.",
    "## Errors and fixes\n- `{}`: the proxy was full; the user raised its limit and it went away.\n## Next\n- none",
    "Error handling: the log has “{}”. It is repeated twice, then told to the user, who agreed to that.",
)


@pytest.mark.parametrize("told", _TOLD)
def test_summaries_of_talk_about_such_texts_are_taken_as_they_are(told: str) -> None:
    things = [text.splitlines()[0] for text in (*CALLS, *ERRORS, *UNFINISHED_THOUGHTS)]
    summaries = [told.format(thing) for thing in things]
    assert [text for text in summaries if accept_answer(text, "stop", "m") != redact(text)] == []
    assert len(summaries) > 80


_BECAME = (
    "{} was what the job printed; the user raised the limit.",
    "{} came from the proxy in Frankfurt. Next: another one.",
    "{} kept failing the nightly job. We added a pause in nightly.py, and it works.",
    "{} - seen twice this week, so the importer waits 30 s now.",
    "{}: fixed in client.py, tests pass.",
    "{} turned out to be a wrong port. Changed to 8080; order ORD-1111 was re-run.",
    "{} for each upload. Anna renewed the key, then all 12 invoices were paid.",
    "{}\n- decided: send batches of 50\n- open: who pays",
    "{} war die Ursache, behoben in client.py; der Nutzer hat es bestätigt.",
)
_PAGES = ("<", "event:", "{")


@pytest.mark.parametrize("became", _BECAME)
def test_a_summary_may_begin_with_an_error_and_tell_what_became_of_it(became: str) -> None:
    errors = {error.strip("*").splitlines()[0].rstrip(".:") for error in ERRORS if not error.startswith(_PAGES)}
    told = [became.format(error) for error in sorted(errors) if not error.endswith("}")]
    assert [text for text in told if is_error_text(text)] == []
    assert len(told) > 50


@pytest.mark.parametrize("text", [*CALLS, *ERRORS])
@pytest.mark.parametrize("line", ["The agent was shown this:", "1. What happened: it was answered as follows."])
def test_what_a_summary_quotes_at_length_does_not_spoil_it(text: str, line: str) -> None:
    told = f"{line * 12}\n\n```\n{text.strip()}\n```\n\nThe user then set another model, and it went on."
    assert accept_answer(told, "stop", "m") == redact(told)


@pytest.mark.parametrize(
    "answer",
    [
        "<think>The user wants…</think>\n\nThree invoices were paid.",
        "<THINK>so</THINK>Three invoices were paid.",
        "<thinking>a</thinking> <thinking>b</thinking>\nThree invoices were paid.",
        "Okay, the user wants a summary.\nI write one.\n</think>\n\nThree invoices were paid.",
        "Okay, a summary.\n \t</think>Three invoices were paid.",
        "Okay, a summary.\n</think> Three invoices were paid.",
        "</think>\nThree invoices were paid.",
        "[THINK]so[/THINK]Three invoices were paid.",
        "◁think▷so◁/think▷Three invoices were paid.",
        "<|channel|>analysis<|message|>so<|end|><|start|>assistant<|channel|>final<|message|>Three invoices were paid.",
        "<|start|>assistant<|channel|>analysis<|message|>so<|channel|>final<|message|>Three invoices were paid.",
        "<|start|>assistant<|channel|>final<|message|>Three invoices were paid.<|return|>",
        "analysisWe need a summary.assistantfinalThree invoices were paid.",
        "<|begin_of_thought|>so<|end_of_thought|><|begin_of_solution|>Three invoices were paid.<|end_of_solution|>",
        "<think>a<think>b</think>c</think>\nThree invoices were paid.",
        "<think>The tag <think> opens.</think>Three invoices were paid.",
        "<think>so</thinking>Three invoices were paid.",
        '<thinking type="deep">so</thinking>Three invoices were paid.',
        "Okay, the user wants a summary.</think>\n\nThree invoices were paid.",
        "So it is.\n[/THINK]\nThree invoices were paid.",
        "So it is.\n</reasoning>\nThree invoices were paid.",
        "<|im_start|>assistant\nThree invoices were paid.<|im_end|>",
        "Three invoices were paid.</s>",
        "<analysis>thinking <b>hard</b>…</analysis><summary>Three invoices were paid.</summary>",
        "<analysis>\nI go through it.\n</analysis>\n\n<summary>\nThree invoices were paid.\n</summary><|im_end|>",
        "<think>so</think><summary>Three invoices were paid.</summary>",
        "<summary>\nThree invoices were paid.\n</summary>",
    ],
)
def test_thoughts_before_the_answer_are_not_of_it(answer: str) -> None:
    assert accept_answer(answer, "stop", "m") == "Three invoices were paid."


@pytest.mark.parametrize(
    "answer",
    [
        "<think>all of it</think>",
        "all of it\n</think>\n \n",
        "null",
        "{}",
        "(no content)",
        "<|im_end|>",
        "<summary> </summary>",
    ],
)
def test_nothing_or_nothing_behind_thoughts_is_an_empty_answer(answer: str) -> None:
    with pytest.raises(SummaryEmpty):
        accept_answer(answer, "stop", "m")


def test_a_call_behind_thoughts_is_one() -> None:
    with pytest.raises(SummaryNotText):
        accept_answer(f"<think>I look it up.</think>\n{CALLS[0]}", "stop", "m")


def test_a_secret_that_the_model_repeats_is_taken_out() -> None:
    text = "Deployed with token: ghp_abcdefghijklmnopqrstuvwx, and AKIAIOSFODNN7EXAMPLE."
    accepted = accept_answer(text, "stop", "m")
    assert "ghp_" not in accepted
    assert "AKIA" not in accepted
    assert "[secret]" in accepted


PIECES = st.sampled_from(
    [*CALLS, *ERRORS, *UNFINISHED_THOUGHTS, *SUMMARIES, "</think>", "<think>", "\n", " ", "```", "word"]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=6), st.sampled_from(["", " ", "\n"]))
def test_whatever_is_accepted_would_be_accepted_again_as_it_is(pieces: list[str], joint: str) -> None:
    try:
        accepted = accept_answer(joint.join(pieces), "stop", "m")
    except SummaryFailure:
        return
    assert accepted == accepted.strip() != ""
    assert accept_answer(accepted, "stop", "m") == accepted


@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4).filter(lambda value: "error" not in value)
)
def test_a_summary_in_json_is_a_summary(value: dict[str, str]) -> None:
    document = orjson.dumps({"goals": "pay", **value}).decode()
    assert accept_answer(document, "stop", "m") == redact(document)


@needs_recorded
def test_nothing_that_people_and_agents_said_in_recorded_conversations_is_taken_for_a_call_or_an_error() -> None:
    texts = [
        message.text.strip()
        for _, messages in recorded_conversations()
        for message in messages
        if message.role.value in ("user", "assistant") and message.text.strip()
    ]
    assert [text for text in texts if is_tool_call(text) or is_error_text(text) or without_thoughts(text) != text] == []
    assert len(texts) > 200


def test_thoughts_without_number_are_no_answer() -> None:
    assert without_thoughts("<think>so</think>" * 99 + "Paid.") == "Paid."
    assert without_thoughts("<think>so</think>" * 100_000 + "Paid.") is None
