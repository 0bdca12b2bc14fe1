"""Values on a line: no more between them than tells them apart."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive import extract_identifiers
from compactd.extractive.languages.wording import listed_in
from compactd.extractive.value_line import Label, ValueLine

NARROW = ("SUP-21003", "src/cut.py", "user_id", "v4.18.2", "7be41d9")
VALUES = (*NARROW, "2026-03-09", "22:05", "16 March", "4417", "Mei Lin")

ODD = ("$5k", "12-b", "code-4", "x-27", "#19")
PARTS = (
    *NARROW,
    *ODD,
    "2026-03-09",
    "22:05",
    "16 March",
    "worker-32",
    "rows_5",
    "min-3",
    "May-report",
    "EUR_12",
    "cut-9",
)


def line_of(*values: str, label: str = "id", shown: bool = True) -> ValueLine:
    line = ValueLine(Label(label, shown))
    for value in values:
        line.add(value)
    return line


@given(st.lists(st.sampled_from(VALUES), min_size=1, unique=True))
def test_what_a_line_lists_is_read_back_as_it_was(values: list[str]) -> None:
    assert listed_in(line_of(*values).text) == ("id", values)


@given(st.lists(st.sampled_from(("2026-03-09", "22:05", "16 March", "10 July 2027")), min_size=1, unique=True))
def test_what_says_by_its_form_what_it_is_needs_no_label(values: list[str]) -> None:
    assert listed_in(line_of(*values, label="date", shown=False).text) == ("date", values)
    assert listed_in(line_of("src/cut.py", "a/b.py", label="path", shown=False).text) == (
        "path",
        ["src/cut.py", "a/b.py"],
    )
    assert listed_in(line_of("v4.18.2", "5.0.0", label="version", shown=False).text) == (
        "version",
        ["v4.18.2", "5.0.0"],
    )
    assert listed_in(line_of("7be41d9", "ad86f30", label="hash", shown=False).text) == ("hash", ["7be41d9", "ad86f30"])
    assert listed_in("- The ferry to src/cut.py") is None


@given(st.lists(st.sampled_from(VALUES), unique=True), st.data())
def test_a_line_is_as_long_as_it_was_said_to_become(values: list[str], data: st.DataObject) -> None:
    line, size = ValueLine(Label("id")), 0
    for value in values:
        size += line.cost_of(value)
        line.add(value)
        assert size == len(line.text) + 1
    for value in data.draw(st.permutations(values))[1:]:
        least = line.freed_by(value)
        freed = line.remove(value)
        size -= freed
        assert least <= freed
        assert size == len(line.text) + 1


@given(st.lists(st.sampled_from(PARTS), min_size=2, max_size=5, unique=True))
def test_no_two_values_on_a_line_make_a_third_one(values: list[str]) -> None:
    found = [identifier.value for identifier in extract_identifiers(line_of(*values).text)]
    assert not [value for value in found if not any(value in one for one in values)]


def test_digits_never_stand_beside_digits_with_nothing_but_a_blank_between() -> None:
    assert line_of("4417", "812").text == "- id: 4417, 812"
    assert line_of("2026-03-09", "22:05").text == "- id: 2026-03-09, 22:05"
    assert line_of("worker-32", "rows_5").text == "- id: worker-32, rows_5"
    assert line_of("SET-4417", "INC-0853").text == "- id: SET-4417 INC-0853"
