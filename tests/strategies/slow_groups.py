"""Groups a second time, from the prose alone and from whole messages: slow, and sharing no code with the fast ones."""

from collections.abc import Sequence

from compactd.domain.messages import ChatMessage, Role

Calls = dict[tuple[int, int], int | None]
"""(index of the message, index of the call) to the index of its result, None if there is none in its own run."""


def slow_groups(messages: Sequence[ChatMessage]) -> list[tuple[int, int, bool]]:
    """First index, last index, and whether it is pending, of each group of a whole conversation."""
    runs = _runs(messages)
    calls = _calls(messages, runs)
    groups: list[tuple[int, int, bool]] = []
    index = 0
    while index < len(messages):
        last, pending = index, False
        if messages[index].tool_calls:
            run_end = max(run[-1] for run in runs if index in run)
            at_end = run_end == len(messages) - 1
            while True:
                inside = [key for key in calls if index <= key[0] <= last]
                if at_end and any(calls[key] is None for key in inside):
                    last, pending = run_end, True
                further = max([last, *(found for key in inside if (found := calls[key]) is not None)])
                if further == last:
                    break
                last = further
        groups.append((index, last, pending))
        index = last + 1
    return groups


def _runs(messages: Sequence[ChatMessage]) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for index, message in enumerate(messages):
        if message.role is Role.USER or (message.role is Role.ASSISTANT and not message.tool_calls):
            runs.append([])
        else:
            runs[-1].append(index)
    return [run for run in runs if run]


def _calls(messages: Sequence[ChatMessage], runs: Sequence[Sequence[int]]) -> Calls:
    calls: Calls = {(at, nth): None for at, message in enumerate(messages) for nth in range(len(message.tool_calls))}
    taken: set[tuple[int, int]] = set()
    for index, message in enumerate(messages):
        if message.role is Role.TOOL:
            candidates = [
                (at, nth)
                for at, nth in calls
                if at < index and (at, nth) not in taken and messages[at].tool_calls[nth].id == message.tool_call_id
            ]
            if not candidates:
                continue
            latest = max(at for at, _ in candidates)
            answered = min(found for found in candidates if found[0] == latest)
            taken.add(answered)
            if any(answered[0] in run and index in run for run in runs):
                calls[answered] = index
    return calls
