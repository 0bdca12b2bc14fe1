"""A statement is read without the clauses that only comment on it, in each language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.comments import without_comments
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.speech import read_sentence
from compactd.extractive.reading.vocabulary import Vocabulary

HEDGED = (
    ("The valve is on the left, as far as I can tell.", "The valve is on the left (?)."),
    ("If I remember rightly, the code is 4471.", "The code is 4471 (?)."),
    ("Das Ventil sitzt links, soweit ich weiß.", "Das Ventil sitzt links (?)."),
    ("La vanne est à gauche, si je ne me trompe.", "La vanne est à gauche (?)."),
    ("La válvula está a la izquierda, si mal no recuerdo.", "La válvula está a la izquierda (?)."),
    ("A válvula fica à esquerda, se não me engano.", "A válvula fica à esquerda (?)."),
    ("La valvola è a sinistra, se non sbaglio.", "La valvola è a sinistra (?)."),
    ("Вентиль находится слева, если не ошибаюсь.", "Вентиль находится слева (?)."),
    ("الصمام على اليسار، على ما أذكر.", "الصمام على اليسار (?)."),
    ("वाल्व बाईं तरफ़ है, जहाँ तक मुझे याद है।", "वाल्व बाईं तरफ़ है (?)।"),
    ("阀门在左边第二个，如果我没记错的话。", "阀门在左边第二个 (?)。"),
    ("私の記憶が正しければ、バルブは左側にあります。", "バルブは左側にあります (?)。"),
    ("제가 알기로는, 밸브는 왼쪽에 있습니다.", "밸브는 왼쪽에 있습니다 (?)."),
)
ASIDE = (
    ("The valve is on the left, which nobody ever told us.", "The valve is on the left."),
    ("The valve, as you may have noticed, is on the left.", "The valve is on the left."),
    ("Das Ventil sitzt links, wie du sicher weißt.", "Das Ventil sitzt links."),
    ("La vanne est à gauche, comme vous le savez sans doute.", "La vanne est à gauche."),
    ("La válvula está a la izquierda, como ya sabes.", "La válvula está a la izquierda."),
    ("A válvula fica à esquerda, como você já sabe.", "A válvula fica à esquerda."),
    ("La valvola è a sinistra, come forse ricordi.", "La valvola è a sinistra."),
    ("Вентиль находится слева, как вы уже знаете.", "Вентиль находится слева."),
    ("الصمام على اليسار، كما تعلم.", "الصمام على اليسار."),
    ("वाल्व बाईं तरफ़ है, जैसा कि आप जानते हैं।", "वाल्व बाईं तरफ़ है।"),
    ("顺便说一下，阀门在左边第二个。", "阀门在左边第二个。"),
    ("ご存じのとおり、バルブは左側にあります。", "バルブは左側にあります。"),
    ("아시다시피, 밸브는 왼쪽에 있습니다.", "밸브는 왼쪽에 있습니다."),
)
WHOLE = (
    "Say that it is free, if anybody asks.",
    "Is the valve on the left, as far as you know?",
    "Yes, I think.",
    "The valve is on the left, as I told 4471 before.",
    "The valve is on the left, and the customer said that it leaks.",
    "It goes live on Friday, if I hear nothing.",
    "I don't know the code, and the key is gone.",
    "I don't know why, but the deploy fails on db3.",
    "The host is db3, I think, the port is 9437 for certain.",
    "The oven heats up well, if we close the door properly.",
    "Die Pumpe läuft an, wenn ich das Ventil richtig schließe.",
    "The machine is safe, at least this is true of the left one.",
    "La vanne est à gauche, je sais pourquoi.",
    "My wife doesn't know about the party, but my sister knows.",
    'He said that "the code, I believe, is in main" and left, I think.',
    "Run `x = 1, i think, y = 2` in the shell, I think.",
    "The valve is on the left (?), as far as I can tell.",
    "Buy apples from the farm, apparently, pears from the market.",
)


TURNED = (
    "If I remember right, but the room is on the third floor.",
    "如果我没记错的话，但是会议室在三楼的左边。",
    "据我所知，不过会议室在三楼的左边。",
    "私の記憶が正しければ、でも会議室は三階の左側です。",
    "私の知る限り、しかし会議室は三階の左側です。",
    "على ما أذكر، لكنها في الطابق الثالث على اليسار.",
)
"""What turns from a comment does not stand without it."""


NAMES = ("config.yaml", "db-01.example.com", "mira.haddad@example.com", "iptables", "eBay")
"""They begin a statement as they are written."""


def read(text: str) -> str:
    return read_sentence(text, Vocabulary(), by_user=True).text


@pytest.mark.parametrize(("said", "left"), [*HEDGED, *ASIDE])
def test_a_clause_that_only_comments_is_left_out_and_doubt_leaves_a_mark(said: str, left: str) -> None:
    assert read(said) == left


@pytest.mark.parametrize("said", [*WHOLE, *TURNED])
def test_what_is_asked_for_named_told_or_a_condition_stays_whole(said: str) -> None:
    assert read(said) == said


@pytest.mark.parametrize("name", NAMES)
def test_a_name_keeps_its_letters(name: str) -> None:
    assert read(f"Apparently, {name} is broken on the host.") == f"{name} is broken on the host (?)."


@given(st.lists(st.sampled_from([*[said for said, _ in (*HEDGED, *ASIDE)], *WHOLE, ",", "，", "–", " "]), max_size=4))
def test_what_is_left_is_never_longer_and_never_empty(pieces: list[str]) -> None:
    line = " ".join(" ".join(pieces).split())
    words = words_of(line)
    left = without_comments(line, words, cues_of(line, words), 0)
    assert len(left) <= len(line)
    assert bool(left) == bool(line)


def test_what_is_left_begins_as_a_sentence_does() -> None:
    summary = summarize([ChatMessage(Role.USER, "By the way, you may call me on Monday at 0171 555 0142.")], 300)
    assert "You may call me on Monday" in summary
