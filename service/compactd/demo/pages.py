"""The demo's pages: plain text, for a terminal of 100 columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from compaction.v1 import (
    compaction_pb2,
    compaction_service_pb2,
    compaction_settings_pb2,
    conversation_service_pb2,
    message_pb2,
)

WIDTH = 100
BOX = 36
ARROW = "  ->  "
HEAD_ENTRIES = 6
TAIL_ENTRIES = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one mode did to its copy of the conversation."""

    conversation_id: str
    response: compaction_service_pb2.CompactResponse
    context: conversation_service_pb2.GetContextResponse


def heading(text: str) -> str:
    return f"\n== {text} {'=' * max(0, WIDTH - len(text) - 4)}\n"


def modes_table(outcomes: Sequence[Outcome]) -> str:
    """One line a mode: messages and tokens before and after, and who wrote the summary."""
    rows: list[tuple[str, ...]] = [("mode", "messages", "tokens", "left", "evicted", "summary", "written by")]
    rows += [_row(outcome) for outcome in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _row(outcome: Outcome) -> tuple[str, ...]:
    response, record = outcome.response, outcome.response.compaction
    mode = compaction_settings_pb2.CompactionMode.Name(record.mode).removeprefix("COMPACTION_MODE_").lower()
    method = compaction_pb2.CompactionMethod.Name(record.method).removeprefix("COMPACTION_METHOD_").lower()
    return (
        mode,
        f"{response.num_messages_before} -> {response.num_messages_after}",
        f"{record.tokens_before} -> {record.tokens_after}",
        f"{record.tokens_after / record.tokens_before:.0%}",
        str(record.evicted_count),
        f"{len(response.summary)} chars",
        f"{record.model} ({method}), {record.duration_ms} ms",
    )


def before_and_after(outcome: Outcome) -> str:
    """A drawing of the context before and after, with the tokens of what it is made of."""
    response, record, context = outcome.response, outcome.response.compaction, outcome.context
    summary, *kept = [source.token_count for source in context.sources[1:]]
    fixed = record.tokens_after - summary - sum(kept)
    evicted = record.tokens_before - fixed - sum(kept)
    first, last = ("system message and tools", fixed), (f"{len(kept)} recent messages", sum(kept))
    before = _boxes((first, (f"{record.evicted_count} older messages", evicted), last), height=3)
    after = _boxes((first, ("summary", summary), last), height=1)
    before.insert(0, f"before: {response.num_messages_before} messages, {record.tokens_before:,} tokens")
    after.insert(0, f"after: {response.num_messages_after} messages, {record.tokens_after:,} tokens")
    rows = zip_longest(before, after, fillvalue="")
    lines = [
        f"{left:{BOX}}{ARROW if number == 4 else ' ' * len(ARROW)}{right}" for number, (left, right) in enumerate(rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def _boxes(contents: Sequence[tuple[str, int]], height: int) -> list[str]:
    """One above the other, the middle one `height` lines high."""
    edge = f"+{'-' * (BOX - 2)}+"
    lines = [edge]
    for number, (label, tokens) in enumerate(contents):
        margin = [f"|{'':{BOX - 2}}|"] * ((height - 1) // 2 if number == 1 else 0)
        lines += [*margin, f"| {label}{tokens:>{BOX - 4 - len(label)},} |", *margin, edge]
    return lines


def summary_page(outcome: Outcome) -> str:
    return outcome.response.summary


def context_page(context: conversation_service_pb2.GetContextResponse) -> str:
    """The first and last entries of a context, one line each, and its size."""
    entries = list(zip(context.messages, context.sources, strict=True))
    lines = [_entry(message, source) for message, source in entries]
    hidden = len(lines) - HEAD_ENTRIES - TAIL_ENTRIES
    if hidden > 0:
        lines[HEAD_ENTRIES:-TAIL_ENTRIES] = [f"{'':>21}  ... {hidden} more entries ..."]
    share = context.context_tokens / context.context_window
    lines.append(f"\n{context.context_tokens} of {context.context_window} tokens ({share:.0%} of the window)")
    return "\n".join(lines)


def _entry(message: message_pb2.ChatMessage, source: conversation_service_pb2.ContextSource) -> str:
    role = message_pb2.MessageRole.Name(message.role).removeprefix("MESSAGE_ROLE_").lower()
    origin = conversation_service_pb2.EntryOrigin.Name(source.origin).removeprefix("ENTRY_ORIGIN_").lower()
    text = " ".join(message.content.split())
    if message.tool_calls:
        calls = ", ".join(f"{call.function.name}({call.function.arguments})" for call in message.tool_calls)
        text = f"{text} -> {calls}".strip()
    line = f"{role:<9} {origin:<9} {source.token_count:>5}  {text}"
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."
