"""The view: what a model is shown of a context. Stored messages never change; the view repairs what providers reject.

Results stand directly after the message that made the call, in the order of its calls; a note of the system or another
call that stood between comes behind them. A dead call gets a stand-in result, a late result becomes a user message, a
call id used again gets a suffix, empty content is shown as such, and the summary and notes of the system (system
messages that are entries) stand in frames that say what they are; where a user or a tool writes such a frame, it gets
other brackets. Images, files and audio of assistants and tools, which OpenAI takes from users only, are named in words,
as is audio of which only the transcript is known. Other names and call ids stay as they are, however long or odd,
unless a provider's rules for them are given: the agent's own provider took them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cached_property

from compactd.domain.context import (
    LATE_FRAME_TOKENS,
    OPENING_TOKENS,
    SHOWN_AS_USER,
    STAND_IN_TOKENS,
    Context,
    Entry,
)
from compactd.domain.messages import ChatMessage, ContextMessage, Role, TextPart
from compactd.domain.value_class import value
from compactd.strategies.call_naming import AS_STORED, CallNaming
from compactd.strategies.forged_frames import without_forged_frames
from compactd.strategies.frames import frame_note, frame_summary
from compactd.strategies.kept_thoughts import KeepThoughts, drop_opaque
from compactd.strategies.placeholders import has_parts_to_name, name_parts
from compactd.strategies.presentation import presentable, without_import_data
from compactd.strategies.tail import groups_from_end, live_calls, tail_of

NO_RESULT = "[no result was recorded]"
OPENING = "[the conversation begins]"


class Origin(StrEnum):
    """VERBATIM: as stored. REWRITTEN: changed for the view. SYNTHETIC: stands for no stored message."""

    VERBATIM = "verbatim"
    REWRITTEN = "rewritten"
    SYNTHETIC = "synthetic"


@value
class ViewEntry:
    """One message of a view, with the ids of the stored messages it came from. `shown` is the message, or where it is
    shown as it is stored without having been decoded."""

    shown: ChatMessage | ContextMessage
    message_ids: tuple[str, ...]
    origin: Origin
    token_count: int

    @property
    def message(self) -> ChatMessage:
        """What is shown, decoded."""
        return self.shown if isinstance(self.shown, ChatMessage) else without_import_data(self.shown.message)


def build_view(
    context: Context,
    bodies: Sequence[ContextMessage],
    keep: KeepThoughts = drop_opaque,
    *,
    native: bool = False,
    naming: CallNaming = AS_STORED,
) -> list[ViewEntry]:
    """The view of a context whose messages are `bodies`: system, summary if there is one, entries, in this order.

    A `native` view shows the summary and system notes bare, in their own role, and images wherever they stand. Calls
    and their tools are named by `naming`. Of messages that are plain none is decoded but a note, or a call that is
    shown with another id or name than its own.
    """
    before = 1 + (context.summary is not None)
    view = [_stored_entry(bodies[0], context.system, keep, native=native)]
    if context.summary is not None:
        view.append(_summary(bodies[1], context.summary, native=native))
    walk = _Entries(context.entries, bodies[before:], _pending_from(context), keep, naming, native=native)
    entries = list(walk)
    if context.summary is None and entries and entries[0].shown.role not in SHOWN_AS_USER:
        opening = ChatMessage(Role.USER, OPENING)
        view.append(ViewEntry(opening, (), Origin.SYNTHETIC, OPENING_TOKENS))
    return view + entries


def _pending_from(context: Context) -> int | None:
    """The position from which calls may stand unanswered. Nothing is pending in a view that ends before the
    conversation does: where it was cut, a run seems to be at its end that is not."""
    entries = context.entries
    live = live_calls(context)
    if not live or entries[-1].position < context.last_position:
        return None
    return next(groups_from_end(tail_of(context)(0), live)).first_position


def _summary(stored: ContextMessage, entry: Entry, *, native: bool) -> ViewEntry:
    if native:
        return ViewEntry(stored.message, (stored.id,), Origin.VERBATIM, entry.token_count)
    framed = ChatMessage(Role.USER, frame_summary(stored.message.text))
    return ViewEntry(framed, (stored.id,), Origin.REWRITTEN, entry.token_count)


def _stored_entry(stored: ContextMessage, entry: Entry, keep: KeepThoughts, *, native: bool) -> ViewEntry:
    """Callers that build their own requests are told who thought what is in the message."""
    if stored.plain:
        return ViewEntry(stored, (stored.id,), Origin.VERBATIM, entry.token_count)
    message = presentable(stored.message, keep)
    origin = Origin.VERBATIM if message == without_import_data(stored.message) else Origin.REWRITTEN
    if native and message.reasoning is not None:
        message = replace(message, model=stored.message.model)
    return ViewEntry(message, (stored.id,), origin, entry.token_count)


class _Entries:
    """Walks the entries of a context and yields them as view entries."""

    def __init__(
        self,
        entries: Sequence[Entry],
        bodies: Sequence[ContextMessage],
        pending_from: int | None,
        keep: KeepThoughts,
        naming: CallNaming,
        *,
        native: bool,
    ) -> None:
        self._entries = list(zip(entries, bodies, strict=True))
        self._results = {
            (entry.answers_position, entry.answers_index): (entry, stored)
            for entry, stored in self._entries
            if entry.answers_position is not None and entry.late_tool is None
        }
        self._pending_from = pending_from
        self._keep = keep
        self._naming = naming
        self._native = native
        self._shown_ids: set[str] = set()
        self._uses: dict[str, int] = {}
        # The ids of calls that are shown with another one than theirs, by position and index.
        self._other_ids: dict[tuple[int | None, int | None], str] = {}

    def __iter__(self) -> Iterator[ViewEntry]:
        for entry, stored in self._entries:
            if entry.call_count:
                yield from self._call_and_results(entry, stored)
            elif entry.late_tool is not None:
                yield self._late_result(entry, stored, entry.late_tool)
            elif entry.role is Role.SYSTEM and not self._native:
                yield self._note(entry, stored)
            elif entry.role is not Role.TOOL:
                yield self._as_stored(entry, stored)

    def _as_stored(self, entry: Entry, stored: ContextMessage) -> ViewEntry:
        shown = _stored_entry(stored, entry, self._keep, native=self._native)
        if stored.plain or self._native:
            return shown
        message = without_forged_frames(shown.message)
        if has_parts_to_name(message):
            message = name_parts(message)
        return shown if message is shown.message else replace(shown, shown=message, origin=Origin.REWRITTEN)

    def _call_and_results(self, entry: Entry, stored: ContextMessage) -> Iterator[ViewEntry]:
        as_stored = self._as_stored(entry, stored)
        given = stored.call_ids
        own = [self._own_id(call_id) for call_id in given]
        yield self._called(as_stored, own) if own != given or self._naming.tool_name is not None else as_stored
        for index, call_id in enumerate(own):
            renamed = call_id != given[index]
            if renamed:
                self._other_ids[entry.position, index] = call_id
            result = self._results.get((entry.position, index))
            if result is not None:
                yield self._result(*result, call_id, renamed=renamed)
            elif self._pending_from is None or entry.position < self._pending_from:
                stand_in = ChatMessage(Role.TOOL, NO_RESULT, tool_call_id=call_id)
                yield ViewEntry(stand_in, (), Origin.SYNTHETIC, STAND_IN_TOKENS)

    def _called(self, entry: ViewEntry, call_ids: Sequence[str]) -> ViewEntry:
        """The entry with these ids for its calls, and the names that their tools are shown with."""
        message = entry.message
        calls = tuple(
            replace(call, id=call_id, name=self._naming.tool(call.name))
            for call, call_id in zip(message.tool_calls, call_ids, strict=True)
        )
        if calls == message.tool_calls:
            return entry
        return replace(entry, shown=replace(message, tool_calls=calls), origin=Origin.REWRITTEN)

    def _own_id(self, call_id: str) -> str:
        """Depends on earlier calls only, so that what was shown once stays as it was, for the provider's prefix cache.
        Only where a suffix would make the id that another call of the context has by itself, it is another suffix: an
        id changes where it is used twice, and nowhere else."""
        use = self._uses.get(call_id, 0) + 1
        own = self._naming.shown_id(call_id, use)
        while own in self._shown_ids or (use > 1 and own in self._first_ids):
            use += 1
            own = self._naming.shown_id(call_id, use)
        self._shown_ids.add(own)
        self._uses[call_id] = use
        return own

    @cached_property
    def _first_ids(self) -> frozenset[str]:
        """The ids that all calls have at their first use."""
        stored = (stored for entry, stored in self._entries if entry.call_count)
        return frozenset(self._naming.shown_id(call_id, 1) for message in stored for call_id in message.call_ids)

    def _result(self, entry: Entry, stored: ContextMessage, call_id: str, *, renamed: bool) -> ViewEntry:
        as_stored = self._as_stored(entry, stored)
        if not renamed:
            return as_stored
        message = replace(as_stored.message, tool_call_id=call_id)
        return ViewEntry(message, as_stored.message_ids, Origin.REWRITTEN, entry.token_count)

    def _note(self, entry: Entry, stored: ContextMessage) -> ViewEntry:
        message = presentable(stored.message, self._keep)
        shown = ChatMessage(Role.USER, frame_note(message.text), name=message.name)
        return ViewEntry(shown, (stored.id,), Origin.REWRITTEN, entry.token_count)

    def _late_result(self, entry: Entry, stored: ContextMessage, tool: str) -> ViewEntry:
        message = presentable(stored.message, self._keep)
        if not self._native:
            message = without_forged_frames(message)
        kind = "error" if message.is_error else "result"
        call_id = self._other_ids.get((entry.answers_position, entry.answers_index))
        if call_id is None:
            call_id = self._naming.shown_id(message.tool_call_id, 1)
        of_tool = f"the tool {self._naming.tool(tool)}" if tool else "an unknown tool"
        line = f"[late {kind} of {of_tool}, call {call_id}]"
        if message.content is not None:
            shown = ChatMessage(Role.USER, f"{line}\n{message.content}")
        else:
            shown = ChatMessage(Role.USER, parts=(TextPart(line), *message.parts))
            shown = shown if self._native else name_parts(shown)
        return ViewEntry(shown, (stored.id,), Origin.REWRITTEN, entry.token_count + LATE_FRAME_TOKENS)
