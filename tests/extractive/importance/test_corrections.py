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
