"""A value that was corrected stands in a summary as it is now, in whatever way it was written before."""

import pytest

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive import summarize

U, A = Role.USER, Role.ASSISTANT


def corrected(stated: str, correction: str) -> str:
    talk = ((U, stated), (A, "Noted."), (U, correction), (A, "I see."), (U, "Who pays for it?"))
    return summarize([ChatMessage(role, text) for role, text in talk], 600)


@pytest.mark.parametrize(
    ("stated", "correction", "now", "torn"),
    [
        (
            "The hall is ours on June 27.",
            "Sorry, the hall is ours on 3 March and not on June 27.",
            "on 3 March.",
            "March 27",
        ),
        ("We meet on 27 June.", "Correction: we meet on 9 May, not on June 27.", "on 9 May.", "May 27"),
        ("The rent is due June 27th.", "Make that 1 July instead of 27 June for the rent.", "1 July", "1 July 2"),
    ],
)
def test_a_date_is_corrected_as_a_whole(stated: str, correction: str, now: str, torn: str) -> None:
    summary = corrected(stated, correction)
    assert now in summary
    assert torn not in summary


@pytest.mark.parametrize("written", ["June 27", "27th of June", "27 June"])
def test_a_day_that_holds_no_longer_stands_in_no_other_way_of_writing_it(written: str) -> None:
    summary = corrected(f"The rent is due {written}.", "The rent is due 1 July instead of 27 June.")
    assert "1 July" in summary
    assert "27" not in summary


@pytest.mark.parametrize(
    ("apology", "rule"),
    [
        ("Scusa, ero in riunione.", "D'ora in poi scrivi le date per esteso."),
        ("Desculpa, estava em reunião.", "A partir de agora escreva os preços por extenso."),
        ("Извините, я был на совещании.", "С этого момента пиши даты словами."),
        ("Perdón, estaba en una reunión.", "A partir de ahora escribe las fechas con todas las letras."),
    ],
)
def test_an_apology_is_no_correction_and_not_part_of_what_follows(apology: str, rule: str) -> None:
    talk = ((U, f"{apology} {rule}"), (A, "OK."), (U, "3 + 4 = ?"), (A, "7."))
    lines = summarize([ChatMessage(role, text) for role, text in talk], 600).splitlines()
    assert f"- {rule}" in lines


def test_what_has_no_more_than_a_word_of_any_sentence_in_common_voids_nothing() -> None:
    rule, other = "जब भी कोई रिपोर्ट बनाओ, पहले उसका शीर्षक दिखाओ।", "अगर कोई लिंक बंद मिले तो उसे छोड़ दो और मुझे बताओ।"
    summary = corrected(rule, other)
    assert rule in summary
    assert other in summary


def test_a_count_anew_stands_in_what_began_so_and_in_nothing_else() -> None:
    summary = corrected("We are 14 people on the trip to Oslo. We area 3 staff.", "We are actually 16 people now.")
    assert "We are 16 people on the trip to Oslo" in summary
    assert "14 people" not in summary
    assert "We area 3 staff" in summary


def test_a_day_that_is_moved_leaves_the_time_of_day_and_its_span() -> None:
    said = (
        (U, "Send somebody, but only between 13:00 and 16:00, we are closed then."),
        (A, "Booked: Tuesday, 24 March, 13:30 to 15:30."),
        (U, "Wednesday the 25th then."),
        (A, "The old visit could not be moved, so I booked a new one: Wednesday, 25 March, 13:00 to 15:00."),
    )
    summary = summarize([ChatMessage(role, text) for role, text in said], 600)
    assert "between 13:00 and 16:00" in summary


@pytest.mark.parametrize("new", ["15:30", "4 pm", "16 Uhr"])
def test_a_time_of_day_is_replaced_by_another_one(new: str) -> None:
    said = ((U, "The visit is on 24 March at 13:30."), (A, "OK."), (U, f"The visit is now at {new}, not 13:30."))
    summary = summarize([ChatMessage(role, text) for role, text in said], 600)
    # The day is said nowhere else: what was said of it stands in its own words.
    assert f"24 March at 13:30 → {new}" in summary
    assert summary.count("13:30") == 1


