"""Which of the values that nobody spoke of are worth their room."""

import json
from statistics import mean

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from compactd.extractive.importance.gathering import gather_facts
from compactd.extractive.importance.plain_names import is_plain, plain_words
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.quality.conversations import plant
from tests.quality.scoring import score

PRICES = {f"seat_{number}": {"price": 411 + 7 * number} for number in range(30)}


def with_prices(expression: str) -> list[ChatMessage]:
    """Thirty prices are looked up, and something is calculated."""
    calculation = ToolCall("c2", "calculate", json.dumps({"expression": expression}))
    return [
        ChatMessage(Role.USER, "What do the two seats cost together?"),
        ChatMessage(Role.ASSISTANT, None, tool_calls=(ToolCall("c1", "list_seats", "{}"),)),
        ChatMessage(Role.TOOL, json.dumps(PRICES), tool_call_id="c1"),
        ChatMessage(Role.ASSISTANT, None, tool_calls=(calculation,)),
        ChatMessage(Role.TOOL, "done", tool_call_id="c2"),
    ]


def test_numbers_that_were_calculated_with_come_before_those_that_were_only_listed() -> None:
    for one, other in ((418, 565), (453, 600)):
        summary = summarize(with_prices(f"({one} + {other}) * 2"), 110)
        assert f"{one}, {other}" in summary or f"{other}, {one}" in summary
    assert "565" not in summarize(with_prices("1 + 2"), 110)


def test_long_lists_under_one_label_do_not_push_out_what_was_said() -> None:
    """Most that is kept of planted facts at a twentieth of the characters without a rule for long lists is 0.75."""
    made = [plant(seed) for seed in range(8)]
    kept = [score(summarize(one.messages, one.characters // 20), one.facts).retention for one in made]
    assert mean(kept) > 0.77


def test_what_only_tools_printed_takes_no_room_that_what_was_said_could_have() -> None:
    rooms = [
        {"key": f"RM-{500 + n}", "stars": 3 + n / 10, "check_in": f"1{n}:30", "price": f"€{91 + n}"} for n in range(9)
    ]
    chosen = "Then take the one with the balcony, my aunt liked it there."
    said = [
        ChatMessage(Role.USER, "Which rooms are free in Trieste?"),
        ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("c", "list_rooms", "{}"),)),
        ChatMessage(Role.TOOL, json.dumps(rooms, ensure_ascii=False), tool_call_id="c"),
        ChatMessage(Role.ASSISTANT, "Nine of them are free."),
        ChatMessage(Role.USER, chosen),
        ChatMessage(Role.ASSISTANT, "Taken."),
    ]
    summary = summarize(said, 330)
    assert chosen in summary
    assert "RM-508" in summary
    assert not [word for word in ("stars", "check_in", "€") if word in summary]


def test_what_stands_in_a_long_text_that_a_tool_was_given_is_not_what_somebody_chose() -> None:
    steps = "\n".join(f"lap{n:02} took {n + 11} ms and queued {n} rows" for n in range(30))
    call = ToolCall("c", "write_file", json.dumps({"file_path": "notes/laps.txt", "content": steps}))
    said = [
        ChatMessage(Role.USER, "Keep the laps in a file, please. The harbour closes at six."),
        ChatMessage(Role.ASSISTANT, tool_calls=(call,)),
        ChatMessage(Role.TOOL, "written", tool_call_id="c"),
        ChatMessage(Role.ASSISTANT, "I've written them to notes/laps.txt."),
    ]
    summary = summarize(said, 300)
    assert "The harbour closes at six." in summary
    assert "notes/laps.txt" in summary
    assert summary.count(" ms") <= 5


def test_a_label_with_capitals_is_no_name_but_a_person_is() -> None:
    asked = ChatMessage(Role.USER, "Which flight number and which cabin class do I have?")
    said = ChatMessage(Role.ASSISTANT, "Please ask Ingrid Volkov for the Flight Number and the Cabin Class.")
    words = finished(plain_words(finished(gather_facts(finished(Reader().read([asked, said]))))))
    assert is_plain("Flight Number", words)
    assert is_plain("Cabin Class", words)
    assert not is_plain("Ingrid Volkov", words)
    assert not is_plain("Flight Volkov", words)
