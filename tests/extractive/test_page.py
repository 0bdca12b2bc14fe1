"""A page: its size is what its text takes, and a line takes the place of the values that it says."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive.page import Page, Section
from compactd.extractive.value_line import Label

VALUES = ("value-0", "2026-03-09", "16 March", "src/cut.py", "22:05", "2026-03-10")
HEADINGS = {section: str(section) for section in Section}

words = st.text(alphabet="abc1-", min_size=1, max_size=30)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(Section),
            st.integers(0, 9),
            st.sampled_from(("", "", "Done: ", "Failed: ")),
            words,
            st.lists(st.integers(0, 5), max_size=3),
        ),
        st.tuples(st.sampled_from(("id", "path", "date")), st.integers(0, 5)),
    ),
    max_size=30,
)


@given(steps, st.integers(20, 300))
def test_the_size_is_that_of_the_text_whatever_is_added_and_given_up_for_a_line(made: list, limit: int) -> None:  # type: ignore[type-arg]
    page = Page(limit, HEADINGS)
    listed: set[int] = set()
    for step in made:
        if len(step) == 2:
            label, number = step
            if number not in listed and page.add_value(Label(label, shown=label != "date"), VALUES[number]):
                listed.add(number)
        else:
            section, order, opening, text, said = step
            values = [VALUES[number] for number in dict.fromkeys(said)]
            if page.add_line(section, order, text, instead_of=values, opening=opening):
                listed -= set(said)
        assert page.size == (len(page.text()) + 1 if page.text() else 0)
        assert len(page.text()) <= limit
        assert {number for number in range(6) if VALUES[number] in page.text()} == listed


def test_a_line_that_says_a_listed_value_has_its_room() -> None:
    page = Page(60, HEADINGS)
    assert page.add_value(Label("url"), "https://one.example")
    assert not page.add_line(Section.DETAILS, 0, "See https://one.example first.")
    assert page.add_line(Section.DETAILS, 0, "See https://one.example first.", instead_of=["https://one.example"])
    assert page.text() == "## Details\n- See https://one.example first."


def test_room_that_is_held_back_is_there_in_the_end() -> None:
    page = Page(60, HEADINGS)
    page.held_back = 30
    assert not page.add_line(Section.DETAILS, 0, "a line of thirty code points..")
    page.held_back = 0
    assert page.add_line(Section.DETAILS, 0, "a line of thirty code points..")
