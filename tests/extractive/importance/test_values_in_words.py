"""Values that are written as words: the newest takes the place of the one before, in each language."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("اكتب الملخص دائما في ستة أسطر.", "اكتب الملخص دائما في ثمانية أسطر."),
        ("हर जवाब हमेशा तीन वाक्यों में दो।", "हर जवाब हमेशा पाँच वाक्यों में दो।"),
        ("답변은 항상 세 줄로 해 주세요.", "답변은 항상 다섯 줄로 해 주세요."),
        ("Call me by my first name.", "Call me by my surname."),
        ("Sprich mich immer mit Vornamen an.", "Sprich mich immer mit Nachnamen an."),
        ("Appelle-moi toujours par mon prénom.", "Appelle-moi toujours par mon nom de famille."),
        ("Llámame siempre por mi nombre.", "Llámame siempre por mi apellido."),
        ("Me chame sempre pelo nome.", "Me chame sempre pelo sobrenome."),
        ("Chiamami sempre per nome.", "Chiamami sempre per cognome."),
        ("Всегда обращайся ко мне по имени.", "Всегда обращайся ко мне по фамилии."),
        ("خاطبني دائما باسمي الأول.", "خاطبني دائما باسم العائلة."),
        ("मुझे हमेशा मेरे पहले नाम से बुलाओ।", "मुझे हमेशा उपनाम से बुलाओ।"),
        ("请一直用名字称呼我。", "请一直用姓氏称呼我。"),
        ("いつも下の名前で呼んでください。", "いつも苗字で呼んでください。"),
        ("항상 이름으로 불러 주세요.", "항상 성으로 불러 주세요."),
    ],
)
def test_another_value_in_words_takes_the_place_of_the_first(older: str, newer: str) -> None:
    said = [ChatMessage(role=Role.USER, content=text) for text in (older, newer, "The ticket is OPS-48213.")]
    summary = summarize(said, 600)
    assert newer.rstrip(".。।") in summary
    assert older.rstrip(".。।") not in summary
