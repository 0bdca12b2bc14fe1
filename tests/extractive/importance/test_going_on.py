"""Who only wants the work to go on states no goal, and says nothing that takes room. In twelve languages."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT

GO_ON = [
    "Thanks, please go on.",
    "OK, carry on please.",
    "Please keep going.",
    "Danke, mach bitte weiter.",
    "Gut, fahr bitte fort.",
    "Merci, continue s'il te plaît.",
    "Gracias, sigue por favor.",
    "Obrigado, continua por favor.",
    "Grazie, vai avanti per favore.",
    "Спасибо, продолжай, пожалуйста.",
    "شكراً، واصل من فضلك.",
    "धन्यवाद, कृपया आगे बढ़ें।",
    "谢谢，请继续。",
    "ありがとう、続けてください。",
    "고마워요, 계속해 주세요.",
]

FURTHER = [
    "Please continue the migration.",
    "Thanks, please go on with the second shard.",
    "Danke, mach bitte mit der Migration weiter.",
    "Merci, continue la migration.",
    "Gracias, sigue con la migración.",
    "谢谢，请继续迁移数据库。",
]


def summary_of(said: str) -> str:
    talk = ((A, "The first shard ran through, 412 rows."), (U, said), (A, "The second one has 388 rows."))
    return summarize([ChatMessage(role, text) for role, text in (*talk, (U, "3 + 4 = ?"), (A, "7."))], 600)


@pytest.mark.parametrize("said", GO_ON)
def test_who_only_wants_the_work_to_go_on_says_nothing_that_is_kept(said: str) -> None:
    assert said.rstrip(".。।") not in summary_of(said)


@pytest.mark.parametrize("said", FURTHER)
def test_who_names_what_is_to_go_on_says_something(said: str) -> None:
    assert said.rstrip(".。।") in summary_of(said)
