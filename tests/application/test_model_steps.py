"""What is told of a compaction's requests: which chunk of how many, and how often it was asked for."""

from compactd.application.model_steps import ModelSteps
from compactd.domain.compactions import Compaction


class Told:
    """A Progress that notes what it is told."""

    def __init__(self) -> None:
        self.steps: list[tuple[object, ...]] = []

    def planned(self, tokens: int, chunks: int) -> None:
        self.steps.append(("planned", tokens, chunks))

    def asking(self, chunk: int, chunks: int, retries: int) -> None:
        self.steps.append(("asking", chunk, chunks, retries))

    def merging(self, retries: int) -> None:
        self.steps.append(("merging", retries))

    def committed(self, record: Compaction) -> None:
        self.steps.append(("committed", record.id))


def test_a_request_is_told_each_time_that_it_leaves() -> None:
    told = Told()
    steps = ModelSteps(told, 900)
    steps.cut(2)
    first, second = steps.request(merge=False), steps.request(merge=False)
    first()
    second()
    first()
    assert told.steps == [("planned", 900, 2), ("asking", 1, 2, 0), ("asking", 2, 2, 0), ("asking", 1, 2, 1)]


def test_what_is_cut_anew_is_planned_once_and_counted_from_the_start() -> None:
    told = Told()
    steps = ModelSteps(told, 900)
    steps.cut(1)
    steps.request(merge=False)()
    steps.cut(3)
    steps.request(merge=False)()
    assert told.steps == [("planned", 900, 1), ("asking", 1, 1, 0), ("asking", 1, 3, 0)]


def test_a_chunk_that_proves_too_long_and_its_pieces_are_all_counted() -> None:
    told = Told()
    steps = ModelSteps(told)
    steps.cut(2)
    for _ in range(2):
        steps.request(merge=False)()
    steps.cut_smaller(2)
    for _ in range(2):
        steps.request(merge=False)()
    assert told.steps[1:] == [("asking", 1, 2, 0), ("asking", 2, 2, 0), ("asking", 3, 4, 0), ("asking", 4, 4, 0)]


def test_once_parts_are_merged_every_request_is_a_merge() -> None:
    told = Told()
    steps = ModelSteps(told)
    steps.cut(1)
    steps.request(merge=False)()
    steps.request(merge=True)()
    steps.merging()
    steps.cut(2)
    steps.request(merge=False)()
    assert told.steps == [("planned", 0, 1), ("asking", 1, 1, 0), ("merging", 0), ("merging", 0)]
