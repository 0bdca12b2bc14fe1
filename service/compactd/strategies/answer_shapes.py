"""Texts that are no summary, by their shape: calls of tools that a model wrote out, and errors that something between
the model and us passed on as its answer.

A summary may tell of either: it says who called or failed, and does not begin as the thing itself does.
"""

from collections.abc import Mapping
from typing import Any

import orjson
import regex

from compactd.strategies.tellings import is_told

PREAMBLE = 300
"""Characters that may stand before a call which the text ends with ("Let me look that up."); behind more than that
something has been said."""

LONGEST_OPENING = 200
"""Characters of the beginning of a call that tell it from prose."""

LONGEST_ERROR = 1_000
"""Characters of an error in words."""

LONGEST_BARE_ERROR = 300
"""Characters of an object that holds an error in words and says nothing else."""

_NAMESPACE = r"(?:[\w-]{1,20}:)?"

_CALLS = (
    # Hermes, Qwen, GLM, MiniMax, and what Claude writes by itself.
    rf"<{_NAMESPACE}tool_(?:call|use)s?>\s*+(?:[\{{\[<]|[\w.:/-]++\s*+(?:[<({{]|$))",
    rf"<{_NAMESPACE}function_calls?>\s*+[\{{\[<]",
    rf"<{_NAMESPACE}invoke\s++name\s*+=",
    r"<function=[\w.:-]++>",
    r"<start_function_call>",
    # DeepSeek, Kimi, Phi, Granite, Llama, InternLM, gpt-oss.
    r"<[|｜]tool[▁_]calls?(?:[▁_]section)?[▁_]begin[|｜]>",
    r"<\|tool_calls?\|>",
    r"<\|python_tag\|>",
    r"<\|action_start\|>",
    r"(?:(?:<\|start\|>)?assistant\s*+)?<\|channel\|>(?:commentary|analysis)\s++to=",
    r"(?:<\|start\|>)?assistant\s++to=\w",
    r"to=(?:functions|browser|python)\.\w",
    # Mistral, LM Studio, Functionary, Gemma.
    r"\[TOOL_CALLS\]",
    r"\[TOOL_REQUEST\]",
    r"functools\[\{",
    r"```tool_(?:code|call)s?\b",
    r"<tool_code>",
    # Cline and its kin.
    (
        r"<(?:access_mcp_resource|apply_diff|ask_followup_question|browser_action|codebase_search|execute_command|"
        r"list_files|new_task|read_file|replace_in_file|search_files|switch_mode|use_mcp_tool|write_to_file)>\s*+<\w++>"
    ),
    # ReAct.
    r"(?:Thought: [^\n]{0,2000}+\n)?Action: ?[^\n]{1,200}+\nAction Input:",
    # What tools gave back.
    r"<(?:tool_(?:response|result|output)|function_results?)>\s*+[\{\[<]",
)
_CALL = regex.compile("|".join(_CALLS), regex.IGNORECASE | regex.MULTILINE)
_CALL_ON_A_LINE = regex.compile(rf"^(?:{'|'.join(_CALLS)})", regex.IGNORECASE | regex.MULTILINE)

_CALL_ENDS = (">", "}", "]", ")", "`")

_CALL_KEYS = frozenset({"name", "tool", "function", "id", "type", "index", "arguments", "parameters", "input", "args"})
_CALL_NAMES = frozenset({"name", "tool", "function"})
_CALL_ARGUMENTS = frozenset({"arguments", "parameters", "input", "args"})
_MESSAGE_KEYS = frozenset(
    {"role", "content", "id", "type", "name", "index", "object", "status", "model", "refusal", "audio", "annotations"}
    | {"tool_calls", "function_call", "finish_reason", "stop_reason", "reasoning", "reasoning_content", "thinking"}
)
"""Of a message with calls in it, as the APIs of models write one."""

_ERROR_KEYS = frozenset(
    {"error", "type", "status", "code", "message", "detail", "request_id", "timestamp", "path", "success", "object"}
)
_ERROR_PARTS = frozenset({"message", "type", "code"})
"""At least one is in an error that is an object."""

_STATUS = (
    r"(?:bad request|unauthorized|payment required|forbidden|not found|method not allowed|request timeout|conflict|"
    r"payload too large|unprocessable (?:entity|content)|too many requests|internal server error|bad gateway|"
    r"service (?:temporarily )?unavailable|gateway time-?out|overloaded(?:_error)?)"
)
# Behind a status a summary goes on with what became of it.
_TOLD = r"(?!\s*+(?:was|were|came|occurred|happened|appeared|returned|on|in|for|from|by|at|while|when|during|and)\b)"

