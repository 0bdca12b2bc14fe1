"""Prints how well standing instructions are told from other sentences: `python -m tests.quality.told_instructions`.

With `missed` it prints the developed sentences that are not told, too.
"""

import sys
from collections.abc import Iterator

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence, sentence_of
from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.reading.speech import read_sentence
from compactd.extractive.reading.vocabulary import Vocabulary
from tests.quality.instruction_sentences import DEVELOPED, Labelled, held_out


def read(text: str) -> Sentence:
    """A sentence of a user, read by itself."""
    return sentence_of(read_sentence(text, Vocabulary(), by_user=True), 0, Role.USER)


def told(labelled: Labelled) -> Iterator[tuple[str, str, bool, float]]:
    """(language, text, whether it is a standing instruction, the strength that it is found to have)."""
    for label, by_language in ((True, labelled.standing), (False, labelled.others)):
        for language, texts in by_language.items():
            for text in texts:
                yield language, text, label, strength_of(read(text))


def recall_and_precision(labelled: Labelled, language: str = "") -> tuple[float, float]:
    """Shares: of the standing instructions those found, and of those found the standing instructions."""
    rows = [(label, strength >= STANDING) for its, _, label, strength in told(labelled) if language in ("", its)]
    found = sum(label and said for label, said in rows)
    return found / sum(label for label, _ in rows), found / max(1, sum(said for _, said in rows))


def main() -> None:
    for name, labelled in (("developed", DEVELOPED), ("held out", held_out())):
        for language in ("", *labelled.standing):
            recall, precision = recall_and_precision(labelled, language)
            sys.stdout.write(f"{name:<10} {language or 'all':<4} found {recall:.2f}, rightly {precision:.2f}\n")
    if "missed" in sys.argv:
        for language, text, label, strength in told(DEVELOPED):
            if label is not (strength >= STANDING):
                sys.stdout.write(f"{language} {strength:+.1f} {text}\n")


if __name__ == "__main__":
    main()
