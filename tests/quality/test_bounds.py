"""The numbers of the summarizer that were chosen by hand, and the grids that they are chosen from."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.importance.requests import open_bounds
from tests.quality.fit_bounds import GROUPS, LEARNED_WITH, LIMITS, OPEN, bounds_of
from tests.quality.grid import Bound, chosen

BOUNDS = [bound for grids, _ in GROUPS.values() for bound in bounds_of(grids)]


def test_each_number_stands_in_the_code_with_a_value_of_its_grid() -> None:
    assert [bound.title for bound in BOUNDS if bound.held not in bound.values] == []
    assert [bound.title for bound in BOUNDS if sorted(set(bound.values)) != list(bound.values)] == []


def test_every_number_by_which_an_open_request_is_told_has_a_grid() -> None:
    numbers = {name for name, value in vars(open_bounds).items() if isinstance(value, int | float)} - {"UNIT"}
    assert numbers == OPEN[open_bounds].keys()


def test_every_number_by_which_a_rule_is_told_has_a_grid_or_a_reason_for_none() -> None:
    modules = [Path(str(one)) for one in files("compactd.extractive.importance.rules").iterdir()]
    numbers = {f"{one.stem}.{name}" for one in modules if one.suffix == ".py" for name in _numbers_in(one.read_text())}
    titles = {bound.title for bound in BOUNDS}
    assert LIMITS.isdisjoint(LEARNED_WITH)
    assert titles.isdisjoint(LIMITS | LEARNED_WITH)
    assert LIMITS | LEARNED_WITH <= numbers <= LIMITS | LEARNED_WITH | titles


def _numbers_in(source: str) -> Iterator[str]:
    """The names that a module gives to numbers."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            [target], value = statement.targets, statement.value
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = [*zip(target.elts, value.elts, strict=True)]
            else:
                pairs = [(target, value)]
            yield from (ast.unparse(name) for name, its in pairs if _is_number(its))


def _is_number(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float)


def test_another_value_decides_what_a_summary_holds_until_the_one_in_the_code_does_again() -> None:
    asked = [ChatMessage(role=Role.USER, content="Rename the column amt to amount_eur.")]
    as_it_is = summarize(asked, 300)
    with Bound(open_bounds, "LOOKED_BACK_AT", (0,)).at(0):
        assert summarize(asked, 300) != as_it_is
    assert summarize(asked, 300) == as_it_is


def test_the_value_in_the_code_stays_where_it_keeps_nearly_as_much_as_the_best() -> None:
    assert chosen(1, (1, 2, 3), (0.899, 0.9, 0.8)) == 1
    assert chosen(1, (1, 2, 3), (0.89, 0.9, 0.8)) == 2


def test_else_it_is_the_middle_of_the_longest_run_that_does() -> None:
    assert chosen(3, (1, 2, 3, 4, 5, 6), (0.8, 0.9, 0.5, 0.8995, 0.9, 0.8998)) == 5
    assert chosen(1, (1, 2, 3, 4), (0.1, 0.899, 0.9, 0.2)) == 3
    assert chosen(1, (1, 2, 3, 4), (0.1, 0.9, 0.9, 0.2)) == 2
