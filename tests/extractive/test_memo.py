"""What is worked out once, however often it is asked for."""

import msgspec

from compactd.extractive.memo import Lazy, Memo


class Counted(msgspec.Struct, frozen=True, dict=True):
    number: int
    asked: list[int]

    @Lazy
    def double(self) -> int:
        self.asked.append(self.number)
        return 2 * self.number


def test_a_lazy_property_is_worked_out_once_for_each_object() -> None:
    asked: list[int] = []
    one, other = Counted(1, asked), Counted(2, asked)
    assert asked == []
    assert [one.double, other.double, one.double] == [2, 4, 2]
    assert asked == [1, 2]


def test_what_a_memo_gives_is_worked_out_once_for_each_key() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = Memo(length)
    assert [lengths["one"], lengths["three"], lengths["one"]] == [3, 5, 3]
    assert asked == ["one", "three"]
