"""A question of a user's that was answered stands in a summary no more, or before its answer. In twelve languages."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT

NAMING = [
    ("What became of order A-1012, and when was it sent?", "A-1012 was sent on 2026-03-12 by DHL."),
    ("Was ist aus der Bestellung A-1012 geworden?", "A-1012 ging am 2026-03-12 mit DHL hinaus."),
    ("Qu'est devenue la commande A-1012 ?", "A-1012 est partie le 2026-03-12 avec DHL."),
    ("¿Qué pasó con el pedido A-1012?", "A-1012 salió el 2026-03-12 con DHL."),
    ("O que aconteceu com a encomenda A-1012?", "A-1012 saiu em 2026-03-12 pela DHL."),
    ("Che fine ha fatto l'ordine A-1012?", "A-1012 è partito il 2026-03-12 con DHL."),
    ("Что стало с заказом A-1012?", "A-1012 отправлен 2026-03-12 через DHL."),
    ("ماذا حدث للطلب A-1012؟", "A-1012 أرسل في 2026-03-12 مع DHL."),
    ("ऑर्डर A-1012 का क्या हुआ?", "A-1012 2026-03-12 को DHL से भेजा गया।"),
    ("订单 A-1012 怎么样了？", "A-1012 已于 2026-03-12 由 DHL 发出。"),
    ("注文 A-1012 はどうなりましたか？", "A-1012 は 2026-03-12 に DHL で発送されました。"),
    ("주문 A-1012는 어떻게 됐나요?", "A-1012는 2026-03-12에 DHL로 발송됐습니다."),
]

BARE = [
    ("What is the capital of France?", "Paris."),
    ("A-1011?", "Shipped on 2026-03-04."),
    ("Wie hoch ist das Limit?", "2 GB."),
    ("Quelle est la limite ?", "2 Go."),
    ("¿Cuál es el límite?", "2 GB."),
    ("Qual é o limite?", "2 GB."),
    ("Qual è il limite?", "2 GB."),
    ("Какой лимит?", "2 ГБ."),
    ("ما هو الحد؟", "2 GB."),
    ("सीमा कितनी है?", "2 GB."),
    ("上限是多少？", "2 GB。"),
    ("上限はいくつですか？", "2 GB です。"),
    ("한도가 얼마인가요?", "2 GB입니다."),
]

NEXT = (U, "Please write the letter to Ms Aydin."), (A, "I'll write it now.")


def lines_of(*said: tuple[Role, str]) -> list[str]:
    summary = summarize([ChatMessage(role, text) for role, text in (*said, *NEXT)], 600)
    return [line.removeprefix("- ") for line in summary.splitlines()]


@pytest.mark.parametrize(("question", "answer"), NAMING)
def test_an_answer_that_names_it_stands_without_its_question(question: str, answer: str) -> None:
    lines = lines_of((U, question), (A, answer))
    assert answer in lines
    assert question not in lines


@pytest.mark.parametrize(("question", "answer"), BARE)
def test_an_answer_that_says_nothing_alone_stands_behind_its_question(question: str, answer: str) -> None:
    lines = lines_of((U, question), (A, answer))
    assert f"{question} → {answer}" in lines
    assert question not in lines


@pytest.mark.parametrize("reply", ["I'll look into A-1012.", "Which order do you mean?", "Let me check A-1012 first."])
def test_what_only_says_that_it_is_being_looked_into_answers_nothing(reply: str) -> None:
    question = "What became of order A-1012?"
    summary = summarize([ChatMessage(U, question), ChatMessage(A, reply)], 600)
    assert question in summary
    assert "→" not in summary


def test_an_answered_question_is_no_goal_and_what_is_wanted_later_is() -> None:
    said = (U, "What became of order A-1012?"), (A, "A-1012 was sent on 2026-03-12."), *NEXT
    summary = summarize([ChatMessage(role, text) for role, text in (*said, (U, "3 + 4 = ?"), (A, "7."))], 600)
    assert "A-1012?" not in summary
    assert "Please write the letter to Ms Aydin." in summary


def test_answers_of_one_form_are_kept_as_pairs() -> None:
    said = [
        (role, text.format(day))
        for day in range(10, 20)
        for role, text in (
            (U, "What became of order A-10{0}, and when was it sent? It is for the report."),
            (A, "A-10{0} was sent on 2026-03-{0} by DHL; the customer has been told."),
        )
    ]
    lines = summarize([ChatMessage(role, text) for role, text in said], 600).splitlines()
    assert sum(line.endswith("the customer has been told.") for line in lines) >= 6
    assert not any("What became" in line for line in lines)


@pytest.mark.parametrize(
    ("question", "beside_it"),
    [
        ("Did order A-55 ship?", "A-55 is a strange number."),
        ("Ist A-55 schon raus?", "A-55 klingt seltsam."),
        ("Est-ce que A-55 est partie ?", "A-55 fait un peu bizarre."),
        ("¿Ya salió A-55?", "A-55 suena raro."),
        ("A-55 уже отправлен?", "A-55 звучит странно."),
        ("A-55 发货了吗？", "A-55 听着很奇怪。"),
    ],
)
def test_what_only_names_the_same_answers_nothing(question: str, beside_it: str) -> None:
    assert any(question in line for line in lines_of((U, question), (A, beside_it)))


@pytest.mark.parametrize(
    ("question", "plan", "answer"),
    [
        ("What is the capital of Peru?", "I plan a trip through the Andes in May.", "Lima."),
        ("Was ist die Hauptstadt von Peru?", "Ich plane im Mai eine Reise durch die Anden.", "Lima."),
        ("Quelle est la capitale du Pérou ?", "Je prépare un voyage dans les Andes en mai.", "Lima."),
        ("¿Cuál es la capital de Perú?", "Planeo un viaje por los Andes en mayo.", "Lima."),
        ("Qual é a capital do Peru?", "Planejo uma viagem pelos Andes em maio.", "Lima."),
        ("Qual è la capitale del Perù?", "Sto organizzando un viaggio nelle Ande a maggio.", "Lima."),
        ("Какая столица у Перу?", "Я планирую поездку по Андам в мае.", "Лима."),
        ("ما عاصمة بيرو؟", "أخطط لرحلة عبر جبال الأنديز في مايو.", "ليما."),
        ("पेरू की राजधानी क्या है?", "मैं मई में एंडीज़ की यात्रा की योजना बना रहा हूँ।", "लीमा।"),
        ("秘鲁的首都是哪里？", "我打算五月去安第斯山旅行。", "利马。"),
        ("ペルーの首都はどこですか？", "五月にアンデスへ旅行する予定です。", "リマです。"),
        ("페루의 수도가 어디인가요?", "5월에 안데스로 여행을 갈 계획이에요.", "리마입니다."),
    ],
)
def test_what_a_question_is_for_is_the_goal_once_it_is_answered(question: str, plan: str, answer: str) -> None:
    summary = summarize([ChatMessage(U, f"{question} {plan}"), ChatMessage(A, answer)], 600)
    assert summary.splitlines()[1].endswith(plan)