_SENTENCES = "request timed out|connection error|invalid api key|prompt is too long|credit balance is too low"

_AGAIN = r"[.:!,;]?\s++(?:please|try again|retry (?:after|in)|too many requests|free-models|requests per)\b"

_ERRORS = (
    # Clients of models, by the way they print what they raise.
    rf"API error(?: \(|:(?: ?[45]\d\d{_TOLD}|(?! ?[45]\d\d)))",
    r"error(?: code)?:? ?[45]\d\d ?[-–—:]? ?[\{\[]",
    (
        r"(?:litellm|openai|anthropic|httpx|httpcore|aiohttp|requests|botocore|google)(?:\.\w++)*"
        r"\.(?:\w*(?:Error|Exception|Timeout)|(?<=\.exceptions\.)\w++)(?:[:(]|\s*+$)"
    ),
    r"an error occurred \(\w++\) when calling the \w++ operation",
    r"traceback \(most recent call last\):[\s|+-]*+(?:\.\.\.|file [\"'][^\"'\n]++[\"'], line \d)",
    r"(?:\w*error: )?(?:connect|read|write) E[A-Z]{4,}\b",
    r"(?:\w*error: )?(?:fetch failed|socket hang up)$",
    rf"request failed with status(?: code)? [45]\d\d{_TOLD}",
    # Servers and proxies.
    rf"(?:(?:HTTP(?:/[\d.]++)? |HTTP error |error )?[45]\d\d[:,]? )?{_STATUS}[.!]?$",
    r"upstream connect error or disconnect/reset",
    r"no healthy upstream$",
    # What providers and their clients say in a sentence of their own.
    rf"(?:{_SENTENCES})(?:[.:·| ]*+$| · please| \| )",
    r"(?:\d-hour|weekly|claude(?: ai)?) (?:usage )?limit reached",
    r"you(?:'ve| have)? (?:exceeded your current quota|hit your (?:usage )?limit)",
    (
        r"(?:rate limit|quota) (?:exceeded|reached)"
        rf"(?:[.:!]*+\s*+$| for (?:model|requests|tokens|org|\S++ in organization)|{_AGAIN})"
    ),
    r"the (?:server had an error|server is overloaded|model `[^`]*` does not exist|engine is currently overloaded)",
)
_ERROR = regex.compile("|".join(_ERRORS), regex.IGNORECASE)

# What proxies and clients say behind "Error:". A summary that begins so goes on with what became of it.
_TROUBLES = (
    rf"(?:\[?\w+\]? )?[45]\d\d\b(?: ?[-–:]? ?(?:{_STATUS}|internal error|\w+_error))?|{_STATUS}|overloaded|"
    r"(?:the |upstream )*(?:request|connection|stream|read|gateway|operation)(?: (?:has|was))? ?"
    r"(?:timed out|timeout|refused|reset|closed|aborted|failed|ended|terminated|error)|"
    r"(?:fetch failed|failed to (?:fetch|connect|generate|parse|get|call|process))|"
    r"(?:no|empty|invalid) (?:response|content|output|choices|completion)|"
    r"(?:the )?(?:model|deployment)(?: \S{1,60})? (?:(?:was |is )?(?:not (?:found|available|loaded)|overloaded)|"
    r"does not exist)|"
    r"(?:rate limit|quota|(?:maximum )?context(?: length| window)?|token limit)(?: was)? (?:exceeded|reached|too long)|"
    r"internal(?: server)? error|insufficient (?:quota|credits|balance)|(?:invalid|missing|incorrect) api key|timeout\b"
)
_PLAIN_ERROR = regex.compile(
    rf"(?:\[?(?:error|exception|fatal)\]?:? ++(?:{_TROUBLES})(?P<rest>.{{0,120}}+)|error [45]\d\d|"
    r"(?:(?:oops|sorry)[!,.] )?(?:an (?:unexpected |internal )?error (?:has )?occurred|something went wrong)"
    r"(?: (?:while|when|with|in|during) [^.;]{0,80}+)?[.!]?+(?: please (?:try|retry)[^.;]{0,60}+)?[.!]?)$",
    regex.IGNORECASE,
)
_TELLS = regex.compile(
    r";|[.!?] +\S|\b(?:fixed|since|because|so|then|until|next|the user|agreed|retried)\b", regex.IGNORECASE
)
_EVENTS = regex.compile(r"(?:event: \w++\r?\n)?data: [{\[]")
_NOTHING = frozenset(
    {"{}", "[]", "null", "none", "undefined", "n/a", "nan", "(no content)", "(empty)", "[empty]", "<empty>", '""', "''"}
    | {"no response requested", "no content", "[object object]", "<summary></summary>"}
)
"""All of an answer that says nothing, in lower case."""
_PAGE = regex.compile(
    r"(?P<xml><\?xml\b[^>]*+>\s*+)?<(?:!doctype html|html\b|(?(xml)(?:\w++:)?error(?:response)?\b|(?!)))",
    regex.IGNORECASE,
)
_STATUS_ALONE = regex.compile(rf"(?:{_STATUS}|not authenticated|invalid api key)[.!]?$", regex.IGNORECASE)
_FENCE = regex.compile(r"```\w*+\n(.*?)\n?```", regex.DOTALL)
_AROUND = "*_#>\"'“”„« "


