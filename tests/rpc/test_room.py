"""How large a summary may be: all of `clip_chars` where one is given, and by what is freed where none is."""

from statistics import mean

import pytest

from compactd.message_protos import message_to_proto
from compaction.v1 import message_pb2
from tests.builders.chat import assistant, make, new_conversation
from tests.loopback.model import LoopbackModel
from tests.quality.conversations import Planted, plant
from tests.quality.extracting_model import extracting
from tests.quality.rounds import SHARE, outcome
from tests.quality.scoring import score
from tests.quality.served import Summarizer, compacted
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

IMAGE = {"image": {"url": "https://example.com/a.png"}}
ANSWERS = ("A red van.", "The meter says 4711.", "A cat.", "Invoice RE-20.")
FEW_WORDS = {
    "en": (
        "Just rust.",
        "First floor.",
        "Sure, the blue one.",
        "Yes, the left one.",
        "Twelve.",
        "the second",
        "Peanuts, mostly.",
        "Tea.",
    ),
    "de": ("Eine Dogge.", "Eine rote Tür.", "Zuerst links.", "Ja, das untere.", "Zwölf.", "Beide."),
    "fr": ("Un chat.", "Une voiture bleue.", "D'accord, le bleu.", "Oui, la petite.", "Jeudi."),
    "es": ("Un gato.", "Vale, el martes.", "Sí, la izquierda.", "Doce."),
    "pt": ("Uma gata.", "Sim, a da esquerda."),
    "it": ("Un gatto nero.", "Sì, quella a destra."),
    "ru": ("Кошка.", "Красный фургон.", "Хорошо, в среду.", "Да, левая."),
    "ar": ("قطة.", "شاحنة حمراء."),
    "hi": ("एक बिल्ली।", "लाल गाड़ी।"),
    "zh": ("一只猫。", "红色的车。", "好的，左边那个。", "是的，左边那个。"),
    "ja": ("猫です。", "赤い車。", "はい、左です。"),
    "ko": ("고양이.", "네, 왼쪽이요.", "빨간 차."),
}
CHATTER = {
    "en": ("Done.", "Bye.", "Wonderful!", "Thanks a lot.", "One moment.", "I'll note that."),
    "de": ("Erledigt.", "Wunderbar!", "Danke.", "Alles klar.", "Auf Wiedersehen."),
    "fr": ("C'est fait.", "Merci beaucoup.", "D'accord.", "À bientôt."),
    "es": ("Hecho.", "Mil gracias.", "Vale.", "Adiós."),
    "pt": ("Feito.", "Muito obrigada."),
    "it": ("Fatto.", "Grazie mille.", "Va bene."),
    "ru": ("Готово.", "Спасибо.", "Хорошо."),
    "ar": ("تم.", "شكرا."),
    "hi": ("हो गया।", "धन्यवाद।", "ठीक है।"),
    "zh": ("完成。", "谢谢。", "再见。", "好的。"),
    "ja": ("完了しました。", "ありがとう。", "さようなら。"),
    "ko": ("완료.", "감사합니다."),
}
"""What may be said after an image, and answers nothing."""


async def new_planted(client: Client, made: Planted) -> str:
    return await new_conversation(client, [message_to_proto(message) for message in made.messages])


async def test_a_clip_chars_that_is_given_is_used(client: Client) -> None:
    made = plant(7)
    sizes, retained = [], []
    for share in (0.05, 0.1, 0.2):
        clip_chars = int(made.characters * share)
        done = await compacted(client, await new_planted(client, made), clip_chars)
        assert len(done.summary) <= clip_chars
        sizes.append(len(done.summary) / made.characters)
        retained.append(score(done.summary, made.facts).retention)
    assert sizes[0] > 0.045
    assert sizes[1] > 0.09
    # All that was said is there: the rest is what tools printed.
    assert sizes[2] > 0.12
    assert retained[0] < retained[1] <= retained[2]
    unlimited = await compacted(client, await new_planted(client, made))
    assert len(unlimited.summary) <= made.characters // 10


async def test_more_room_than_the_messages_take_is_not_filled(client: Client) -> None:
    made = plant(8, turns=4)
    done = await compacted(client, await new_planted(client, made), 10**6)
    assert len(done.summary) <= made.characters // 2
    assert done.compaction.tokens_after < done.compaction.tokens_before


async def test_answers_about_images_are_kept(client: Client) -> None:
    image = make(message_pb2.ChatMessage, role=message_pb2.MESSAGE_ROLE_USER, parts=[IMAGE])
    messages = [said for answer in ANSWERS for said in (image, assistant(answer))]
    done = await compacted(client, await new_conversation(client, messages))
    assert done.compaction.tokens_before - done.compaction.tokens_after > 6_000
    for answer in ANSWERS:
        assert answer in done.summary


@pytest.mark.parametrize("code", FEW_WORDS)
async def test_few_words_that_say_something_stand_where_there_is_room_and_chatter_does_not(
    client: Client, code: str
) -> None:
    image = make(message_pb2.ChatMessage, role=message_pb2.MESSAGE_ROLE_USER, parts=[IMAGE])
    messages = [said for text in (*FEW_WORDS[code], *CHATTER[code]) for said in (image, assistant(text))]
    done = await compacted(client, await new_conversation(client, messages))
    lines = [line.removeprefix("- ").rstrip(".。।") for line in done.summary.splitlines()]
    assert {text.rstrip(".。।") for text in FEW_WORDS[code]} <= set(lines)
    assert {text.rstrip(".。।") for text in CHATTER[code]}.isdisjoint(lines)


@pytest.mark.parametrize("summarizer", Summarizer)
async def test_within_one_limit_rounds_of_all_ages_share_what_there_is(
    client: Client, model: LoopbackModel, summarizer: Summarizer
) -> None:
    extracting(model)
    made = [plant(100 + number, turns=12) for number in range(5)]
    after = await outcome(client, summarizer, made)
    assert after.over == 0
    assert 0.045 < after.size <= SHARE
    # Half a dozen facts of fifteen: which of them depends on what is said beside them. No round is dropped whole.
    assert min(after.retained) > 0.25
    assert mean(after.retained) > 0.55
