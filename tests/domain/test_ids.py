"""No id is given twice: not by threads that draw at once, nor by a process that is forked."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from compactd.domain.ids import is_id, new_id, new_uuid

MANY = 2_000


def test_threads_that_draw_at_once_get_different_ids() -> None:
    with ThreadPoolExecutor(8) as threads:
        drawn = [*threads.map(lambda _: new_id("message"), range(MANY))]
    assert len(set(drawn)) == MANY
    assert all(is_id("message", one) for one in drawn)


@pytest.mark.process
def test_a_process_that_is_forked_gives_other_ids_than_the_one_it_comes_from() -> None:
    new_uuid()
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.write(writes, " ".join(new_uuid() for _ in range(20)).encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        of_child = answer.read().split()
    os.waitpid(child, 0)
    assert len(set(of_child)) == 20
    assert set(of_child).isdisjoint(new_uuid() for _ in range(MANY))