@pytest.mark.parametrize(
    ("said", "newer", "old"),
    [
        ("The longest pause is 90 seconds, as agreed with the vendor.", "Correction, the pause is 240 seconds.", "90"),
        ("We think it began with build 4.18.2.", "Correction, it began with build 4.18.0.", "4.18.2"),
        ("Die längste Pause ist 90 Sekunden, so abgesprochen.", "Korrektur, die Pause ist 240 Sekunden.", "90 Sek"),
        ("La pause dure 90 secondes, comme convenu.", "Correction : la pause dure 240 secondes.", "90 sec"),
    ],
)
def test_nobody_is_said_to_have_said_the_new_value_with_the_old_words(said: str, newer: str, old: str) -> None:
    turns = [ChatMessage(U, text) for text in ("Please watch the importer.", said, newer, "Who is on call?")]
    summary = summarize(turns, 600)
    assert newer.rstrip(".") in summary
    assert old not in summary
    assert said.partition(old)[0] not in summary


@pytest.mark.parametrize(
    ("proposal", "correction", "left"),
    [
        ("I'd set the batch to 500.", "Batch size: no, not 500. Use 200.", "Batch size: Use 200."),
        ("Ich nehme 500 je Stapel.", "Stapelgröße: nein, nicht 500. Nimm 200.", "Stapelgröße: Nimm 200."),
        ("Je mets 500 par lot.", "Taille du lot : non, pas 500. Prends 200.", "Taille du lot : Prends 200."),
        ("Metto 500 per lotto.", "Dimensione del lotto: no, non 500. Usa 200.", "Dimensione del lotto: Usa 200."),
        ("Ponho 500 por lote.", "Tamanho do lote: não, não 500. Usa 200.", "Tamanho do lote: Usa 200."),
        ("Pongo 500 por lote.", "Tamaño del lote: no, no 500. Usa 200.", "Tamaño del lote: Usa 200."),
        ("Ставлю 500 на пакет.", "Размер пакета: нет, не 500. Возьми 200.", "Размер пакета: Возьми 200."),
    ],
)
def test_a_refusal_goes_with_what_it_refused(proposal: str, correction: str, left: str) -> None:
    said = (U, "Please speed up the export of SET-4417."), (A, proposal), (U, correction), (A, "OK.")
    summary = summarize([ChatMessage(role, text) for role, text in said], 600)
    assert left in summary


@pytest.mark.parametrize(
    "rule",
    [
        "From now on percentages carry one decimal, so 12.4 and not 12.37.",
        "Immer eine Nachkommastelle angeben, also 12.4 und nicht 12.37.",
        "Toujours une décimale, donc 12.4 et non 12.37.",
        "Siempre con un decimal, 12.4 y no 12.37.",
        "Sempre com uma casa decimal, 12.4 e não 12.37.",
        "Sempre un decimale, 12.4 e non 12.37.",
        "Всегда указывай один знак, то есть 12.4, а не 12.37.",
        "دائما رقم عشري واحد، أي 12.4 وليس 12.37.",
        "小数は常に1桁で、12.37ではなく12.4と書いてください。",
        "소수는 항상 한 자리로, 12.37이 아니라 12.4로 쓰세요.",
        "Always pay by Visa, not Maestro.",
    ],
)
def test_what_a_rule_rules_out_and_nobody_said_before_stays_in_it(rule: str) -> None:
    assert rule.rstrip(".。") in summarize([ChatMessage(U, rule), ChatMessage(A, "OK.")], 600)


def test_what_it_rules_out_and_the_assistant_said_before_is_no_more() -> None:
    said = (U, "How many are coming?"), (A, "40 guests are coming."), (U, "Plan for 35 guests, not 40, at the table.")
    summary = summarize([ChatMessage(role, text) for role, text in (*said, (A, "OK."))], 600)
    assert "Plan for 35 guests at the table" in summary.replace("guests,", "guests")
