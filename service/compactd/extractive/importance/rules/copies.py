"""What was said before in the same words: who says it again changes nothing by it, and makes no rule of a remark."""

from collections.abc import Iterable


class Copies:
    """The earlier places of each sentence that was said again, by its latest place."""

    def __init__(self) -> None:
        self._earlier: dict[int, set[int]] = {}

    def move(self, place: int, to: int, behind: dict[int, int]) -> None:
        """A sentence stands at its new place; what is to be read behind it, or it behind another one (`behind`), is so
        there."""
        self._earlier[to] = {place, *self._earlier.pop(place, ())}
        for one, first in behind.items():
            if first == place:
                behind[one] = to
        if place in behind:
            behind[to] = behind.pop(place)

    def of(self, places: Iterable[int]) -> set[int]:
        """Where else the sentences at the places were said before."""
        return set().union(*(self._earlier.get(place, ()) for place in places))
