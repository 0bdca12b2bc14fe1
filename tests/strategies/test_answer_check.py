"""Answers that are no summaries."""

import pytest

from compactd.domain.errors import (
    SummaryEmpty,
    SummaryNotText,
    SummaryRefused,
    SummaryTruncated,
)
from compactd.strategies.answer_check import accept_answer
from compactd.strategies.prompts import ACKNOWLEDGEMENT, PAUSE

REFUSALS = (
    "I cannot summarize this.",
    "I can't summarize this conversation.",
    "I can not do that.",
    "I apologize, but I can't help with that request.",
    "My apologies, I'm unable to process this.",
    "I'm not able to summarize this conversation.",
    "I am unable to help.",
    "Unfortunately, I cannot help with this.",
    "Unfortunately I won't go on with this.",
    "Sorry, I'm unable to do that.",
    "Sorry, but I can’t see what you want.",
    "I'm afraid I can't let you do that.",
    "I do not feel comfortable writing about this.",
    "I won't be able to summarize it.",
    "I must respectfully decline.",
    "As an AI language model, I have no opinion.",
    "**I'm sorry, but** no.",
    "I cannot help with that.",
    "I can't help. Please ask something else.",
    "I cannot summarize this conversation",
    "I can't summarize the above conversation, since it holds private data.",
    "I can't assist with creating such content.",
    "I cannot comply with requests for private data.",
    "I cannot fulfill your request.",
    "I can't provide a summary of the transcript.",
    "I cannot create explicit content.",
    "I can't help you with it.",
    "I can't do it.",
    "I can't continue.",
    "We're sorry, but we must decline.",
    "I'm unable to view the earlier conversation.",
    "I am not able to access any previous messages.",
    "I will not be able to help with this.",
    "I'm not allowed to share that.",
    "Ich kann dabei nicht helfen.",
    "Ich kann nicht helfen.",
    "Ich kann diese Unterhaltung nicht zusammenfassen.",
    "Leider kann ich dir damit nicht weiterhelfen.",
    "Je ne peux pas résumer cette conversation.",
    "Je ne peux pas vous aider.",
    "Je ne peux pas répondre à cette demande.",
    "No puedo resumir esta conversación.",
    "Leider kann ich das nicht zusammenfassen.",
    "Es tut mir leid, aber das geht nicht.",
    "Lo siento, no puedo ayudar con eso.",
    "Je suis désolé, mais je ne peux pas.",
    "抱歉，我无法提供帮助。",
    "我无法总结这段对话。",
    "Извините, я не могу помочь с этим.",
    "К сожалению, я не могу выполнить этот запрос.",
    "Вибачте, але я не можу допомогти.",
    "Mi dispiace, ma non posso aiutarti con questa richiesta.",
    "Het spijt me, maar ik kan hier niet mee helpen.",
    "Przepraszam, ale nie mogę w tym pomóc.",
    "Tyvärr, jag kan inte hjälpa dig med det.",
    "Beklager, men jeg kan ikke hjelpe med dette.",
    "Üzgünüm, bu konuda yardımcı olamam.",
    "죄송하지만 도와드릴 수 없습니다.",
    "عذراً، لا أستطيع مساعدتك في هذا.",
    "क्षमा करें, मैं इसमें मदद नहीं कर सकता।",
    "Xin lỗi, tôi không thể giúp bạn.",
    "Maaf, saya tidak dapat membantu.",
    "I don't see any conversation to summarize. Please provide the transcript.",
    "Sure! Please paste the conversation you would like me to summarize.",
    "Please provide the transcript.",
    "It looks like you haven't provided a conversation yet.",
    "There is no conversation to summarize.",
    "No transcript was provided.",
    "Understood. I am ready.",
    "Understood. I will summarize the conversation now.",
    "I'm ready to help. What would you like me to do?",
    "Hello! How can I help you today?",
    "I'd be happy to help summarize! Please share the messages.",
    "Bitte geben Sie das Gespräch ein, das ich zusammenfassen soll.",
    "请提供需要总结的对话内容。",
    f"“{ACKNOWLEDGEMENT}”",
    PAUSE.rstrip("."),
)

NOISE = (
    *("...", "…", "-", "OK", "ok.", "👍", "---", "?", "**OK**", "Done.", "Understood.", "好的。", "Summary:"),
    *("## Goals", "**Goals**", "# Summary\n\n## Goals\n\n## What happened", "1. Goals:\n2. What happened:\n"),
    *("```\n```", "```markdown\n\n```", "## Goals\n-\n", "Here is the summary:", "Goals:\n\nWhat happened:\n- "),
)


