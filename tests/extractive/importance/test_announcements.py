"""What a colon announces stands behind it, on one line; and how things stand comes before bare values."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from tests.quality.before_after import EXAMPLES, summary_of

U, A = Role.USER, Role.ASSISTANT
COMMAND = "settlectl rerun --region apac --period 2026-W10 --dry-run"


def lines_of(*said: tuple[Role, str], limit: int = 900) -> list[str]:
    summary = summarize([ChatMessage(role, text) for role, text in said], limit)
    return [line.removeprefix("- ") for line in summary.splitlines()]


TALK = (U, "Please find out why the import of SET-4417 fails."), (A, "I'll look at SET-4417 now.")
NEXT = (A, "Noted."), (U, "Now write the letter to Ms Aydin."), (A, "I'll write it.")


@pytest.mark.parametrize(
    "announces",
    [
        "For the re-run use exactly this line",
        "Nimm für den Lauf genau diese Zeile",
        "Pour la relance, utilise exactement cette ligne",
        "Para la ejecución usa exactamente esta línea",
        "Para a execução use exatamente esta linha",
        "Per il rilancio usa esattamente questa riga",
        "Для запуска используй именно эту строку",
        "لإعادة التشغيل استخدم هذا السطر",
        "दोबारा चलाने के लिए यही पंक्ति लो",
        "重新运行时请用这一行",
        "再実行にはこの行を使ってください",
        "다시 실행할 때는 이 줄을 쓰세요",
    ],
)
def test_a_line_stands_behind_what_announces_it(announces: str) -> None:
    lines = lines_of(*TALK, (U, f"4.18.4 is burned.\n\n{announces}:\n\n{COMMAND}\n\nThanks."), *NEXT)
    assert any(announces in line and line.endswith(COMMAND) for line in lines)
    assert COMMAND not in lines


def test_what_the_assistant_counts_off_stands_behind_what_it_is() -> None:
    plan = "INC-0853 is open. The plan:\n\n1. reader.py: keyset pagination over statement_id.\n2. Release as 4.18.4.\n"
    lines = lines_of(*TALK, (A, plan), (U, "Fine."), *NEXT)
    assert "The plan: 1. reader.py: keyset pagination over statement_id." in lines
    assert "1. reader.py: keyset pagination over statement_id." not in lines


def test_how_things_stand_has_room_before_bare_values() -> None:
    lines = summary_of(EXAMPLES["coding"]).splitlines()
    assert "- State: 4.18.5 is in production and the dry run is clean for JP, VN and TH." in lines
