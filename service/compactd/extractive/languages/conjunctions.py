"""Words that join two things of a kind, of which neither has the place of the other."""

CONJUNCTIONS = frozenset(
    (
        *("and", "or", "und", "oder", "et", "ou", "y", "o", "u", "e", "и", "или", "و", "أو", "और", "या", "&", "+", "/"),
        *("和", "与", "跟", "或", "と", "や", "か", "와", "과", "랑", "하고", "또는"),
    )
)
"""Of all the languages, in lower case: between two values none of them says anything else."""
