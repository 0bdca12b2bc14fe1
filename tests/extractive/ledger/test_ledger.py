"""What a message names, out of its digest, and which messages of a conversation hold it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive.ledger import holders as holders_module
from compactd.extractive.ledger.holders import HOLDERS_AT_MOST, Holders
from compactd.extractive.ledger.mentions import ledger_of, words_of_digest
from compactd.extractive.reading.digest import decode_digest, encode_digest
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.reader import Reader
from compactd.extractive.reading.tool_data import READ_AT_MOST
from compactd.strategies.steps import finished
from tests.builders.conversations import needs_recorded, recorded_conversations


def named(message: ChatMessage) -> dict[str, Kind]:
    [digest] = finished(Reader().read([message]))
    return {value: kind for value, kind, _ in ledger_of(digest)}


def held_by(messages: Sequence[ChatMessage]) -> Holders:
    """By messages at positions from 1 on."""
    holders = Holders()
    for position, digest in enumerate(finished(Reader().read(messages)), 1):
        holders.add(position, digest)
    return holders


def said(text: str) -> ChatMessage:
    return ChatMessage(Role.USER, text)


def printed(text: str) -> ChatMessage:
    return ChatMessage(Role.TOOL, text, tool_call_id="c")


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Total: $ 1,250.50 for all", "$ 1,250.50", Kind.AMOUNT),
        ("Gesamt 1.250,00 €, fällig am 14. März 2026", "14. März 2026", Kind.DATE),
        ("the job ended with exit code 137", "exit code 137", Kind.ERROR),
        ("wrote /srv/out/a.csv", "/srv/out/a.csv", Kind.PATH),
        ("IBAN: DE02 1203 0000 0000 2020 51", "DE02 1203 0000 0000 2020 51", Kind.ID),
    ],
)
def test_what_a_program_prints_in_several_words_is_named_too(text: str, value: str, kind: Kind) -> None:
    assert named(printed(text)).get(value) == kind


def test_of_a_very_long_output_the_part_that_is_passed_over_names_what_says_something() -> None:
    line = "nothing of note happened here at all\n"
    many = line * (READ_AT_MOST // len(line))
    found = named(printed(f"{many}ticket TCK-9917 in retry_count of file /srv/app/odd.py\n{many}"))
    assert {"TCK-9917": Kind.ID, "/srv/app/odd.py": Kind.PATH}.items() <= found.items()
    assert "retry_count" not in found


def test_a_value_of_several_words_under_a_name_has_its_kind() -> None:
    [digest] = finished(Reader().read([printed('{"total": "112.50 EUR", "due": "3 June 2026", "note": "as agreed"}')]))
    assert list(ledger_of(digest)) == [
        ("112.50 EUR", Kind.AMOUNT, "total"),
        ("3 June 2026", Kind.DATE, "due"),
        ("as agreed", Kind.SYMBOL, "note"),
    ]


def test_of_several_kinds_the_first_one_counts_that_says_something() -> None:
    call = ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("c", "pay", '{"ref": "x 1,250 EUR y"}'),))
    found = held_by([call, said("It is `x 1,250 EUR y`.")])
    held = found.get("x 1,250 EUR y")
    assert held is not None
    assert (held.kind, held.label, held.count) == (Kind.COMMAND, "ref", 2)


def test_a_message_that_names_it_twice_holds_it_once() -> None:
    held = held_by([said("ORD-1 and ORD-1."), said("no"), said("ORD-1")]).get("ORD-1")
    assert held is not None
    assert (held.count, held.positions, held.last) == (2, [1, 3], 3)


def test_of_many_holders_the_last_are_known() -> None:
    held = held_by([said("ORD-1")] * 500).get("ORD-1")
    assert held is not None
    assert held.count == 500
    assert held.positions[-HOLDERS_AT_MOST:] == list(range(401, 501))
    assert len(held.positions) <= 2 * HOLDERS_AT_MOST


def test_of_too_many_identifiers_those_are_known_that_were_named_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holders_module, "IDENTIFIERS_AT_MOST", 100)
    found = held_by([said("ORD-1"), *(said(f"TCK-{number}") for number in range(300)), said("ORD-1")])
    assert len(found) <= 100
    assert found.get("TCK-299") is not None
    assert found.get("TCK-100") is None


@given(st.text(), st.sampled_from([Role.USER, Role.ASSISTANT, Role.TOOL]))
def test_whatever_is_named_stands_in_the_message(text: str, role: Role) -> None:
    message = printed(text) if role is Role.TOOL else ChatMessage(role, text)
    [digest] = finished(Reader().read([message]))
    plain = " ".join(text.replace("\x00", " ").split())
    for value, _, _ in ledger_of(digest):
        assert value in text.replace("\x00", " ") or " ".join(value.split()) in plain


@needs_recorded
def test_all_that_is_named_is_among_the_words_of_the_digest() -> None:
    for _, messages in recorded_conversations():
        for digest in finished(Reader().read(messages)):
            words = words_of_digest(decode_digest(encode_digest(digest)))
            assert [value for value, _, _ in ledger_of(digest) if value not in words] == []
