"""A rule is shortened to the clauses that say what is to hold, with the figures that it is about."""

import pytest

from compactd.extractive.importance.rules.clauses import shortened


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("Hi there, please answer in French, because my aunt reads along.", "Please answer in French"),
        ("As I said: never exceed 4,500 USD, since the board insists.", "Never exceed 4,500 USD"),
        (
            "Well, a new ceiling for trips: keep them below 500 euros, because money is tight.",
            "A new ceiling for trips: keep them below 500 euros",
        ),
        (
            "Wie gesagt, nimm immer https://npm.example.org/a, weil es dort läuft.",
            "Nimm immer https://npm.example.org/a",
        ),
    ],
)
def test_a_rule_is_shortened_between_its_clauses(said: str, short: str) -> None:
    assert shortened(said) == short


@pytest.mark.parametrize(
    "said",
    [
        "We have 1,900 euros left, so please don't book anything above that.",
        "At most three chairs, because the room is small, and 40 EUR for each of them.",
    ],
)
def test_no_clause_with_a_figure_is_left_out(said: str) -> None:
    assert shortened(said).rstrip(".") == said.rstrip(".")


@pytest.mark.parametrize(
    "said",
    [
        "Ich vertrage keine Laktose, denk bei den Rezepten daran.",
        "As crianças dormem às oito, portanto silêncio depois disso.",
        "У меня непереносимость глютена, учитывай это в меню.",
        "我们换成 PostgreSQL 了，测试就用它。",
        "落花生が駄目なので、それは入れないで。",
        "Tests first, implementation second, that's the deal for anything you build here.",
    ],
)
def test_what_a_clause_points_back_to_is_said_with_it(said: str) -> None:
    assert shortened(said) == said


def test_and_what_holds_on_a_condition_is_said_with_that() -> None:
    assert shortened("Sitzplatz am Gang, wenn es sich einrichten lässt.").startswith("Sitzplatz am Gang")


@pytest.mark.parametrize(
    "said", ["Soy celíaco, así que nada de gluten en los menús.", "Hasta nuevo aviso, da los precios sin IVA."]
)
def test_no_consequence_is_a_reason_nor_a_word_that_is_one_in_another_language(said: str) -> None:
    assert shortened(said) == said
