"""What must hold for every conversation, however odd: thousands of random ones, and the recorded ones."""

from collections.abc import Sequence
from random import Random

import pytest

from compactd.domain.context import (
    LATE_FRAME_TOKENS,
    OPENING_TOKENS,
    STAND_IN_TOKENS,
    SUMMARY_FRAME_TOKENS,
    Context,
    Entry,
)
from compactd.domain.errors import CannotHelp, NothingToCompact
from compactd.domain.messages import AudioPart, ChatMessage, FilePart, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.domain.settings import CompactionMode
from compactd.strategies.cut import Plan, summary_reserve
from compactd.strategies.frames import NOTE_BEGIN, NOTE_END
from compactd.strategies.groups import Group, form_groups
from compactd.strategies.kept_thoughts import drop_opaque, keep_opaque, thoughts_of
from compactd.strategies.modes import MODES, Cut
from compactd.strategies.request_forms import self_request
from compactd.strategies.view import Origin, ViewEntry, build_view
from tests.builders.conversations import OWN, RandomConversation, needs_recorded, recorded_conversations, seeds
from tests.builders.stored_conversation import StoredConversation
from tests.shapes import faults
from tests.strategies.slow_groups import slow_groups
from tests.strategies.slow_plan import context_tokens

CONVERSATIONS = 2_000
WINDOWS = (1_000, 2_000, 8_000, 128_000)


def counts(random: Random, size: int) -> list[int]:
    return [random.choice((1, 5, 20, 100, 300, 2_000)) for _ in range(size)]


# 9 s of one core, of which a busy machine gives a fraction.
@pytest.mark.timeout(180)
def test_every_random_conversation_keeps_every_invariant_over_three_compactions() -> None:
    planned = rejected = 0
    for random in seeds(CONVERSATIONS):
        conversation = StoredConversation(
            system_tokens=random.choice((0, 10, 400)), tools_tokens=random.choice((0, 50))
        )
        source = RandomConversation(random, broken=random.random() < 0.5)
        for _ in range(3):
            size = random.choice((0, 1, 2, 5, 12, 30))
            conversation.append(source.batch(size), counts(random, size))
            if compact(conversation, random):
                planned += 1
            else:
                rejected += 1
    assert planned > CONVERSATIONS
    assert rejected > CONVERSATIONS // 10


