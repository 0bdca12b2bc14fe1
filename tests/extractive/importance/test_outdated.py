"""A correction drops no other thing that the sentence said in which the old value stood."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

CORRECTED = [
    ("The budget is 5000 EUR and the owner is Karin.", "Correction: The budget is 6000 EUR.", "the owner is Karin"),
    ("Das Budget ist 5000 EUR und wir zahlen in drei Raten.", "Korrektur: Das Budget ist 6000 EUR.", "in drei Raten"),
    (
        "Le budget est de 5000 EUR et nous payons en trois fois.",
        "Correction : le budget est de 6000 EUR.",
        "trois fois",
    ),
    ("O orçamento é de 5000 EUR e pagamos em três vezes.", "Correção: o orçamento é de 6000 EUR.", "em três vezes"),
    ("Il budget è di 5000 EUR e paghiamo in tre rate.", "Correzione: il budget è di 6000 EUR.", "in tre rate"),
    ("Бюджет 5000 EUR, и платим мы в три взноса.", "Поправка: бюджет 6000 EUR.", "в три взноса"),
    ("الميزانية 5000 EUR وندفع على ثلاث دفعات.", "تصحيح: الميزانية 6000 EUR.", "ثلاث دفعات"),
    ("预算是5000欧元，我们分三期付款。", "更正：预算是6000欧元。", "分三期付款"),
    ("예산은 5000유로이고 세 번에 나눠 냅니다.", "정정: 예산은 6000유로입니다.", "세 번에 나눠"),
]


@pytest.mark.parametrize(("statement", "correction", "besides"), CORRECTED)
def test_what_was_said_besides_the_old_value_is_kept(statement: str, correction: str, besides: str) -> None:
    said = [(Role.USER, statement), (Role.ASSISTANT, "Noted."), (Role.USER, "The ticket is OPS-48213.")]
    said += [(Role.ASSISTANT, "OK."), (Role.USER, correction), (Role.ASSISTANT, "OK.")]
    summary = summarize([ChatMessage(role=role, content=text) for role, text in said], 900)
    assert any(besides in line and "6000" in line for line in summary.splitlines())
