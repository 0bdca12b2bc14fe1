"""Values on a line: no more between them than tells them apart."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive import extract_identifiers
from compactd.extractive.value_line import Label, ValueLine
from compactd.extractive.wording import listed_in

NARROW = ("SUP-21003", "src/cut.py", "user_id", "v4.18.2", "7be41d9")
VALUES = (
    *NARROW,
    "2026-03-09",
    "22:05",
    "16 March",
    "4417",
    "Mei Lin",
    "2026-04-10",
    "$305",
    "$17,021",
    "€900",
    "7:15",
)

ODD = ("$5k", "$305", "$17,021", "500$", "300€", "50%", "4.18.2", "4417", "12-b", "code-4", "x-27", "#19")
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


@given(
    st.lists(
        st.sampled_from(("2026-03-09", "2026-04-10", "22:05", "16 March", "10 July 2027")), min_size=1, unique=True
    )
)
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
    amounts = ["$305", "$17,021", "90 EUR", "€12.50"]
    assert listed_in(line_of(*amounts, label="amount", shown=False).text) == ("amount", amounts)
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


def test_a_blank_parts_values_where_neither_reads_on_into_the_other() -> None:
    assert line_of("$305", "$17,021", "$9.50").text == "- id: $305 $17,021 $9.50"
    assert line_of("2026-03-09", "2026-03-10", "16 March", "7:15", "22:05").text == (
        "- id: 2026-03-09 2026-03-10, 16 March, 7:15 22:05"
    )
    assert (
        line_of("SUP-21003", "SUP-21004", "Mei Lin", "SUP-21005").text
        == "- id: SUP-21003 SUP-21004, Mei Lin, SUP-21005"
    )


def test_no_blank_alone_parts_digits_that_could_be_one_value() -> None:
    assert line_of("4417", "812").text == "- id: 4417, 812"
    assert line_of("1.5", "2,000").text == "- id: 1.5, 2,000"
    assert line_of("$305", "€900").text == "- id: $305, €900"
    assert line_of("2026-03-09", "22:05").text == "- id: 2026-03-09, 22:05"
    assert line_of("worker-32", "rows_5").text == "- id: worker-32, rows_5"
    assert line_of("SET-4417", "INC-0853").text == "- id: SET-4417 INC-0853"
