"""Two parts made into one."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.extractive import default_limit, merge, summarize
from tests.quality.conversations import plant
from tests.quality.scoring import score

ONE = "## Goals\n- Fix the import of ticket OPS-48213.\n"
ONE += "## Details\n- id: ORD-10001, ORD-10002\n- path: a/b/c.py"
TWO = "## Details\n- id: ORD-10002, ORD-20001\n## Decisions\n- Never restart the primary."


def test_joins_what_fits() -> None:
    assert merge([ONE, TWO], 1000) == f"{ONE}\n\n{TWO}"


def test_puts_what_does_not_fit_under_common_headings() -> None:
    merged = merge([ONE, TWO], 165)
    assert len(merged) <= 165
    assert merged.count("## Details") == 1
    assert merged.count("ORD-10002") == 1
    assert "Never restart the primary." in merged
    assert "OPS-48213" in merged


def test_takes_the_headings_of_a_model() -> None:
    model = "**Goals**\nMove the order service.\n\n### Key decisions\n- We take Redis Streams, and the port is 5991."
    merged = merge([model, TWO, "filler " * 100], 300)
    assert "## Decisions" in merged
    assert "Redis Streams" in merged


def test_leaves_what_happened_and_what_was_decided_where_they_stand() -> None:
    happened = ["The gateway listens on port 5991.", "The import of ledger.csv took 40 minutes."]
    merged = merge([f"## Events\n- {one}\n## Decisions\n- We take Redis Streams." for one in happened], 150)
    assert merged.startswith(f"## Decisions\n- We take Redis Streams.\n## Events\n- {happened[0]}\n")


def test_has_headings_in_the_language_of_texts_without_any() -> None:
    one = "Der Server läuft auf Port 5991. Danach wurde die Datei /srv/a/b.csv geschrieben und noch einmal gelesen."
    two = "Die Tabelle heißt orders. Der Fehler E1234 trat zweimal auf. Die Migration wird morgen fortgesetzt."
    assert merge([one, two], 150).startswith("## Verlauf")


def test_keeps_no_value_that_a_later_part_corrected() -> None:
    merged = merge(["- The gateway is on port 5991.", "- Actually, the gateway is on port 6389.", "word " * 200], 200)
    assert "6389" in merged or "5991" not in merged


def test_keeps_most_of_two_parts_in_three_quarters_of_their_size() -> None:
    made = [plant(seed, held_out=True) for seed in (1, 2)]
    parts = [summarize(one.messages, default_limit(one.characters)) for one in made]
    merged = merge(parts, sum(map(len, parts)) * 3 // 4)
    assert score(merged, [fact for one in made for fact in one.facts]).retention >= 0.7


@given(st.lists(st.text(max_size=600), max_size=3), st.integers(1, 800))
def test_takes_any_texts_and_keeps_to_the_limit(texts: list[str], limit: int) -> None:
    assert len(merge(texts, limit)) <= limit