def is_nothing(text: str) -> bool:
    """Whether a trimmed text only stands for one: `null`, `{}`, `(no content)`."""
    return len(text) < 30 and text.casefold().rstrip(".") in _NOTHING


def is_tool_call(text: str) -> bool:
    """Whether a trimmed text is a call that should have been made and not written, or ends with one instead of saying
    something."""
    if _CALL.match(text.lstrip("`\n"), concurrent=False) or _CALL.match(text, concurrent=False):
        return True
    if text.endswith(_CALL_ENDS):
        trailing = _CALL_ON_A_LINE.search(text, endpos=PREAMBLE + LONGEST_OPENING, concurrent=False)
        if trailing and trailing.start() < PREAMBLE:
            return True
    return any(_is_call(value) for value in _json_values(text))


def is_error_text(text: str) -> bool:
    """Whether a trimmed text is an error, or the page of a proxy."""
    if _PAGE.match(text, concurrent=False) or _EVENTS.match(text, concurrent=False):
        return True
    if len(text) <= LONGEST_BARE_ERROR and (plain := _PLAIN_ERROR.match(text.strip(_AROUND), concurrent=False)):
        return not (_TELLS.search(plain["rest"] or "", concurrent=False) or is_told(plain.string))
    if len(text) <= LONGEST_ERROR and "\n\n" not in text:
        said = text.replace("’", "'").strip(_AROUND)
        if beginning := _ERROR.match(said, concurrent=False):
            return not is_told(said[beginning.end() :])
    return any(_is_error(value) for value in _json_values(text)[:1])


def _json_values(text: str) -> list[Mapping[str, Any]]:
    """The objects that the text is, in a code block or not: one, or those of a list."""
    fenced = _FENCE.fullmatch(text, concurrent=False)
    document = fenced[1] if fenced else text
    if not document.startswith(("{", "[")):
        return []
    try:
        value = orjson.loads(document)
    except orjson.JSONDecodeError:
        return []
    values = value if isinstance(value, list) else [value]
    return values if all(isinstance(item, dict) for item in values) else []


def _is_call(value: Mapping[str, Any]) -> bool:
    keys = value.keys()
    if {"action", "action_input"} <= keys <= {"action", "action_input", "thought"}:
        return True
    if "tool_calls" in keys or "function_call" in keys:
        return keys <= _MESSAGE_KEYS
    return keys <= _CALL_KEYS and bool(keys & _CALL_NAMES) and (bool(keys & _CALL_ARGUMENTS) or "function" in keys)


def _is_error(value: Mapping[str, Any]) -> bool:
    if not value.keys() <= _ERROR_KEYS:
        return False
    error = value.get("error")
    if "error" in (value.get("type"), value.get("object")) or error is True:
        return True
    if len(value) == 1 and (said := value.get("detail") or value.get("message")):
        return isinstance(said, str) and bool(_STATUS_ALONE.match(said, concurrent=False))
    if isinstance(error, dict):
        return bool(error.keys() & _ERROR_PARTS)
    return isinstance(error, str) and bool(error) and (_has_status(value) or _is_bare(value))


def _has_status(value: Mapping[str, Any]) -> bool:
    """Whether the object holds the number of an HTTP error, as those of servers do."""
    return any(isinstance(value.get(key), int) and 400 <= value[key] < 600 for key in ("status", "code"))


def _is_bare(value: Mapping[str, Any]) -> bool:
    """Whether a short object says nothing in words but its error."""
    others = [item for key, item in value.items() if key != "error" and isinstance(item, str)]
    return len(value["error"]) <= LONGEST_BARE_ERROR and not any(" " in item.strip() for item in others)
