"""Whether what a message of a user asks for is still to be done, by weights learned from ends
of conversations.

`python -m tests.quality.fit_open` makes the table.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from compactd.extractive.reading.sentence_score import weights_in

_ANY, _STEP = "#", ">"


def open_score(own: Sequence[str], followed: Sequence[str]) -> int:
    """In units of a logit, above 0 the more likely so, of what is observed of a message itself and of what followed it
    (`observations.observed`)."""
    weights = _weights()
    return sum(weights.get(feature, 0) for feature in features_of(own, followed))


def features_of(own: Sequence[str], followed: Sequence[str]) -> Iterator[str]:
    """What is looked up: each observation, and each of the message itself with each of what followed, but for the
    steps of a score."""
    yield from (_ANY, *own, *followed)
    beside = [other for other in followed if _STEP not in other]
    for one in own:
        if _STEP not in one:
            yield from (f"{one}+{other}" for other in beside)


def load() -> None:
    """Reads the weights, for which the first summary would wait else."""
    _weights()


@cache
def _weights() -> dict[str, int]:
    package = "compactd.extractive.importance.requests"
    return {feature: weight for feature, (weight,) in weights_in(package, "open_score.tsv").items()}
