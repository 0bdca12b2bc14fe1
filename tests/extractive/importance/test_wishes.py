"""What is asked for in whatever words is open, and what only tells, feels or remarks is not."""

import pytest

from compactd.domain.messages import ChatMessage
from compactd.extractive import summarize
from tests.extractive.importance.open_after import A, U, open_after
from tests.quality.requests import open_section


@pytest.mark.parametrize(
    ("wish", "remark"),
    [
        ("Ya va tocando cambiar las ruedas del coche.", "Las ruedas del coche las cambié ayer."),
        ("Хорошо бы уже полить цветы на балконе.", "Цветы на балконе я полила утром."),
        ("玄関の電球がまだ切れたままです。", "玄関の電球は昨日替えました。"),
        ("बरामदे की बत्ती अब भी टिमटिमाती है।", "बरामदे की बत्ती कल मैंने बदल दी।"),
    ],
)
def test_what_is_wished_for_in_words_that_no_table_has_is_open(wish: str, remark: str) -> None:
    done = ("Please send the menu.", "The menu is sent.")
    assert open_after(*done, wish, "Okay.") == f"- {wish}"
    assert open_after(*done, remark, "Good evening to you!") == ""


def test_a_noun_that_follows_a_request_asks_for_one_thing_more() -> None:
    wanted = "And a two-line bio of me for the programme."
    assert open_after("Print the menu.", "The menu is printed.", wanted, "Sounds good.", "It rains.").endswith(
        "bio of me for the programme."
    )
    assert open_after("Print the menu.", "The menu is printed.", "And it is raining again.", "Oh dear!") == ""


def test_a_request_for_one_thing_in_some_form_is_open_and_no_standing_instruction() -> None:
    said = ("Book the Seeblick.", "Booked, LEJ-1119.", "Then send me an overview of all costs, as a table.", "Sure.")
    messages = [ChatMessage(role=role, content=text) for role, text in zip((U, A, U, A), said, strict=True)]
    summary = summarize(messages, 600)
    assert summary.count("overview of all costs") == 1
    assert open_section(summary).strip().endswith("overview of all costs, as a table.")


def test_what_ends_a_rule_is_no_request_beside_one() -> None:
    asked = "Call me Doctor Vance from now on.", "Certainly.", "You can drop the title again. Print the menu.", "Sure."
    assert open_after(*asked) == "- Print the menu."


def test_whoever_chooses_decides_and_makes_no_rule() -> None:
    said = "Why does it fail?", "Out of memory, chunks of 5000.", "Let's go with 2000 instead of 5000.", "Will do."
    messages = [ChatMessage(role=role, content=text) for role, text in zip((U, A, U, A), said, strict=True)]
    summary = summarize(messages, 600)
    assert "go with 2000" in summary
    assert "Standing instructions" not in summary


def test_what_has_no_word_of_asking_is_the_goal_where_the_conversation_begins_with_it() -> None:
    talk = ("Add rate limiting to the login endpoint.", "I'll look at it.", "Make it 10 attempts, please.", "On it.")
    summary = summarize([ChatMessage(role=r, content=text) for r, text in zip((U, A) * 2, talk, strict=True)], 600)
    assert "## Goals\n- Add rate limiting to the login endpoint.\n" in summary
    assert open_section(summary).strip() == "- Make it 10 attempts, please."


def test_a_request_behind_a_reason_that_tells_how_things_are_is_open() -> None:
    asked = "Since you're at it, pull the March statements from the bank."
    assert open_after("Print the menu.", "The menu is printed.", asked, "I'll widen the search.") == f"- {asked}"


def test_a_wish_beside_another_one_that_is_done_is_open() -> None:
    asked = "I need a caption for the poster, and Sue should know that we come at six."
    assert open_after(asked, "Sue knows about six.") == f"- {asked}"
    assert open_after(asked, "Sue knows about six, and the caption for the poster is: Come and see.") == ""


@pytest.mark.parametrize(
    "wish", ["A packing list for the cabin would save my life.", "Eine Packliste für die Hütte wäre Gold wert."]
)
def test_what_would_be_welcome_is_asked_for(wish: str) -> None:
    assert open_after(wish, "Okay.") == f"- {wish}"
    assert open_after("That would be such a relief for her.", "Okay.") == ""


def test_what_has_to_be_so_is_open_once_the_assistant_set_to_work_on_it_whatever_is_asked_besides() -> None:
    asked = "The button of the form should be green."
    assert open_after(asked, "I'll take a look.", "When is the fair?", "On 12 June.") == f"- {asked}"
    assert open_after(asked, "The button is green now.", "When is the fair?", "On 12 June.") == ""


def test_what_stands_beside_a_request_is_one_of_its_own_in_whatever_words() -> None:
    asked = "Any chance you could work out what we owe the cleaner and drop her a line that Thursday is fine?"
    assert open_after(asked, "She knows about Thursday now.", "Perfect.") == f"- {asked}"
    assert open_after(asked, "We owe the cleaner 84 euros, and she knows about Thursday.", "Perfect.") == ""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Нам понадобится план стенда на выставку.", "Коллега тоже смотрел и только пожал плечами."),
        ("전시 부스 도면이 필요할 거예요.", "동료도 봤는데 어깨만 으쓱했어요."),
    ],
)
def test_what_only_tells_stands_beside_no_request(asked: str, told: str) -> None:
    assert open_after(f"{asked} {told}") == f"- {asked}"


def test_what_is_due_is_asked_for_in_chinese() -> None:
    assert open_after("对了，停车证也该续了。") == "- 停车证也该续了。"


@pytest.mark.parametrize("asked", ["Vê aí se o entregador passou.", "Vedi un po' se il corriere è passato."])
def test_a_question_within_a_sentence_tells_nothing(asked: str) -> None:
    assert open_after(asked) == f"- {asked}"


@pytest.mark.parametrize(
    "remark",
    [
        "My old boss would love the colour.",
        "Nobody would complain now.",
        "Anyone would be happy with that.",
        "Meine Oma würde sich freuen.",
        "Мама бы обрадовалась такому подарку.",
        "Mi madre diría lo mismo.",
        "A minha irmã adoraria isso.",
        "My sister would be a great help.",
        "Ma tante dirait la même chose.",
        "Mia sorella direbbe lo stesso.",
    ],
)
def test_what_somebody_would_feel_or_say_is_no_wish(remark: str) -> None:
    assert open_after(remark, "Okay.") == ""


@pytest.mark.parametrize(
    "wish",
    [
        "Un plan de la salle serait bien utile.",
        "Me vendría bien un plano de la sala para el sábado.",
        "Uma planta da sala viria a calhar.",
        "Una pianta della sala farebbe comodo.",
        "Не помешал бы план зала.",
    ],
)
def test_what_would_help_is_asked_for_in_each_language(wish: str) -> None:
    assert open_after(wish, "Okay.") == f"- {wish}"