@pytest.mark.parametrize(
    "text",
    [
        "I will not be shipped until Friday, said the part; the user wants a refund.",
        "I can't reproduce the crash on 3.12; on 3.11 it is a race in close().",
        "Unfortunately, the import failed twice. It works with --force.",
        "The user apologized: I cannot help, they wrote, before Monday.",
        "Sorry was all the server said: HTTP 503. The retry is set to 30 s.",
        "I do not know the port yet; the user will send it.",
        "Unfortunately we have to redo the migration: step 3 dropped orders.note. The user wants it by Friday.",
        "Unfortunately I must wait for Anna's key; done so far: schema, importer.",
        "I can't write to /srv/data until the user adds me to group ops (ticket 4711). Next: run the importer.",
        "We cannot create the index concurrently inside the migration; agreed to run it by hand on Friday.",
        "We can't support Python 3.9 any more; agreed to drop it in 4.0.",
        "We can't process requests over 1 MB until nginx is changed; limit agreed: 8 MB.",
        "I cannot process invoices of 2019, since their currency is missing. The user sends a table.",
        "We can't continue the rollout before the load test; 3 of 5 regions are done.",
        'The model refused twice ("I can\'t help with that"); with the new prompt it answers.',
        "Je ne peux pas pousser le code avant la revue de Paul. Fait : import, doc. À faire : tests.",
        "Je ne peux pas répondre à Paul avant lundi ; le budget est de 4000 EUR.",
        "Ich kann nicht auf main schieben, bevor Anna es freigibt. Es fehlen die Tests.",
        "No puedo desplegar hasta el viernes; falta la clave de Ana.",
        "我不能在周五之前部署；还差测试。",
        "I'm unable to write to /etc until ops grants it (ticket 4711); the importer is done.",
        "I am unable to push until Anna approves. Done so far: schema, importer.",
        "We're not able to deploy before Friday; the tests pass.",
        "I won't be able to finish the migration before Anna is back; 3 of 5 tables are done.",
        "I'm not allowed to restart db-3; the user does it at 14:00.",
        "I'm able to summarize this conversation's result: all 12 tests pass.",
        "I understood the task: port the parser to Rust.",
        "Ich habe die Datei umbenannt; der Test kann nicht laufen.",
        "Я не могу выполнить миграцию до пятницы: нет ключа Анны. Готово: схема, импорт.",
        "К сожалению, импорт упал дважды; с --force работает.",
        "Non posso pubblicare prima di venerdì; manca la chiave di Anna.",
        "Helaas is de import twee keer mislukt. Met --force lukt het.",
        "Niestety import nie działa; Anna sprawdzi go w poniedziałek.",
        "죄송합니다라는 응답이 반복됨. 프롬프트를 바꾸니 해결됨.",
        "لا أستطيع النشر قبل يوم الجمعة؛ ينقص مفتاح آنا.",
        "I am ready to continue the migration once Anna sends the key; 3 of 5 tables are done.",
        "I don't have the messages of Anna yet; the importer is done.",
        "There is no conversation id in the logs of Monday; agreed to add one.",
        "Please include the conversation id in each report, said Anna; done in v2.",
        "Please note for next time: the deploy key is Anna's; v2 is live.",
        "The user asked: please provide the transcript. It was sent on Monday.",
        "Understood so far: the race is in close(). Next: tests.",
        "OK from Anna; deploy on Friday.",
        "Deployed v2; nothing open.",
        "User: Ana. Order A-7 shipped.",
        "Goals: ship v2.",
        "## Goals\nship v2",
        "# Order A-7 shipped",
        "All tests pass.",
        "Paid INV-1.",
        "订单A-7已发货。",
    ],
)
def test_a_short_summary_that_tells_of_failure_is_no_refusal(text: str) -> None:
    assert accept_answer(text, "stop", "m") == text


@pytest.mark.parametrize(
    ("text", "finish", "error"),
    [
        ("", "stop", SummaryEmpty),
        (" \n\u3000", "stop", SummaryEmpty),
        (None, "stop", SummaryNotText),
        (None, "other", SummaryNotText),
        ("half \ud83d of a pair", "stop", SummaryNotText),
        ("a summary", "length", SummaryTruncated),
        (None, "length", SummaryTruncated),
        ("a summary", "other", SummaryTruncated),
        ("a summary", "tool_calls", SummaryNotText),
        (None, "tool_calls", SummaryNotText),
        ("a summary", "refusal", SummaryRefused),
        ("I'm sorry, but I can't do that.", "stop", SummaryRefused),
        ("I’m sorry, but I can’t do that.", "stop", SummaryRefused),
        ("  I CANNOT assist with that", "stop", SummaryRefused),
        ("申し訳ありませんが、できません。", "stop", SummaryRefused),
        *((text, "stop", SummaryRefused) for text in REFUSALS),
        *((text, "stop", SummaryEmpty) for text in NOISE),
    ],
)
def test_an_answer_that_is_no_summary_is_rejected_by_its_name(
    text: str | None, finish: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        accept_answer(text, finish, "openai/gpt-test")


def test_a_long_answer_may_begin_like_a_refusal() -> None:
    text = "I'm sorry, but the first import failed, said the agent. " + "It then went on. " * 20
    assert accept_answer(text, "stop", "m") == text.strip()


def test_an_answer_is_trimmed_and_otherwise_left_alone() -> None:
    assert accept_answer("\n  Goals:\n  - ship \n", "stop", "m") == "Goals:\n  - ship"
