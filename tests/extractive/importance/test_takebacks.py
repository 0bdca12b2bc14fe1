"""What is taken back in the next breath never stands alone, nor does a count that was given anew."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT


def summary_of(*said: str) -> str:
    return summarize([m for text in said for m in (ChatMessage(U, text), ChatMessage(A, "Understood."))], 700)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("We take the ferry to Bergen.", "No wait, the night train, it is cheaper."),
        ("Wir nehmen die Fähre nach Bergen.", "Ach nein, lieber den Nachtzug."),
        ("On prend le bac pour Bergen.", "Plutôt le train de nuit."),
        ("Tomamos el barco a Bergen.", "No, mejor el tren nocturno."),
        ("Levamos o barco para Bergen.", "Aliás, o comboio da noite."),
        ("Prendiamo il traghetto per Bergen.", "Anzi, il treno notturno."),
        ("Возьмём паром до Бергена.", "Нет, лучше ночной поезд."),
        ("我们坐渡轮去卑尔根。", "不对，改成夜车吧。"),
        ("ベルゲンへはフェリーで行きます。", "いや、夜行列車にします。"),
    ],
)
def test_what_is_taken_back_stands_with_what_holds_instead(first: str, then: str) -> None:
    joint = " " if first[-1] == "." else ""
    lines = summary_of("The boots are in the blue bag.", f"{first}{joint}{then}").splitlines()
    held = [line for line in lines if first.rstrip(".。") in line]
    assert held
    assert all(then.rstrip(".。") in line for line in held)


def test_a_count_that_was_corrected_stands_as_it_is_now() -> None:
    summary = summary_of("We need the long table.", "About 40.", "It will be 35 people, not 40.")
    assert "35 people" in summary
    assert "40" not in summary
    summary = summary_of("Wir sind 14 Leute, davon 3 vegan.", "Bucht den Saal.", "Wir sind übrigens doch 16.")
    assert "16 Leute, davon 3 vegan" in summary
    assert "14" not in summary
