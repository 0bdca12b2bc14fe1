"""Everything that calls do to a database, at once."""

import asyncio
from typing import Any
from uuid import uuid4

from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.ports.contexts import ConversationState
from compactd.ports.store import Store
from tests.builders.stored_values import agent_key, append, begin, commit_of, put_agent, user

CONVERSATIONS = 20
APPENDS = 10
"""In each of them, at once."""

Outcomes = list[Any]


async def prepare(store: Store) -> list[ConversationState]:
    """Conversations of five messages."""
    return [await store.state(await begin(store, 5)) for _ in range(CONVERSATIONS)]


async def crowd(store: Store, states: list[ConversationState]) -> Outcomes:
    """In each conversation ten appends, a compaction of its first messages, and reads beside it; in half of them a
    change of their agent and of themselves, and a new agent for each: 200 appends, 20 compactions. What each did or
    raised, the appends first: for each its conversation's number, its text and its positions."""
    calls: list[Any] = [
        _append(store, number, state.key, f"{number}.{uuid4()}")
        for _ in range(APPENDS)
        for number, state in enumerate(states)
    ]
    for state in states:
        ref = state.key
        calls += [
            store.commit_compaction(ref, commit_of(state, 4, [1, 2, 3])),
            *(store.state(ref) for _ in range(3)),
            *(store.get_agent(agent_key(state.agent_id)) for _ in range(3)),
            store.snapshot(ref, bodies=True),
            store.list_messages(ref, Page(9)),
        ]
    for state in states[::2]:
        calls += [
            store.update_agent(agent_key(state.agent_id), lambda agent: agent),
            store.update_conversation(state.key, lambda conversation: conversation),
            put_agent(store),
        ]
    return await asyncio.gather(*calls, return_exceptions=True)


async def _append(store: Store, number: int, ref: ConversationKey, text: str) -> tuple[int, str, list[int]]:
    return number, text, list((await append(store, ref, user(text))).positions)


async def check(store: Store, states: list[ConversationState], outcomes: Outcomes) -> None:
    """What was acknowledged is there, where it was said to be; nothing is there twice."""
    done = [outcome for outcome in outcomes[: len(states) * APPENDS] if isinstance(outcome, tuple)]
    for number, state in enumerate(states):
        history = await store.list_messages(state.key, Page(999, descending=False))
        stored = {message.position: message.message.content or "" for message in history}
        for _, text, [position] in (acknowledged for acknowledged in done if acknowledged[0] == number):
            assert stored[position] == text
        texts = [text for text in stored.values() if text.startswith(f"{number}.")]
        assert len(texts) == len(set(texts))
