"""A model that writes what the embedded summarizer would write of what it is shown: what a summary of a real one is
made of, without one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import default_limit, merge, summarize
from compactd.strategies.transcript import BEGIN, END
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply

_HEADING = re.compile(
    r"\[(?:(user|assistant|system note)(?: [^\]]*)?|tool (result|error) of .+?, id (.*)|(partial) .*)\]"
)
_CALL = re.compile(r"\[assistant calls (.+?), id (.*?)\] (.*)")
_MOST = re.compile(r"\b[Ww]rite at most (\d+) characters")
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system note": Role.SYSTEM}


def extracting(model: LoopbackModel) -> None:
    """Has the model of OpenAI's chat API answer so from now on."""
    model.otherwise = _reply


def shown_to(request: Mapping[str, Any]) -> str:
    """What a request of OpenAI's chat API gives to read, beside prompt and requests, as one text."""
    messages = request["messages"]
    asked = str(messages[-1]["content"])
    if BEGIN in asked:
        return asked.rsplit(f"{BEGIN}\n", 1)[1].rsplit(f"\n{END}", 1)[0]
    return "\n".join(_text_of(message) for message in messages[:-1])


def read_transcript(text: str) -> list[ChatMessage]:
    """The messages that a transcript tells of, each with the lines below its heading."""
    return list(_messages(text.splitlines()))


def _reply(request: Received) -> Reply:
    shown = shown_to(request.body)
    said = " ".join(str(message.get("content") or "") for message in request.body["messages"][-2:])
    # The last one is the server's own: what is shown comes before it.
    most = _MOST.findall(said)
    limit = int(most[-1]) if most else default_limit(len(shown))
    if "[partial summary" in shown:
        text = merge(re.split(r"^\[partial summary \d+\]$", shown, flags=re.MULTILINE), limit)
    elif BEGIN in said:
        text = summarize(read_transcript(shown), limit)
    else:
        text = summarize([_message(message) for message in request.body["messages"][1:-1]], limit)
    return Reply(openai_chat(text or "Nothing was said."))


def _messages(lines: Sequence[str]) -> Iterator[ChatMessage]:
    current = ChatMessage(Role.USER, "")
    for line in lines:
        heading, call = _HEADING.fullmatch(line), _CALL.fullmatch(line)
        if heading:
            yield current
            role = _ROLES.get(heading[1] or "", Role.TOOL)
            current = ChatMessage(role, "", tool_call_id=heading[3] or "", is_error=heading[2] == "error")
        elif call:
            yield current
            current = ChatMessage(Role.ASSISTANT, None, tool_calls=(ToolCall(call[2], call[1], call[3]),))
        else:
            text = line if not current.text else f"{current.text}\n{line}"
            current = ChatMessage(
                current.role,
                text,
                tool_call_id=current.tool_call_id,
                is_error=current.is_error,
                tool_calls=current.tool_calls,
            )
    yield current


def _message(message: Mapping[str, Any]) -> ChatMessage:
    calls = tuple(
        ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"])
        for call in message.get("tool_calls") or ()
    )
    return ChatMessage(
        Role(message["role"]),
        message.get("content"),
        tool_calls=calls,
        tool_call_id=message.get("tool_call_id", ""),
    )


def _text_of(message: Mapping[str, Any]) -> str:
    calls = [call["function"]["arguments"] for call in message.get("tool_calls") or ()]
    return "\n".join((str(message.get("content") or ""), *calls))
