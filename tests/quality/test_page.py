"""What `make quality` writes into docs/."""

import xml.etree.ElementTree as ET

import pytest

from tests.quality import before_after, goals
from tests.quality.compare import OURS
from tests.quality.picture import line_chart
from tests.quality.rows import Row, markdown


def test_a_table_has_as_many_columns_in_every_line() -> None:
    lines = markdown([Row("a measure", OURS, (0.5, 1.0), 0.1, stale=1, corrected=4), Row("b", OURS, (1.0,), 0.05)])
    assert len({line.count("|") for line in lines.splitlines()}) == 1
    assert "| 0.75 | 0.35 |  0.50 | 10.0% |     25.0% |" in lines


def test_a_goal_is_told_beside_what_was_before_and_whether_it_is_reached() -> None:
    kept = Row("planted facts, held out, 10%", OURS, (0.92,), 0.1, stale=1, corrected=20)
    told = goals.table([kept]).splitlines()[2:]
    assert told == [
        "| planted facts, held out, 10%, at least | 0.92 | 0.96 | 0.92 | reached |",
        "| planted facts, held out, 10%, old value alone, at most | 1.0% | 0.0% | 5.0% | **not reached** |",
    ]


def test_a_picture_is_xml_with_a_line_for_each_name_the_same_for_the_same_figures() -> None:
    lines = {"ours & theirs": [0.5, 1.0], "none": [-0.1, 0.0]}
    picture = line_chart("Kept", "size", ["5%", "10%"], lines)
    assert picture == line_chart("Kept", "size", ["5%", "10%"], lines)
    drawn = ET.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f"{space}polyline")) == 2
    assert "ours & theirs" in [text.text for text in drawn.findall(f"{space}text")]


def test_a_line_needs_a_figure_for_each_tick() -> None:
    with pytest.raises(ValueError, match="ours has 1 figures for 2 ticks"):
        line_chart("Kept", "size", ["5%", "10%"], {"ours": [0.5]})


def test_three_summaries_stand_beside_what_they_were_before() -> None:
    page = before_after.page()
    assert page.count("### Before") == page.count("### After") == len(before_after.EXAMPLES) == 3
    for example in before_after.EXAMPLES.values():
        assert before_after.summary_of(example) in page
