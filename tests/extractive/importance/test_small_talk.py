"""Farewells, thanks, good wishes, offers and kind words ask for nothing and answer nothing."""

import pytest

from compactd.domain.messages import ChatMessage
from compactd.extractive import summarize
from tests.extractive.importance.open_after import A, U, open_after


@pytest.mark.parametrize("farewell", ["See you tomorrow.", "Take care!", "Forget it, it works now."])
def test_no_farewell_takes_the_place_of_what_is_open(farewell: str) -> None:
    asked = "Please find out why the printer is offline."
    assert farewell not in open_after(asked, "I am looking into it.", farewell, "Okay.")
    if not farewell.startswith("Forget"):
        assert open_after(asked, "I am looking into it.", farewell, "Okay.") == f"- {asked}"


@pytest.mark.parametrize(
    ("question", "greeting"),
    [
        ("Who has the spare key?", "Cheers, Ruth!"),
        ("Wer hat den Schlüssel?", "Danke, Frau Weber!"),
        ("Qui a la clé ?", "Merci, Julien !"),
        ("¿Quién tiene la llave?", "¡Gracias, doña Carmen!"),
        ("من عنده المفتاح؟", "شكرا، يا مريم!"),
        ("चाबी किसके पास है?", "धन्यवाद, मीरा जी!"),
        ("钥匙在谁那里？", "谢谢，王先生！"),
        ("鍵は誰が持っていますか？", "ありがとう、森さん！"),
        ("열쇠는 누가 가지고 있나요?", "고마워요, 민수 씨!"),
    ],
)
def test_a_kind_word_to_somebody_by_name_answers_nothing(question: str, greeting: str) -> None:
    assert open_after(question, greeting) == f"- {question}"


def test_what_is_reported_while_small_talk_goes_on_is_done() -> None:
    talk = "Rotate the key for staging.", "On it.", "coffee, brb", "The key for staging is rotated.", "ta!"
    assert open_after(*talk) == ""


def test_thanks_and_announcements_fill_no_room() -> None:
    talk = ("Print the menu for the wedding.", "I'll note that.", "thanks, you're a star", "It is printed on card.")
    summary = summarize([ChatMessage(role=r, content=text) for r, text in zip((U, A) * 2, talk, strict=True)], 600)
    assert "printed on card" in summary
    assert "star" not in summary
    assert "note that" not in summary


@pytest.mark.parametrize(
    ("question", "wish", "answer"),
    [
        ("Which day is the depot closed?", "Good luck with the move!", "On Sunday!"),
        ("Which day is the depot closed?", "Cheers!", "Sunday!"),
        ("Wer hat den Schuppen gebaut?", "Viel Erfolg!", "Herr Goethe!"),
        ("Quel jour le dépôt est-il fermé ?", "Bonne chance !", "Dimanche !"),
        ("¿Qué día cierra el depósito?", "¡Mucha suerte!", "¡El domingo!"),
        ("Em que dia o depósito fecha?", "Boa sorte!", "No domingo!"),
        ("Che giorno chiude il deposito?", "In bocca al lupo!", "La domenica!"),
        ("В какой день закрыт склад?", "Удачи!", "В воскресенье!"),
        ("في أي يوم يغلق المستودع؟", "حظا سعيدا!", "يوم الأحد!"),
        ("गोदाम किस दिन बंद रहता है?", "शुभकामनाएँ!", "रविवार को!"),
        ("仓库哪天关门？", "祝你好运！", "星期天！"),
        ("倉庫は何曜日が休みですか？", "幸運を祈ります！", "日曜日です！"),
        ("창고는 무슨 요일에 쉬나요?", "행운을 빌어요!", "일요일이요!"),
    ],
)
def test_a_good_wish_answers_no_question(question: str, wish: str, answer: str) -> None:
    assert question in open_after(question, wish)
    assert open_after(question, answer) == ""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("¿Qué ministerio lo paga?", "Salud."),
        ("Qual ministério paga isso?", "Saúde."),
        ("Quel ministère paie ?", "Santé."),
        ("Which bar is it?", "Cheers on Main Street."),
        ("Which card did you send?", "Happy birthday card with a cat."),
        ("¿A qué hora abre?", "Que todo abre a las nueve."),
        ("仓库哪天关门？", "祝融节那天。"),
    ],
)
def test_what_only_begins_like_a_good_wish_answers_a_question(question: str, answer: str) -> None:
    assert open_after(question, answer) == ""


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Sei so lieb und bestell die Blumen für Hetty.", "Die Blumen für Hetty sind bestellt."),
        ("Sois gentil et commande les fleurs pour Hetty.", "Les fleurs pour Hetty sont commandées."),
        ("Hazme el favor y pide las flores para Hetty.", "Las flores para Hetty están pedidas."),
        ("Seja tão gentil e encomende as flores para a Hetty.", "As flores para a Hetty estão encomendadas."),
        ("Sii così gentile e ordina i fiori per Hetty.", "I fiori per Hetty sono ordinati."),
        ("Будь добр и закажи цветы для Хетти.", "Цветы для Хетти заказаны."),
    ],
)
def test_kindness_is_no_second_request(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("Order badges.", "Great, it is on its way. Sure, is there anything else?"),
        ("Bestell die Blumen.", "Die Blumen sind bestellt. Gern geschehen, noch etwas?"),
        ("Commande les fleurs.", "Les fleurs sont commandées. Avec plaisir, autre chose ?"),
        ("Pide las flores.", "Las flores están pedidas. Claro, ¿necesitas algo más?"),
        ("Encomenda as flores.", "As flores estão encomendadas. Claro, mais alguma coisa?"),
        ("Ordina i fiori.", "I fiori sono ordinati. Certo, serve altro?"),
        ("Закажи цветы.", "Цветы заказаны. Конечно, что-нибудь ещё?"),
    ],
)
def test_who_offers_more_is_done(asked: str, reply: str) -> None:
    assert open_after(asked, reply) == ""
