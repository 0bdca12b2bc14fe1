"""Whatever is written is read to its end, in linear time, and the limit is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.reading.reader import Reader
from compactd.strategies.steps import finished
from tests.extractive.reading.speakers import REQUESTS, TAGS, A, T, U, block, summary_of

PIECES = st.sampled_from(
    (
        *("<a-b>", "</a-b>", "<task>", "</task>", "<c_d x='1'>", "</c_d>", "\n", "```", "> ", "[note of it]", "{", "}"),
        *('"', ":", "\\n", '\\"', "\\u00e9", "\\", "'", "b'", " ", "Never use ORD-7712.", "key: /a/b/c", "---\n"),
        *("\n\n", "\ud800"),
    )
)


@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from((U, A, T)))
def test_takes_whatever_is_written_and_keeps_to_the_limit(text: str, role: Role) -> None:
    assert len(summary_of((role, text), (U, "Please order ORD-1200."), limit=300)) <= 300


@given(st.lists(PIECES, max_size=12).map("".join), st.sampled_from(TAGS))
def test_words_outside_of_a_note_are_read_as_if_it_were_not_there(text: str, tag: str) -> None:
    said = text.translate(dict.fromkeys(map(ord, "`<:"))).strip()
    alone = summary_of((U, f"{said}\n\n{REQUESTS[0]}"))
    assert summary_of((U, f"{said}\n\n{block(tag, 'Say nothing of it.')}\n\n{REQUESTS[0]}")) == alone


@pytest.mark.parametrize(
    "text",
    [
        "<a-b>" * 200_000,
        "<a-b>\n" * 80_000 + "</a-b>\n" * 80_000,
        "".join(f"<a-b{number}>\nx\n</a-b{number}>\n" for number in range(30_000)),
        "<task>" * 90_000 + "</task>" * 60_000,
        "<a " * 330_000,
        "```\n" * 250_000,
        "> " * 500_000,
        ">\n" * 500_000,
        "[a b c\n" * 140_000,
        "\\" * 1_000_000,
        '\\n\\"' * 250_000,
        "'" * 1_000_000,
        "{'a': " * 160_000,
        "[" * 900_000 + "]",
        "a: b\n" * 200_000,
        "the user " * 110_000,
        "mention the user " * 60_000,
        "---\n" * 250_000,
        "\n# a\n---\n" * 100_000,
        "\n \n" * 300_000,
        "<!-- -" * 160_000,
        "--- a ---\n--- end a ---\n" * 40_000,
        '{"a": 1}\n' * 110_000,
        "output:\n" * 120_000,
        "log log " * 120_000 + ":\n",
        "</a\n" * 200_000,
        '{"a":' * 200_000,
        '{"text": "' * 100_000,
    ],
    ids=lambda text: repr(text[:8]),
)
@pytest.mark.parametrize("role", [U, T])
@pytest.mark.timeout(20)
def test_whatever_is_opened_and_never_closed_is_read_to_its_end(text: str, role: Role) -> None:
    # A quarter of a million characters: reading that grew with their square would not end in a third of a test's time.
    # What was read is a page's as any other sentences are, of which fewer show as much.
    assert len(finished(Reader().read([ChatMessage(role, text[: len(text) // 4])]))) == 1
    assert len(summary_of((role, text[: len(text) // 32]), limit=600)) <= 600
