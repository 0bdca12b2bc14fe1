"""Whether a request is open is learned from ends of conversations: the same from the same ones."""

from compactd.domain.messages import ChatMessage, Role, ToolCall
from compactd.extractive import summarize
from tests.extractive.importance.open_after import open_after
from tests.quality.fit_open import FILE, Asked, learned, told
from tests.quality.requests import open_section

_DONE = Asked("made", ("made", "en", 0), ("#", "asks", "reply about done"), is_open=False)
_OPEN = Asked("made", ("made", "en", 1), ("#", "asks", "reply about begun"), is_open=True)
MADE = (_DONE, _OPEN) * 20


def test_the_same_ends_teach_the_same_weights() -> None:
    assert learned(MADE) == learned(list(MADE))


def test_what_is_learned_tells_the_ends_that_taught_it() -> None:
    assert told(MADE, learned(MADE)) == "open 1.000, done 1.000"


def test_the_weights_are_in_order_and_one_for_each_feature() -> None:
    rows = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert all(len(row) == 2 for row in rows)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_what_tools_did_since_the_assistant_spoke_is_told_by_words_alone() -> None:
    call = ToolCall("c", "search", '{"query": "tyres"}')
    said = [
        ChatMessage(role=Role.USER, content="Get me a quote for new tyres. My colleague shrugged."),
        ChatMessage(
            role=Role.ASSISTANT, content="I'll take a look at that. Most of the list has nothing to do with us."
        ),
        ChatMessage(role=Role.ASSISTANT, tool_calls=(call,)),
        ChatMessage(role=Role.TOOL, content="3 results", tool_call_id="c"),
    ]
    assert "tyres" in open_section(summarize(said, 600))


def test_what_is_open_of_a_remark_leaves_open_what_it_adds_to() -> None:
    turns = "Please rename the invoices by date.", "Two of them carry no date.", "the one from Harlow is from May"
    assert open_after(*turns).splitlines() == [f"- {turns[0]}", f"- {turns[2]}"]
