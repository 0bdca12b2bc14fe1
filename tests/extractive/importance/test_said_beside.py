"""An old value never stands without what was said of it and a new one later, in whatever words that was said."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT


@pytest.mark.parametrize(
    ("stated", "later"),
    [
        ("They gave us port 9175.", "We had to give 9175 back, our port is 3306."),
        ("Wir haben den Port 9175 bekommen.", "Den 9175 mussten wir zurückgeben, der Port ist 3306."),
        ("On nous a donné le port 9175.", "Il a fallu rendre le 9175, notre port est 3306."),
        ("Nos dieron el puerto 9175.", "Tuvimos que devolver el 9175, el puerto es 3306."),
        ("Ci hanno dato la porta 9175.", "Abbiamo dovuto restituire la 9175, la porta è 3306."),
        ("Ficámos com a porta 9175.", "Tivemos de devolver a 9175, a porta é 3306."),
        ("Нам дали порт 9175.", "9175 пришлось вернуть, наш порт 3306."),
        ("أعطونا المنفذ 9175.", "اضطررنا إلى إعادة 9175، المنفذ 3306."),
        ("हमें पोर्ट 9175 मिला।", "9175 लौटाना पड़ा, हमारा पोर्ट 3306 है।"),
        ("他们给了我们端口 9175。", "9175 只好还回去，我们的端口是 3306。"),
        ("ポート 9175 をもらいました。", "9175 は返しました、ポートは 3306 です。"),
        ("포트 9175를 받았어요.", "9175는 돌려줬고 포트는 3306이에요."),
    ],
)
@pytest.mark.parametrize("limit", range(80, 200, 20))
def test_an_old_value_does_not_stand_without_the_new_one(stated: str, later: str, limit: int) -> None:
    turns = (U, stated), (A, "OK."), (U, later), (A, "OK."), (U, "Who is on call?")
    summary = summarize([ChatMessage(role, text) for role, text in turns], limit)
    assert summary
    assert "3306" in summary or "9175" not in summary


@pytest.mark.parametrize(
    "later", ["The printer sits on 3306, the camera on 9175.", "Is 9175 or 3306 the one that hangs?"]
)
def test_what_names_two_values_replaces_none(later: str) -> None:
    turns = (U, "They gave us port 9175."), (A, "OK."), (U, later), (A, "I see.")
    summary = summarize([ChatMessage(role, text) for role, text in turns], 600)
    assert "They gave us port 9175." in summary
    assert later in summary


@pytest.mark.parametrize(
    ("stated", "later", "old", "new"),
    [
        (
            "The list of names is in core/ingest/82_ledger.ts.",
            "The list of names now sits in infra/jobs/61_session_store.rs, core/ingest/82_ledger.ts is empty.",
            "82_ledger.ts",
            "61_session_store.rs",
        ),
        (
            "Die Miete ist 3360 EUR im Monat.",
            "Die Miete stieg, wie uns der Vermieter nun endlich schrieb, von 3360 EUR auf 8467 EUR im Monat.",
            "3360",
            "8467",
        ),
        (
            "The speech is held by Lucía Volkov.",
            "It will be Lucía Ortega who holds the speech on the night of the fair, Lucía Volkov has lost the voice.",
            "Volkov",
            "Ortega",
        ),
    ],
)
@pytest.mark.parametrize("limit", [80, 90, 100, 110])
def test_an_old_value_is_not_listed_without_the_new_one(
    stated: str, later: str, old: str, new: str, limit: int
) -> None:
    turns = (U, stated), (A, "OK."), (U, later), (A, "I see."), (U, "Who is on call?")
    summary = summarize([ChatMessage(role, text) for role, text in turns], limit)
    assert new in summary or old not in summary


def test_what_is_said_again_with_a_new_value_stands_once() -> None:
    later = "The list of names now sits in infra/61_store.rs, core/82_ledger.ts is empty."
    turns = (U, "The list of names is in core/82_ledger.ts."), (A, "OK."), (U, later), (A, "I see.")
    summary = summarize([ChatMessage(role, text) for role, text in turns], 600)
    assert later in summary
    assert summary.count("The list of names") == 1