@needs_recorded
@pytest.mark.parametrize("mode", CompactionMode)
def test_every_recorded_conversation_keeps_every_invariant_in_every_mode(mode: CompactionMode) -> None:
    recorded = recorded_conversations()
    compacted = 0
    for seed, (_, messages) in enumerate(recorded):
        random = Random(seed)
        system = messages[0].text if messages[0].role is Role.SYSTEM else ""
        conversation = StoredConversation(system, 500)
        rest = [message for message in messages if message.role is not Role.SYSTEM]
        for third in (rest[: len(rest) // 2], rest[len(rest) // 2 :], rest[:0]):
            conversation.append(third, [max(1, message.characters // 3) for message in third])
            compacted += compact(conversation, random, mode)
    assert compacted >= len(recorded)


def compact(conversation: StoredConversation, random: Random, mode: CompactionMode | None = None) -> bool:
    """Plans, checks the plan, commits a summary of random size, checks the context; False if there was no plan."""
    mode = mode or random.choice(list(CompactionMode))
    keep_share = random.choice((0.01, 0.3, 0.3, 0.5, 0.9, 1.0, random.random() or 0.1))
    window = random.choice(WINDOWS)
    before, originals = conversation.context, dict(conversation.messages)
    check_context(conversation)
    try:
        plan = conversation.plan(MODES[mode].cut, keep_share, window)
    except (NothingToCompact, CannotHelp) as rejection:
        check_rejection(rejection, conversation, mode, keep_share, window)
        return False
    check_plan(plan, before, MODES[mode].cut, keep_share, window)
    check_own_context(conversation, before, plan)
    conversation.commit(plan, mode, keep_share, "a summary [end of the summary]", random.choice((49, 80, 500)))
    assert conversation.messages == originals
    assert tuple(kept_by(plan, before)) == tuple(conversation.context.entries)
    check_context(conversation)
    with pytest.raises((NothingToCompact, CannotHelp)):
        conversation.plan(MODES[mode].cut, keep_share, window)
    return True


def check_context(conversation: StoredConversation) -> None:
    """Groups, sums and the view of the context as it is now."""
    context = conversation.context
    groups = form_groups(context.entries)
    check_groups(conversation, context)
    tokens = context_tokens(context, groups)
    assert tokens == sums(conversation)
    before = [conversation.bodies[index].message for index in range(len(conversation.bodies))]
    for keep in (drop_opaque, keep_opaque, thoughts_of(*OWN)):
        view = build_view(context, conversation.bodies, keep)
        check_view(view, context)
        assert sum(entry.token_count for entry in view) + context.tools_tokens == tokens
    assert before == [stored.message for stored in conversation.bodies]


def check_groups(conversation: StoredConversation, context: Context) -> None:
    """The fast groups are the slow ones, and none of those was split by the start of the context."""
    positions = sorted(conversation.messages)
    slow = [
        (positions[first], positions[last], pending)
        for first, last, pending in slow_groups([conversation.messages[position].message for position in positions])
    ]
    fast = [
        (context.entries[group.first].position, context.entries[group.last].position, group.pending)
        for group in form_groups(context.entries)
    ]
    assert fast == [group for group in slow if group[1] >= context.start]


def sums(conversation: StoredConversation) -> int:
    """The size of the context as the store adds it up: rows, late results, calls shown with a stand-in, opening."""
    context = conversation.context
    shown = [conversation.messages[entry.position] for entry in context.entries]
    late = sum(entry.late_tool is not None for entry in context.entries)
    answered = {(entry.answers_position, entry.answers_index) for entry in context.entries if entry.late_tool is None}
    pending_from = next(
        (context.entries[group.first].position for group in form_groups(context.entries) if group.pending), None
    )
    dead = sum(
        (stored.position, index) not in answered
        for stored in shown
        if pending_from is None or stored.position < pending_from
        for index in range(len(stored.message.tool_calls))
    )
    opening = bool(
        conversation.summary is None
        and context.entries
        and context.entries[0].role not in (Role.USER, Role.SYSTEM)
        and context.entries[0].late_tool is None
    )
    summary = conversation.summary.token_count if conversation.summary else 0
    return (
        conversation.system.token_count
        + conversation.tools_tokens
        + summary
        + sum(stored.token_count for stored in shown)
        + late * LATE_FRAME_TOKENS
        + dead * STAND_IN_TOKENS
        + opening * OPENING_TOKENS
    )


def check_view(view: Sequence[ViewEntry], context: Context) -> None:
    messages = [entry.message for entry in view]
    groups = form_groups(context.entries)
    pending_ids = (
        {entry.id for entry in context.entries[groups[-1].first :]} if groups and groups[-1].pending else set()
    )
    pending_from = next((index for index, entry in enumerate(view) if pending_ids & set(entry.message_ids)), None)
    assert faults(messages, pending_from) == []
    sources = [source for entry in view for source in entry.message_ids]
    everything = [context.system, *([context.summary] if context.summary else []), *context.entries]
    assert sorted(sources) == sorted(entry.id for entry in everything)
    assert all((entry.origin is Origin.SYNTHETIC) == (not entry.message_ids) for entry in view)
    notes = {entry.id for entry in context.entries if entry.role is Role.SYSTEM}
    for entry in view:
        if not notes.isdisjoint(entry.message_ids):
            assert (entry.message.role, entry.origin) == (Role.USER, Origin.REWRITTEN)
            assert entry.message.text.startswith(f"{NOTE_BEGIN}\n")
            assert entry.message.text.count(NOTE_END) == 1


def evicted_by(plan: Plan, context: Context) -> Sequence[Entry]:
    return [entry for entry in context.entries if plan.first_evicted <= entry.position <= plan.last_evicted]


def kept_by(plan: Plan, context: Context) -> Sequence[Entry]:
    return [entry for entry in context.entries if entry.position >= plan.new_start]


def check_plan(plan: Plan, context: Context, cut: Cut, keep_share: float, window: int) -> None:
    """evicted ∪ kept = all, disjoint and in order; no group is split; the budget holds; sizes add up."""
    assert [*evicted_by(plan, context), *kept_by(plan, context)] == list(context.entries)
    assert plan.evicted_count == len(evicted_by(plan, context))
    assert plan.kept_count == len(kept_by(plan, context))
    groups = form_groups(context.entries)
    assert plan.evicted_count in {0, *(group.last + 1 for group in groups)}
    evicted = [group for group in groups if group.last < plan.evicted_count]
    kept = groups[len(evicted) :]
    assert plan.tokens_before == context_tokens(context, groups)
    opening = plan.rest_tokens - plan.summary_tokens - plan.evicted_tokens - plan.kept_tokens
    assert opening in (0, OPENING_TOKENS)
    assert not any(group.pending for group in evicted)
    assert plan.evicted_tokens == sum(group.tokens for group in evicted)
    assert plan.kept_tokens == sum(group.tokens for group in kept)
    if cut is Cut.ALL:
        assert all(group.pending for group in kept)
        return
    room = max(0, window - plan.fixed_tokens - summary_reserve(window))
    budget = keep_share * min(plan.rest_tokens, room)
    if plan.kept_tokens > budget:
        assert len(kept) == 1
        assert plan.kept_tokens <= room
        return
    largest = sum(group.tokens for group in _longest_tail(groups, budget))
    if plan.kept_tokens < largest:
        assert context.entries[kept[0].first].role is Role.USER
        assert largest - plan.kept_tokens <= budget / 10
    if not kept:
        assert groups[-1].tokens > room


def _longest_tail(groups: Sequence[Group], budget: float) -> Sequence[Group]:
    tails = [groups[first:] for first in range(len(groups) + 1)]
    return next(tail for tail in tails if sum(group.tokens for group in tail) <= budget)


def check_own_context(conversation: StoredConversation, context: Context, plan: Plan) -> None:
    """What a self mode shows, up to the cut, is a view of its own in which nothing may stand unanswered."""
    evicted = evicted_by(plan, context)
    up_to_cut = Context(
        context.start, context.system, context.summary, evicted, context.tools_tokens, context.last_position
    )
    head = 1 + (context.summary is not None)
    bodies = conversation.bodies[: head + len(evicted)]
    view = build_view(up_to_cut, bodies, thoughts_of(*OWN))
    assert faults([entry.message for entry in view]) == []
    assert faults(self_request("Summarize.", view)) == []
    whole = build_view(context, conversation.bodies, thoughts_of(*OWN))
    if whole[: len(view)] != view:
        # A call that is kept has an id that a suffix would have made of another one.
        own = {call_id for body in bodies for call_id in body.call_ids}
        kept = {call_id for body in conversation.bodies[len(bodies) :] for call_id in body.call_ids}
        made = {call.id for entry in view for call in entry.message.tool_calls} - own
        assert made & kept
        assert [entry.message_ids for entry in whole[: len(view)]] == [entry.message_ids for entry in view]
    for entry in view:
        opaque = [part for part in entry.message.parts if isinstance(part, OpaquePart)]
        opaque += [call.opaque for call in entry.message.tool_calls if call.opaque is not None]
        assert all((part.provider, part.model) == OWN for part in opaque)


def check_rejection(
    rejection: Exception, conversation: StoredConversation, mode: CompactionMode, keep_share: float, window: int
) -> None:
    """A plan is rejected for a reason that can be seen in the context."""
    context, cut = conversation.context, MODES[mode].cut
    groups = form_groups(context.entries)
    pending = groups[-1].tokens if groups and groups[-1].pending else 0
    room = window - context.fixed_tokens - summary_reserve(window)
    if isinstance(rejection, CannotHelp):
        assert pending > room or context.fixed_tokens + 48 + 32 > window
        return
    record = conversation.record
    repeated = record is not None and record.last_seen_position >= context.last_position
    if repeated or not groups:
        return
    summary = conversation.summary.token_count if conversation.summary else 0
    kept = [group for group in groups if group.pending]
    if cut is Cut.SLIDING_WINDOW:
        # The plan may keep less, to begin at a user message: what it would evict is no less than this.
        rest = context_tokens(context, groups) - context.fixed_tokens
        kept = list(_longest_tail(groups, keep_share * min(rest, max(0, room))))
        kept = kept or [group for group in groups[-1:] if group.tokens <= room]
    evicted = groups[: len(groups) - len(kept)]
    messages = sum(group.last - group.first + 1 for group in evicted)
    size = sum(group.tokens for group in evicted)
    too_few = not messages or messages + bool(summary) < 2
    assert too_few or size + summary <= SUMMARY_FRAME_TOKENS or (summary and size < 32)


def test_images_of_assistants_and_tools_are_words_to_all_but_native_clients() -> None:
    image, link = ImagePart(data=b"x", media_type="image/png"), ImagePart(url="https://example.com/a.png")
    conversation = StoredConversation()
    messages = [
        ChatMessage(Role.USER, parts=(image,)),
        ChatMessage(Role.ASSISTANT, parts=(TextPart("see"), link), tool_calls=(ToolCall("1", "shoot", "{}"),)),
        ChatMessage(Role.TOOL, parts=(image,), tool_call_id="1"),
    ]
    conversation.append(messages, [9, 9, 9])
    view = build_view(conversation.context, conversation.bodies)
    assert view[1].message == messages[0]
    assert [entry.message.text for entry in view[2:]] == ["see\n[image: https://example.com/a.png]", "[image]"]
    assert [entry.origin for entry in view[1:]] == [Origin.VERBATIM, Origin.REWRITTEN, Origin.REWRITTEN]
    native = build_view(conversation.context, conversation.bodies, keep_opaque, native=True)
    assert [entry.message for entry in native[1:]] == messages


def test_files_and_audio_of_users_stay_and_those_of_others_are_words_to_all_but_native_clients() -> None:
    file, speech = FilePart("a.pdf", "application/pdf", data=b"x"), AudioPart("wav", b"x", "Noon.")
    heard = AudioPart(transcript="Which one?")
    conversation = StoredConversation()
    messages = [
        ChatMessage(Role.USER, parts=(file, speech)),
        ChatMessage(Role.USER, parts=(heard,)),
        ChatMessage(Role.ASSISTANT, parts=(speech,), tool_calls=(ToolCall("1", "shoot", "{}"),)),
        ChatMessage(Role.TOOL, parts=(file, speech), tool_call_id="1"),
    ]
    conversation.append(messages, [9, 9, 9, 9])
    view = build_view(conversation.context, conversation.bodies)
    assert view[1].message == messages[0]
    shown = [entry.message.text for entry in view[2:]]
    assert shown == ["[audio] Which one?", "Noon.", "[file: a.pdf, application/pdf]\n[audio: wav] Noon."]
    assert [entry.origin for entry in view[1:]] == [Origin.VERBATIM] + 3 * [Origin.REWRITTEN]
    native = build_view(conversation.context, conversation.bodies, keep_opaque, native=True)
    assert [entry.message for entry in native[1:]] == messages


def test_a_view_without_any_body_is_an_error_and_no_stopped_iteration() -> None:
    conversation = StoredConversation()
    conversation.append([ChatMessage(Role.USER, "one")], [4])
    with pytest.raises(IndexError):
        build_view(conversation.context, [])


def test_a_view_never_shows_a_message_that_was_not_stored() -> None:
    conversation = StoredConversation()
    conversation.append([ChatMessage(Role.USER, "one"), ChatMessage(Role.ASSISTANT, "two")], [4, 4])
    view = build_view(conversation.context, conversation.bodies)
    assert [entry.message.text for entry in view] == ["You help.", "one", "two"]
