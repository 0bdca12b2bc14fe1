"""What providers refuse, as checks of their own: they share no code with the view that has to satisfy them.

Each check takes messages in the OpenAI chat shape and returns a sentence for everything that the provider would refuse.
`pending_from` is the index of the first message of a pending group: from there on calls may stand unanswered.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from compactd.domain.messages import AudioPart, ChatMessage, FilePart, ImagePart, Role, TextPart

_SHOWN = (ImagePart, FilePart, AudioPart)


def faults(messages: Sequence[ChatMessage], pending_from: int | None = None) -> list[str]:
    """Everything that at least one of the three providers would refuse."""
    return [
        *(f"openai: {fault}" for fault in openai_faults(messages, pending_from)),
        *(f"anthropic: {fault}" for fault in anthropic_faults(messages, pending_from)),
        *(f"gemini: {fault}" for fault in gemini_faults(messages, pending_from)),
    ]


def _may_stand_open(index: int, pending_from: int | None) -> bool:
    return pending_from is not None and index >= pending_from


def _part_faults(index: int, message: ChatMessage) -> list[str]:
    found = []
    if message.role is not Role.USER and any(isinstance(part, _SHOWN) for part in message.parts):
        found.append(f"message {index} shows an image, a file or audio, and is no user's")
    if any(isinstance(part, AudioPart) and not part.data for part in message.parts):
        found.append(f"message {index} has audio without bytes")
    return found


def openai_faults(messages: Sequence[ChatMessage], pending_from: int | None = None) -> list[str]:
    """System only first, ids unique in a message, each call answered directly after it, no result without a call."""
    found = []
    open_ids: set[str] = set()
    caller = -1
    for index, message in enumerate(messages):
        if message.role not in (Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL):
            found.append(f"message {index} has role {message.role}")
        if message.role is Role.SYSTEM and index:
            found.append(f"system message at {index}")
        found += _part_faults(index, message)
        if message.role is Role.TOOL:
            if message.tool_call_id not in open_ids:
                found.append(f"result {index} follows no call {message.tool_call_id}")
            open_ids.discard(message.tool_call_id)
            continue
        if open_ids and not _may_stand_open(caller, pending_from):
            found.append(f"calls of message {caller} are not answered directly after it")
        caller, ids = index, [call.id for call in message.tool_calls]
        open_ids = set(ids)
        if len(open_ids) < len(ids):
            found.append(f"message {index} uses a call id twice")
    if open_ids and not _may_stand_open(caller, pending_from):
        found.append(f"calls of message {caller} are never answered")
    return found


@dataclass
class _Turn:
    """Neighbours of one speaker. `spoken` is whether it holds anything that is no result."""

    speaker: str
    first: int
    last: int
    calls: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    spoken: bool = False
    results_late_in_turn: bool = False


def _turns(messages: Sequence[ChatMessage], speakers: dict[Role, str]) -> list[_Turn]:
    turns: list[_Turn] = []
    for index, message in enumerate(messages):
        speaker = speakers.get(message.role, str(message.role))
        if not turns or turns[-1].speaker != speaker:
            turns.append(_Turn(speaker, index, index))
        turn = turns[-1]
        turn.last = index
        if message.role is Role.TOOL:
            turn.results.append(message.tool_call_id)
            turn.results_late_in_turn |= turn.spoken
        else:
            turn.spoken = True
            turn.calls += [call.id for call in message.tool_calls]
    return turns


def _is_blank(message: ChatMessage) -> bool:
    """Whether it has an empty text, or nothing at all beside calls."""
    if message.content is not None:
        return not message.content.strip()
    if any(isinstance(part, TextPart) and not part.text.strip() for part in message.parts):
        return True
    return not message.parts and not message.tool_calls


def anthropic_faults(messages: Sequence[ChatMessage], pending_from: int | None = None) -> list[str]:
    """Ids unique in all, user first, roles alternate once neighbours are joined, no empty text, and a turn with calls
    is followed by their results before anything else."""
    found = [f"message {index} has empty text" for index, message in enumerate(messages) if _is_blank(message)]
    ids = Counter(call.id for message in messages for call in message.tool_calls)
    found += [f"call id {name} is used {count} times" for name, count in ids.items() if count > 1]
    body = list(messages[1:]) if messages and messages[0].role is Role.SYSTEM else list(messages)
    shift = len(messages) - len(body)
    turns = _turns(body, {Role.USER: "user", Role.TOOL: "user", Role.ASSISTANT: "assistant"})
    if turns and turns[0].speaker != "user":
        found.append(f"the first turn is the {turns[0].speaker}'s")
    found += [f"turn of {turn.speaker} at {turn.first}" for turn in turns if turn.speaker not in ("user", "assistant")]
    for before, turn in zip([None, *turns], turns, strict=False):
        expected = set(before.calls) if before else set()
        open_calls = expected - set(turn.results)
        if set(turn.results) - expected:
            found.append(f"results in the turn at {turn.first} answer no call of the turn before")
        if before and open_calls and not _may_stand_open(before.last + shift, pending_from):
            found.append(f"calls of the turn at {before.first} have no results in the next turn")
        if turn.results_late_in_turn:
            found.append(f"a result in the turn at {turn.first} stands after text")
    if turns and turns[-1].calls and not _may_stand_open(turns[-1].last + shift, pending_from):
        found.append("the conversation ends with calls")
    return found


def gemini_faults(messages: Sequence[ChatMessage], pending_from: int | None = None) -> list[str]:
    """A turn with calls directly after a user or result turn, and as many results as calls directly after it."""
    found = []
    body = [message for message in messages if message.role is not Role.SYSTEM]
    shift = len(messages) - len(body)
    turns = _turns(body, {Role.USER: "user", Role.TOOL: "result", Role.ASSISTANT: "model"})
    for index, turn in enumerate(turns):
        before = turns[index - 1].speaker if index else None
        after = turns[index + 1] if index + 1 < len(turns) else None
        if turn.calls and before not in ("user", "result"):
            found.append(f"the call turn at {turn.first} follows {before}")
        if turn.speaker == "result" and before != "model":
            found.append(f"the result turn at {turn.first} follows {before}")
        results = len(after.results) if after is not None and after.speaker == "result" else 0
        fits = results <= len(turn.calls) if _may_stand_open(turn.last + shift, pending_from) else False
        if turn.speaker == "model" and results != len(turn.calls) and not fits:
            found.append(f"{len(turn.calls)} calls at {turn.first}, and {results} results after them")
    return found
