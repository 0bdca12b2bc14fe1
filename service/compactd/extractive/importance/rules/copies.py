"""What was said before in the same words: who says it again changes nothing by it, and makes no rule of a remark; but
who had said something else of it in between means it anew."""

from collections.abc import Iterable


class Copies:
    """The earlier places of each sentence that was said again, by its latest place."""

    def __init__(self) -> None:
        self._earlier: dict[int, set[int]] = {}

    def move(self, place: int, to: int, behind: dict[int, int]) -> bool:
        """A sentence stands at its new place, be it to be read behind another one there (`behind`), too. Whether it
        changes nothing: what was to be read behind it is read where it was said from now on, and may be void."""
        self._earlier[to] = {place, *self._earlier.pop(place, ())}
        said_since = [one for one, first in behind.items() if first == place]
        for one in said_since:
            del behind[one]
        if place in behind:
            behind[to] = behind.pop(place)
        return not said_since

    def of(self, places: Iterable[int]) -> set[int]:
        """Where else the sentences at the places were said before."""
        return set().union(*(self._earlier.get(place, ()) for place in places))
