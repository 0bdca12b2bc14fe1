"""Whatever a conversation holds, no request to any provider breaks a rule that its documentation names."""

import pytest

from compactd.domain.messages import Role
from tests.builders.conversations import needs_recorded, recorded_conversations
from tests.builders.stored_conversation import StoredConversation
from tests.dialect_rules import of_model
from tests.dialect_rules.generated import tools_of
from tests.dialect_rules.written import HANDLES, RequestWriters, random_requests

CONVERSATIONS = 40
"""For each of the models, other ones for each, with up to three requests."""


@pytest.mark.timeout(180)
@pytest.mark.parametrize("handle", HANDLES)
def test_requests_about_random_conversations_keep_every_rule(handle: str, writers: RequestWriters) -> None:
    written = 0
    for number in range(CONVERSATIONS):
        for body in random_requests(handle, number, writers):
            assert of_model.faults(handle, body) == [], number
            written += 1
    assert written > CONVERSATIONS


@needs_recorded
@pytest.mark.parametrize("handle", HANDLES)
def test_requests_about_recorded_conversations_keep_every_rule(handle: str, writers: RequestWriters) -> None:
    recorded = recorded_conversations()
    for _, messages in recorded:
        rest = [message for message in messages if message.role is not Role.SYSTEM]
        conversation = StoredConversation()
        conversation.append(rest, [20] * len(rest))
        bodies = list(writers.requests(handle, conversation, tools_of(rest)))
        assert len(bodies) == 3
        for body in bodies:
            assert of_model.faults(handle, body) == []
