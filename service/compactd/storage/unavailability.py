"""A database that cannot be used, as the operator has to know it."""

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import StoreUnavailable


class Unusable(StoreUnavailable):
    """The database is there, and not as compactd needs it. Callers learn that it cannot be used, the operator reads
    `advice`."""

    def __init__(self, advice: str) -> None:
        super().__init__()
        self.advice = advice


def advice_for(error: StoreUnavailable) -> str:
    """What the operator has to know, in a sentence or two: driver's words included, which callers never see. They are
    of connections and files; there are no contents in them."""
    if isinstance(error, Unusable):
        return error.advice
    cause = error.__cause__
    if not isinstance(cause, DBAPIError) or cause.orig is None:
        return str(error)
    return f"{error} ({type(cause.orig).__name__}: {' '.join(str(cause.orig).split())})"
