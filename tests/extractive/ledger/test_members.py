"""What messages name, as it is stored and joined: the same as what their digests say."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.ledger import members
from compactd.extractive.ledger.members import JOINT, kinds_in, members_of, values_in
from compactd.extractive.ledger.receipt import mentioned_in, named_in
from compactd.extractive.reading.digest import Digest
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.builders.conversations import needs_recorded, recorded_conversations
from tests.builders.message_corpus import corpus

ANY_VALUE = st.text(min_size=1) | st.sampled_from(['"', '":0,"', "\\", "\n", "\0", ",", "1", "~", "日本"])


def joined(digests: Sequence[Digest], *, passing: bool = False) -> str:
    """As the store joins it."""
    every = [members_of(digest) for digest in digests]
    found = [one.identifiers for one in every] + [one.passing for one in every if passing and one.passing]
    return JOINT.encode().join(found).decode()


def assert_alike(digests: Sequence[Digest]) -> None:
    kinds = finished(kinds_in(joined(digests)))
    assert kinds == finished(named_in(digests))
    assert list(kinds or ()) == list(finished(named_in(digests)))
    assert finished(values_in(joined(digests, passing=True))) == finished(mentioned_in(digests))


def test_they_say_what_the_digests_of_all_kinds_of_messages_say() -> None:
    assert_alike(finished(Reader().read([message for message, _ in corpus()])))


@needs_recorded
def test_they_say_what_the_digests_of_recorded_conversations_say() -> None:
    for _, messages in recorded_conversations()[::5]:
        assert_alike(finished(Reader().read(messages)))


@given(st.lists(st.lists(st.tuples(ANY_VALUE, st.sampled_from(Kind)))))
def test_a_value_may_hold_what_it_likes(named: list[list[tuple[str, Kind]]]) -> None:
    assert_alike([Digest(Role.USER, 1, middle=tuple(one), notes=tuple(one[1:])) for one in named])


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_where_they_are_cut_into_pieces_no_name_is(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(members, "_PIECE", size)
    texts = ['The file is `a ":0," b` or "INV-1":0,"INV-2".', "Then INV-1 and C:\\new\\x.py.", ""]
    assert_alike(finished(Reader().read([ChatMessage(Role.USER, text) for text in texts])))


def test_of_no_message_there_is_nothing() -> None:
    assert finished(kinds_in("")) == {}
    assert finished(values_in("")) == set()


def test_what_other_rules_have_read_is_not_taken_for_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    [digest] = finished(Reader().read([ChatMessage(Role.USER, "Order ORD-5521.")]))
    today = members_of(digest).identifiers
    monkeypatch.setattr(members, "_READ_BY", "1")
    both = (members_of(digest).identifiers + JOINT.encode() + today).decode()
    monkeypatch.undo()
    assert finished(kinds_in(both)) is None
    assert finished(values_in(both)) is None
