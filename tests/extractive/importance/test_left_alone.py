"""What is about something else leaves a rule in force, though both name a word, a number, or a time of the day."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

COUNTS = [
    ("My readers tire quickly, so paragraphs under 80 words.", "Three left, we have 240 readers now."),
    ("Meine Schüler lesen langsam, also höchstens 12 Wörter je Satz.", "Wir haben jetzt 31 Schüler."),
    ("Mes élèves lisent lentement, donc 12 mots par phrase au plus.", "Ils sont désormais 31 élèves."),
    ("Los alumnos leen despacio, así que 12 palabras por línea como mucho.", "Ahora hay 31 alumnos."),
    ("Os meus alunos leem devagar, por isso 12 palavras por linha no máximo.", "Agora há 31 alunos."),
    ("Gli alunni leggono piano, quindi al massimo 12 parole per riga.", "Adesso ci sono 31 alunni."),
    ("Ученики читают медленно, поэтому не больше 12 слов в предложении.", "Теперь у нас 31 ученик."),
]

BANS = [
    ("Never call me at night.", "Don't send anything in the morning."),
    ("No buses.", "The flight was moved, we land in Oslo at 17:05."),
    ("Ruf mich niemals nachts an.", "Schick morgens auch nichts."),
    ("Jamais de bus.", "Le vol est décalé, on arrive à Oslo à 17 h 05."),
    ("Никогда не звони мне ночью.", "Утром тоже ничего не присылай."),
    ("रात को मुझे कभी फ़ोन मत करना।", "सुबह भी कुछ मत भेजना।"),
    ("晚上不要给我打电话。", "早上也不要发消息。"),
]

REQUESTS = [
    ("One thing first: fixtures go next to the tests.", "Next up, move the five slow jobs into the nightly run."),
    ("Always put the date first.", "First, please rename the two lists in the sidebar."),
]


@pytest.mark.parametrize(("rule", "later"), [*COUNTS, *BANS, *REQUESTS])
def test_what_is_about_something_else_leaves_a_rule_in_force(rule: str, later: str) -> None:
    messages = [ChatMessage(role=Role.USER, content=text) for text in (rule, later, "The ticket is OPS-48213.")]
    assert rule.rstrip(".。।") in summarize(messages, 600)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("Paragraphs have at most three sentences.", "Paragraphs can run to six sentences now."),
        ("Prices in dollars.", "Our formatter insists on euros, so euros now."),
    ],
)
def test_another_number_of_the_same_takes_its_place(rule: str, changed: str) -> None:
    first = "Always keep the report format simple."
    messages = [ChatMessage(role=Role.USER, content=text) for text in (first, rule, changed, "Ticket OPS-48213.")]
    summary = summarize(messages, 600)
    assert rule.rstrip(".") not in summary
    assert changed.rstrip(".") in summary
    assert first.rstrip(".") in summary
