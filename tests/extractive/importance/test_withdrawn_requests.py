"""What is needed no longer, or is taken back, is not open; what is not wanted besides leaves the rest."""

import pytest

from tests.extractive.importance.open_after import open_after


@pytest.mark.parametrize(
    ("asked", "moot"),
    [
        ("Book the hall for the 9th.", "No need any more, the concert has been called off."),
        ("Miete bitte einen Anhänger.", "Nicht mehr nötig, mein Bruder hat einen."),
        ("Réserve la salle pour le 9.", "Plus la peine, le concert est annulé."),
        ("予約を取ってください。", "もういいよ、母が取ってくれたから。"),
        ("给供应商打个电话。", "不用了，他们已经来了。"),
    ],
)
def test_what_is_needed_no_longer_is_not_open(asked: str, moot: str) -> None:
    assert open_after(asked, "Okay.", moot) == ""


@pytest.mark.parametrize("again", ["Oh, forget it, my aunt has one.", "Never mind, I've found it myself."])
def test_what_is_taken_back_in_one_breath_is_not_open(again: str) -> None:
    assert open_after(f"Can you look for a ladder? {again}", "Alright.") == ""
    assert open_after(f"{again} Can you look for a ladder?", "Alright.").endswith("Can you look for a ladder?")


@pytest.mark.parametrize(
    ("asked", "besides"),
    [
        ("Can you paint the fence?", "No need to hurry."),
        ("Could you sweep the attic?", "Ignore the cobwebs."),
        ("Can you weed the garden?", "Forget the shed behind the garden."),
        ("Kannst du den Zaun streichen?", "Ignoriere die Hühner."),
        ("Можешь покрасить забор?", "Кисти не надо."),
        ("请把围栏刷一遍。", "屋顶算了。"),
    ],
)
def test_what_is_not_wanted_besides_takes_back_nothing_else(asked: str, besides: str) -> None:
    assert open_after("Hello.", "Hi.", f"{asked} {besides}").startswith(f"- {asked}")


@pytest.mark.parametrize(
    ("stays", "goes", "again"),
    [
        ("Paint the fence on Monday.", "Bake a cake for the choir.", "Forget the cake."),
        ("Paint the fence on Monday.", "Bake a cake for the choir.", "Never mind the cake, Ann has baked one."),
        ("Paint the fence on Monday.", "Bake a cake for the choir.", "Scrap that."),
        ("Bake a cake for the choir.", "Paint the fence on Monday.", "Never mind, Ann has done it."),
        ("Streich bitte den Zaun am Montag.", "Back bitte einen Kuchen für den Chor.", "Kuchen ist nicht nötig."),
        ("Streich bitte den Zaun am Montag.", "Back bitte einen Kuchen für den Chor.", "Ach, vergiss es."),
        ("Peins la clôture lundi, s'il te plaît.", "Prépare un gâteau pour la chorale.", "Laisse tomber."),
        ("Pinta la valla el lunes, por favor.", "Prepara una tarta para el coro.", "Olvídalo."),
        ("Покрась забор в понедельник, пожалуйста.", "Испеки, пожалуйста, торт для хора.", "Торт не надо."),
    ],
)
def test_of_several_requests_the_one_that_is_named_is_taken_back_else_the_last(
    stays: str, goes: str, again: str
) -> None:
    assert open_after("Hello.", "Hi.", f"{stays} {goes} {again}") == f"- {stays}"


def test_the_one_that_is_named_is_taken_back_though_another_one_follows() -> None:
    said = "Bake a cake for the choir. Paint the fence on Monday. Forget the cake."
    assert open_after("Hello.", "Hi.", said) == "- Paint the fence on Monday."


def test_what_is_taken_back_in_one_breath_leaves_what_was_asked_before_it() -> None:
    before = ("Please mend the cellar door.", "I'll look into it.")
    assert open_after(*before, "Can you borrow a drill? Oh, forget it, Tim has one.", "Alright.") == f"- {before[0]}"
    done = (before[0], "The cellar door is mended.")
    assert open_after(*done, "Can you borrow a drill? Oh, forget it, Tim has one.", "Alright.") == ""
