"""That what `python -m tests.load.due_page` prints is measured, and that due conversations are found by indexes."""

from collections import Counter

import pytest

from tests.load import read_plans
from tests.load.due_page import PREVIEWED, filled, pages

COUNT = 5_200


def test_pages_are_found_by_indexes_that_hold_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_plans, "RUNS", 1)
    with filled("SQLite", COUNT) as connection:
        found = list(pages(connection, COUNT))
    previews = [page for page in found if page.what.startswith("preview by")]
    assert {way for page in previews for way in page.page.ways} == {"index only"}
    assert {page.page.rows for page in previews if page.where == "middle"} < {*range(1, PREVIEWED + 1)}
    kinds = Counter(page.what.split()[0] for page in found)
    assert (kinds["preview"], kinds["rest"], kinds["sweep"]) == (8, 3, 6)
    assert all(page.milliseconds > 0 and page.line().count("|") == 7 for page in found)
